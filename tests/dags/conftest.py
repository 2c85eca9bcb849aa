"""The DAG files, loaded by fresh processes for one account and for three."""

import json
import os
import subprocess
import sys
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
ICEBERG_ON = {"AIRFLOW__INSIDER_WEB_PUSH__ICEBERG_CONN_ID": "lakehouse"}


@pytest.fixture(scope="session")
def _loaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("accounts")
    children = {}
    for name, (text, env) in {"one": (ONE, {}), "three": (THREE, {}), "iceberg": (THREE, ICEBERG_ON)}.items():
        accounts_file = folder / f"{name}.yaml"
        accounts_file.write_text(text)
        children[name] = load_dags(accounts_file, folder / f"{name}.json", **env)
    for child in children.values():
        output, _ = child.communicate()
        assert child.returncode == 0, output
    return {name: json.loads((folder / f"{name}.json").read_text()) for name in children}


def load_dags(accounts_file: Path, result: Path, **env: str) -> subprocess.Popen[str]:
    """Let a process load the DAG files, and write down what became of them."""
    return subprocess.Popen(  # noqa: S603 — our own module, by our own interpreter
        [sys.executable, "-m", "tests.dags.load_dags", str(result)],
        cwd=PROJECT_ROOT,
        env=os.environ | {"AIRFLOW__INSIDER_WEB_PUSH__ACCOUNTS_FILE": str(accounts_file), **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


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


def restored(found: dict[str, Any], dag_id: str) -> SerializedDAG:
    """Give a DAG as the scheduler sees it: from its serialised form."""
    return DagSerialization.from_dict(found["dags"][dag_id]["serialized"])
