"""The three stores, each on a real server, for one suite of tests; and one caller's budget, whose naps cost no time."""

import time as real_time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from include.servers import postgres, valkey
from insider_web_push.budget.lease import RateLimit
from insider_web_push.budget.postgres_store import PostgresStore
from insider_web_push.budget.redis_store import RedisStore
from insider_web_push.budget.slots import Budget
from insider_web_push.budget.sqlite_store import SQLiteStore
from insider_web_push.budget.store import BudgetStore
from tests.unit.budget.limits import LONG
from tests.unit.budget.napping import Time

OpenStore = Callable[[], BudgetStore]
"""Opens the store anew, as another process would."""


@pytest.fixture(scope="session")
def valkey_server() -> Iterator[dict[str, Any]]:
    with valkey() as server:
        store = RedisStore(redis.Redis(port=server["port"]), name="valkey")
        while store.use("warm-up", LONG).next_free_s:  # a server that has just started lets nobody send
            real_time.sleep(0.1)
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
    return f"{request.node.name}-{real_time.time_ns()}"


@pytest.fixture
def time() -> Time:
    """The present."""
    return Time()


@pytest.fixture
def local_store(tmp_path: Path, time: Time) -> SQLiteStore:
    """A new store on that clock."""
    return SQLiteStore(tmp_path / "budget.sqlite3", clock=time.clock, boot=lambda: "this boot")


@pytest.fixture
def budget_of(local_store: SQLiteStore, time: Time) -> Callable[..., Budget]:
    """Make a budget as a caller has it."""

    def make(requests: int = 2, *, key: str = "api.example.com/brand", api_key: str = "k3y") -> Budget:
        return Budget(
            local_store,
            key,
            api_key=api_key,
            limit=RateLimit(requests=requests),
            clock=time.clock,
            sleep=time.sleep,
        )

    return make
