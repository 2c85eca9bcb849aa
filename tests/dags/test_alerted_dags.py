"""Every DAG that works for an account tells of its failures."""

from typing import Any

import pytest

from tests.dags.test_integrity import ACCOUNTS, ALL_DAGS, CONSUMER, REFRESH


@pytest.mark.parametrize("account", ACCOUNTS)
@pytest.mark.parametrize("dag", sorted(ALL_DAGS - {CONSUMER}))
def test_the_last_task_tells_of_every_failure(three_accounts: dict[str, Any], dag: str, account: str) -> None:
    """Each task has the callback, and one task alone comes last: it sends the one message."""
    found = three_accounts["dags"][f"{dag}{account}"]
    tasks = found["serialized"]["dag"]["tasks"]
    told = {task["__var"]["task_id"] for task in tasks if _tells(task["__var"])}
    assert told == set(found["tasks"])
    upstream = {task_id for task in found["tasks"].values() for task_id in task["upstream"]}
    assert len(set(found["tasks"]) - upstream) == 1


@pytest.mark.parametrize("account", ACCOUNTS)
def test_only_the_refresh_tells_of_a_backlog(three_accounts: dict[str, Any], account: str) -> None:
    """By its plan, which knows it, and though nothing failed."""
    told = {
        (dag_id, task["__var"]["task_id"])
        for dag_id, dag in three_accounts["dags"].items()
        for task in dag["serialized"]["dag"]["tasks"]
        if task["__var"].get("has_on_success_callback")
    }
    assert (f"{REFRESH}{account}", "plan") in told
    assert len(told) == len(ACCOUNTS)


def _tells(task: dict[str, Any]) -> bool:
    return bool({**task.get("partial_kwargs", {}), **task}.get("has_on_failure_callback"))
