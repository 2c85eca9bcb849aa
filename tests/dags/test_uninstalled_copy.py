"""A copy of the package on PYTHONPATH, without its entry points, as people put it into managed Airflows."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import PROJECT_ROOT
from tests.dags.conftest import ICEBERG_ON, ONE

Load = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def without_us(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder of all installed packages but this one and those of its extra `iceberg`, and one of its files."""
    folder = tmp_path_factory.mktemp("environment")
    (folder / "site").mkdir()
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        is_ours = "insider_web_push" in entry.name or "iceberg" in entry.name
        if not is_ours and entry.suffix != ".pth":
            (folder / "site" / entry.name).symlink_to(entry)
    shutil.copytree(PROJECT_ROOT / "plugins" / "insider_web_push", folder / "copy" / "insider_web_push")
    return folder


@pytest.fixture
def load(without_us: Path, tmp_path: Path) -> Load:
    """Load the DAG files in a process that has only the copy."""

    def run(**env: str) -> dict[str, Any]:
        accounts, result = tmp_path / "accounts.yaml", tmp_path / "result.json"
        accounts.write_text(ONE)
        path = os.pathsep.join(map(str, [without_us / "site", without_us / "copy", PROJECT_ROOT]))
        done = subprocess.run(  # noqa: S603 — our own module, by our own interpreter
            [sys.executable, "-S", "-m", "tests.dags.load_dags", str(result)],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": path, "AIRFLOW__INSIDER_WEB_PUSH__ACCOUNTS_FILE": str(accounts)} | env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return dict(json.loads(result.read_text()))

    return run


def test_the_import_error_says_what_to_install(load: Load) -> None:
    """Airflow's own words are `Unknown priority strategy`, and no more."""
    found = load()
    said = {Path(file).stem: error for file, error in found["import_errors"].items()}
    assert set(said) == {
        f"insider_web_push_{name}"
        for name in ("campaign_metrics", "check_account", "purge", "refresh", "weekly_report")
    }
    for error in said.values():
        assert "ConfigurationError: insider_web_push can be imported here, but is not installed" in error
        assert "pip wheel --no-deps ." in error
    assert set(found["dags"]) == {"insider_web_push_day_totals", "insider_web_push_housekeeping"}


def test_a_copy_whose_plugin_is_registered_otherwise_is_taken(load: Load, tmp_path: Path) -> None:
    """A file in Airflow's plugins folder does what the entry point would."""
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "ours.py").write_text("from insider_web_push.plugin import InsiderWebPushPlugin\n")
    found = load(AIRFLOW__CORE__PLUGINS_FOLDER=str(tmp_path / "plugins"))
    assert found["import_errors"] == {}
    assert len(found["dags"]) == 7
    # Without the extra its connection starts nothing, and breaks nothing.
    assert load(AIRFLOW__CORE__PLUGINS_FOLDER=str(tmp_path / "plugins"), **ICEBERG_ON) == found
