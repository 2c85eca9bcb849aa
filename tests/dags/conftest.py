"""The DAG files, loaded by fresh processes for one account and for three, and where a task starts."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from airflow.serialization.definitions.dag import SerializedDAG
from airflow.serialization.serialized_objects import DagSerialization

from tests.conftest import PROJECT_ROOT

ONE = "accounts: [{name: default, timezone: Europe/Istanbul, storage: data}]"
THREE = """
accounts:
  - {name: default, timezone: Europe/Istanbul, storage: "s3://aws_default@lake/insider"}
  - {name: brand2, conn_id: brand2_conn, timezone: Europe/Berlin, schedule: "30 4 * * *", storage: data}
  - {name: brand3, conn_id: brand3_conn, timezone: America/Sao_Paulo, schedule: null, refresh_schedule: null,
     storage: data}
"""
DAILY = "insider_web_push_campaign_metrics"
STARTED = {"brand2": f"{DAILY}__brand2", "default": DAILY}
"""Two of the three accounts, and a DAG of which a task starts."""

ICEBERG_ON = {"AIRFLOW__INSIDER_WEB_PUSH__ICEBERG_CONN_ID": "lakehouse"}


@pytest.fixture(scope="session")
def _loaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    jobs = {"one": Job(ONE), "three": Job(THREE), "iceberg": Job(THREE, env=ICEBERG_ON)}
    # As Airflow's task runner says which DAG it wants of a file.
    jobs |= {dag_id: Job(THREE, env={"_AIRFLOW_PARSING_CONTEXT_DAG_ID": dag_id}) for dag_id in STARTED.values()}
    return load_each(tmp_path_factory.mktemp("accounts"), jobs)


@dataclass(frozen=True)
class Job:
    """A folder of DAG files that is loaded for some accounts, with more in the environment."""

    accounts: str
    folder: Path = PROJECT_ROOT / "dags"
    env: Mapping[str, str] = field(default_factory=dict)


def load_each(place: Path, jobs: Mapping[str, Job]) -> dict[str, dict[str, Any]]:
    """Let a process of its own load DAG files for each job; gives what became of them. *place* is for its files."""
    asked = []
    for name, job in jobs.items():
        accounts_file = place / f"{name}.yaml"
        accounts_file.write_text(job.accounts)
        env = {"AIRFLOW__INSIDER_WEB_PUSH__ACCOUNTS_FILE": str(accounts_file), **job.env}
        asked.append({"result": str(place / f"{name}.json"), "folder": str(job.folder), "env": env})
    (place / "jobs.json").write_text(json.dumps(asked))
    command = [sys.executable, "-m", "tests.dags.load_each", str(place / "jobs.json")]
    done = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)  # noqa: S603 — our own
    assert done.returncode == 0, done.stdout + done.stderr
    return {name: json.loads((place / f"{name}.json").read_text()) for name in jobs}


@pytest.fixture
def one_account(_loaded: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What became of the DAG files with one account."""
    return _loaded["one"]


@pytest.fixture
def three_accounts(_loaded: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What became of them with three."""
    return _loaded["three"]


@pytest.fixture
def three_with_iceberg(_loaded: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What became of them with three, and the connection of an Iceberg catalog."""
    return _loaded["iceberg"]


@pytest.fixture
def started(_loaded: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What becomes of them with three, by the account of which a task starts."""
    return {account: _loaded[dag_id] for account, dag_id in STARTED.items()}


def restored(found: dict[str, Any], dag_id: str) -> SerializedDAG:
    """Give a DAG as the scheduler sees it: from its serialised form."""
    return DagSerialization.from_dict(found["dags"][dag_id]["serialized"])
