"""The DAG files of version 0.1.0, which people have copied into their deployments, go on working."""

import json
from typing import Any

import pytest

from insider_web_push.vocabulary import HOUSEKEEPING
from tests.builders import DATA
from tests.dags.conftest import Job, load_each
from tests.dags.test_integrity import CONSUMER

ACCOUNTS = """
accounts:
  - {name: default, timezone: Europe/Istanbul, storage: "s3://aws_default@lake/insider", publish_by: "08:00"}
"""
OLD = DATA / "dags_v1"
SERIALIZED = json.loads((DATA / "airflow_v1" / "serialized_dags.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What becomes of the old files and of the present ones, each in a process of its own."""
    jobs = {"old": Job(ACCOUNTS, OLD), "present": Job(ACCOUNTS)}
    return load_each(tmp_path_factory.mktemp("loaded"), jobs)


def tasks(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Give what is told of each DAG's tasks."""
    return {dag_id: dag["tasks"] for dag_id, dag in found["dags"].items()}


def test_there_are_seven_old_files() -> None:
    """One a DAG."""
    assert len(list(OLD.glob("*.py"))) == len(SERIALIZED) == 7


def test_the_old_files_load(loaded: dict[str, dict[str, Any]]) -> None:
    """Without an error, a network or a database."""
    assert loaded["old"]["import_errors"] == {}
    assert loaded["old"]["looked_for"] == []


def test_the_old_files_make_the_present_dags(loaded: dict[str, dict[str, Any]]) -> None:
    """The same DAGs with the same tasks in the same order, and the same pools, retries, timeouts and outlets."""
    old, present = tasks(loaded["old"]), tasks(loaded["present"])
    # The example of a consumer has its task in its own file, and got a timeout there.
    assert (old[CONSUMER]["totals"].pop("timeout_s"), present[CONSUMER]["totals"].pop("timeout_s")) == (None, 600)
    assert old == {name: dag for name, dag in present.items() if name != HOUSEKEEPING}  # which is younger


@pytest.mark.parametrize("dag_id", SERIALIZED)
def test_no_dag_and_no_task_has_lost_its_name(loaded: dict[str, dict[str, Any]], dag_id: str) -> None:
    """The history of runs hangs on them: whatever the database of then has is still there."""
    then = {task["__var"]["task_id"] for task in SERIALIZED[dag_id]["dag"]["tasks"]}
    assert then <= tasks(loaded["present"])[dag_id].keys()
