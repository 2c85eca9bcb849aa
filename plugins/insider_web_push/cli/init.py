"""`init`: write the DAG files and an accounts file into a folder, as the repository has them."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TextIO

from insider_web_push.errors import ConfigurationError

_PACKAGE = Path(__file__).resolve().parents[1]
_WRITTEN = ("dags/insider_web_push_*.py", "include/accounts.yaml")


def add_to(command: argparse.ArgumentParser) -> None:
    """Add the command's own argument."""
    command.add_argument("folder", type=Path, help="where dags/ and include/ are, or are to be: AIRFLOW_HOME, a bundle")


def run(folder: Path, *, out: TextIO) -> int:
    """
    Write what is not there yet, and say of each file what became of it. What is there stays as it is.

    Raises:
        ConfigurationError: this installation has no such files, or the folder cannot be written.
    """
    for name, source in sorted(starter_files().items()):
        try:
            written = _write_new(folder / name, source.read_bytes())
        except OSError as error:
            raise ConfigurationError(f"cannot write {folder / name}: {error.strerror or error}") from None
        out.write(f"{'written' if written else 'kept   '}  {folder / name}\n")
    accounts = folder / "include/accounts.yaml"
    out.write(
        f"Next: say in {accounts} whose days are fetched, and where they go; then python -m insider_web_push doctor\n"
    )
    return 0


def starter_files() -> dict[str, Path]:
    """
    Find the files that a deployment begins with, by their names in it.

    A wheel has them in `starter/`, where `hatch_build.py` puts them; a clone at its root.

    Raises:
        ConfigurationError: neither is there, as in a copy of the package's folder alone.
    """
    for root in (_PACKAGE / "starter", _PACKAGE.parents[1]):
        files = {str(path.relative_to(root)): path for pattern in _WRITTEN for path in root.glob(pattern)}
        if "include/accounts.yaml" in files:
            return files
    raise ConfigurationError(
        f"{_PACKAGE} lies there without the DAG files: install the package from its wheel, or from its repository"
    )


def _write_new(path: Path, data: bytes) -> bool:
    """Write a file unless something of its name is there; tells whether it did."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("xb") as file:
            file.write(data)
    except FileExistsError:
        return False
    return True
