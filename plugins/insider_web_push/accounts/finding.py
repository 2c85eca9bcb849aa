"""
Finds the accounts file where no option names it: beside the DAGs that it belongs to.

Airflow checks a DAG bundle out where it likes: `<bundle>/tracking_repo`, and each version that a run needs beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from insider_web_push.errors import ConfigurationError

_NAME = Path("include", "accounts.yaml")
_TRACKING = "tracking_repo"
"""Where the git provider's bundle has the branch that it follows."""


def accounts_file_of(dag_file: str | None, *, dags_folder: Path, checkouts: Path, bundles: object) -> Path:
    """
    Find the file for a DAG, or for somebody who has none.

    Args:
        dag_file: The DAG's own file.
        checkouts: Below it Airflow checks out bundles.
        bundles: Airflow's setting `dag_bundle_config_list`, as it was given.

    Raises:
        ConfigurationError: there is none, or several; names them, and the option that says which.
    """
    beside = dags_folder.parent / _NAME
    if dag_file is None:
        places = [beside, *_in_bundles(bundles, checkouts)]
    elif Path(dag_file).is_relative_to(dags_folder):
        places = [beside]
    else:
        places = [folder / _NAME for folder in Path(dag_file).parents]
    found = list(dict.fromkeys(place for place in places if place.is_file()))
    if not found:
        raise ConfigurationError(
            f"there is no accounts file: none of {', '.join(map(str, dict.fromkeys(places)))} is there. Name it by "
            "[insider_web_push] accounts_file, on every machine of Airflow"
        )
    if dag_file is None and found[0] != beside and len(found) > 1:
        raise ConfigurationError(
            f"there are several accounts files: {', '.join(map(str, found))}. Name the one that counts by "
            "[insider_web_push] accounts_file"
        )
    return found[0]


def _in_bundles(bundles: object, checkouts: Path) -> Iterator[Path]:
    """Give the places in bundles that this machine has; what is no bundle is for Airflow to complain about."""
    for bundle in bundles if isinstance(bundles, list) else []:
        match bundle:
            case {"kwargs": {"path": str(path)}}:
                folders = [Path(path)]
            case {"name": str(name), "kwargs": {"subdir": str(subdir)}}:
                folders = [checkouts / name / _TRACKING / subdir]
            case {"name": str(name), "kwargs": dict()}:
                folders = [checkouts / name / _TRACKING, checkouts / name]
            case _:
                folders = []
        for folder in folders:
            yield folder / _NAME
            yield folder.parent / _NAME


def refuse_checkout(storage: str, *, account: str, checkouts: Path) -> None:
    """
    Refuse a storage in a checkout, as one that is relative to a file in there.

    Raises:
        ConfigurationError: it is one.
    """
    if Path(storage).is_relative_to(checkouts.resolve()):
        raise ConfigurationError(
            f"the storage of account {account!r}, {storage}, lies in a checkout, which Airflow replaces: give a URL "
            "or an absolute path"
        )
