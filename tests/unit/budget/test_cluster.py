"""A Valkey cluster of two nodes: each account's budget lies on one of them, and a client asks the other one first."""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from airflow.sdk import Connection

from include.servers import valkey_cluster
from insider_web_push.budget.opening import store_for
from insider_web_push.budget.store import BudgetStore, Lease
from insider_web_push.errors import BudgetUnavailable
from tests.conftest import PROJECT_ROOT
from tests.unit.budget.limits import LONG

ACCOUNTS = [f"api.example.com/brand_{number}" for number in range(6)]


@pytest.fixture(scope="module")
def nodes() -> Iterator[list[dict[str, Any]]]:
    with valkey_cluster() as nodes:
        for node in nodes:
            while _uptime_s(node) <= LONG.unstamped_s:  # a server that has just started lets nobody send
                time.sleep(0.2)
        yield nodes


def _uptime_s(node: dict[str, Any]) -> int:
    return int(redis.Redis(port=node["port"]).info("server")["uptime_in_seconds"])


def opened(node: dict[str, Any], monkeypatch: pytest.MonkeyPatch, **more: Any) -> BudgetStore:
    """Open the store by an Airflow connection to one of the nodes."""
    monkeypatch.setenv("AIRFLOW_CONN_SHARED", Connection(conn_id="shared", **(node | more)).as_json())
    return store_for("shared")


@pytest.mark.parametrize("asked", [0, 1])
def test_every_account_has_its_budget_whichever_node_the_connection_names(
    nodes: list[dict[str, Any]], asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each step is made on the right node, and once."""
    store = opened(nodes[asked], monkeypatch)
    for account in ACCOUNTS:
        budget = f"{account}/{asked}"
        lease = store.acquire(budget, LONG, key_hash="some")
        assert isinstance(lease, Lease)
        store.stamp(lease, LONG)
        store.trip(budget, "other")
        store.close(budget, 5)
        assert store.use(budget, LONG).used == 1
        assert store.closed(budget, LONG).paused_s == pytest.approx(5, abs=1)
        store.reopen(budget)
        assert all(isinstance(store.acquire(budget, LONG), Lease) for _ in range(LONG.requests - 1))
        assert not isinstance(opened(nodes[1 - asked], monkeypatch).acquire(budget, LONG), Lease)


def test_both_nodes_have_budgets(nodes: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the test above means something."""
    store = opened(nodes[0], monkeypatch)
    for account in ACCOUNTS:
        store.acquire(account, LONG)
    assert all(redis.Redis(port=node["port"]).dbsize() for node in nodes)


def test_a_cluster_has_no_numbered_databases(nodes: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever node it asked."""
    store = opened(nodes[0], monkeypatch, schema="0")
    assert store.use(ACCOUNTS[0], LONG).limit == LONG.requests
    with pytest.raises(BudgetUnavailable, match=r"shared \(redis at .*\) refuses \(DB index is out of range\)"):
        opened(nodes[0], monkeypatch, schema="3").use(ACCOUNTS[0], LONG)


def test_the_documented_user_may_do_it(nodes: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    """By the line of docs/deploy/storage.md, and what it adds for a cluster."""
    text = (PROJECT_ROOT / "docs/deploy/storage.md").read_text(encoding="utf-8")
    (line,) = re.findall(r"^user budget (.*)$", text, re.MULTILINE)
    (more,) = re.findall(r"so the user needs\s+`([^`]*)`", text)
    for node in nodes:
        admin = redis.Redis(port=node["port"])
        admin.execute_command("ACL", "SETUSER", "budget", *f"{line} {more}".split())  # type: ignore[no-untyped-call]  # redis-py's is not annotated
    store = opened(nodes[0], monkeypatch, login="budget", password="PASSWORD")
    for account in ACCOUNTS:
        assert isinstance(store.acquire(f"{account}/budget", LONG), Lease)
