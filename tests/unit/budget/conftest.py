"""The three stores, each on a real server, for one suite of tests."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from include.servers import postgres, valkey
from insider_web_push.budget.postgres_store import PostgresStore
from insider_web_push.budget.redis_store import RedisStore
from insider_web_push.budget.sqlite_store import SQLiteStore
from insider_web_push.budget.store import BudgetStore
from tests.unit.budget.limits import LONG

OpenStore = Callable[[], BudgetStore]
"""Opens the store anew, as another process would."""


@pytest.fixture(scope="session")
def valkey_server() -> Iterator[dict[str, Any]]:
    with valkey() as server:
        store = RedisStore(redis.Redis(port=server["port"]), name="valkey")
        while store.use("warm-up", LONG).next_free_s:  # a server that has just started lets nobody send
            time.sleep(0.1)
        yield server


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[dict[str, Any]]:
    with postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "valkey", "postgres"])
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> OpenStore:
    """Each test runs on every store."""
    match request.param:
        case "sqlite":
            return lambda: SQLiteStore(tmp_path / "budget.sqlite3")
        case "valkey":
            port = request.getfixturevalue("valkey_server")["port"]
            return lambda: RedisStore(redis.Redis(port=port), name="valkey")
    folder = request.getfixturevalue("postgres_server")["host"]
    return lambda: PostgresStore({"host": folder, "user": "postgres", "dbname": "postgres"}, name="postgres")


@pytest.fixture
def store(open_store: OpenStore) -> BudgetStore:
    return open_store()


@pytest.fixture
def budget(request: pytest.FixtureRequest) -> str:
    """A budget of its own for each test."""
    return f"{request.node.name}-{time.time_ns()}"
