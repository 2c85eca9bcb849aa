"""What emptying a budget's store does: an administrator's FLUSHALL, a deleted row, a removed file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg2
import pytest
import redis

from insider_web_push.budget.store import BudgetStore, Lease
from tests.unit.budget.conftest import OpenStore
from tests.unit.budget.limits import LONG


@pytest.fixture
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], None]:
    """Empty the store that the test runs on, as its administrator can."""

    def file(_: str) -> None:
        for found in tmp_path.glob("budget.sqlite3*"):
            found.unlink()

    def key(budget: str) -> None:
        server: dict[str, Any] = request.getfixturevalue("valkey_server")
        redis.Redis(port=server["port"]).delete(f"insider_web_push:budget:{budget}")

    def row(budget: str) -> None:
        folder = request.getfixturevalue("postgres_server")["host"]
        db = psycopg2.connect(host=folder, user="postgres", dbname="postgres")
        db.cursor().execute("DELETE FROM insider_web_push_budget WHERE name = %s", (budget,))
        db.commit()
        db.close()

    return {"sqlite": file, "valkey": key, "postgres": row}[request.node.callspec.params["open_store"]]


def taken(store: BudgetStore, budget: str) -> Lease:
    """Take a lease, which there is."""
    lease = store.acquire(budget, LONG)
    assert isinstance(lease, Lease)
    return lease


def test_a_call_that_was_under_way_counts_again_beside_those_that_came_after(
    open_store: OpenStore, empty: Callable[[str], None], budget: str
) -> None:
    """Its stamp would otherwise stand for the lease that was given under the same number since."""
    store = open_store()
    before = taken(store, budget)
    empty(budget)
    assert store.use(budget, LONG).used == 0, "what was lost is lost until its answer comes"
    after = taken(store, budget)
    store.stamp(before, LONG)
    assert store.use(budget, LONG).used == 2
    store.stamp(after, LONG)
    assert store.use(budget, LONG).used == 2
