"""The DAG files as a git bundle has them: checked out by Airflow, away from the DAGs folder."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.conftest import PROJECT_ROOT
from tests.dags.conftest import ONE


def test_the_dags_of_a_checkout_go_by_its_own_accounts(tmp_path: Path) -> None:
    """No option names the file, and beside the DAGs folder there is none."""
    checkout = tmp_path / "bundles" / "team" / "versions" / "4f1d2c"
    shutil.copytree(PROJECT_ROOT / "dags", checkout / "dags", ignore=shutil.ignore_patterns("__pycache__"))
    (checkout / "include").mkdir()
    (checkout / "include" / "accounts.yaml").write_text(ONE.replace("data", "s3://lake/insider"))
    result = tmp_path / "result.json"
    done = subprocess.run(  # noqa: S603 — our own module, by our own interpreter
        [sys.executable, "-m", "tests.dags.load_dags", str(result), str(checkout / "dags")],
        cwd=PROJECT_ROOT,
        env=os.environ
        | {
            "AIRFLOW__CORE__DAGS_FOLDER": str(tmp_path / "nowhere" / "dags"),
            "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_STORAGE_PATH": str(tmp_path / "bundles"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(result.read_text())
    assert found["import_errors"] == {}
    assert len(found["dags"]) == 7
