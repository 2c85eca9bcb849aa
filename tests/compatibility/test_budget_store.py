"""A budget that version 0.1.0 kept is continued, on each of the three stores: nothing that counted is forgotten."""

import json
import re
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg2
import pytest
import redis

from include.servers import postgres, valkey
from insider_web_push.budget.lease import RateLimit
from insider_web_push.budget.postgres_store import PostgresStore
from insider_web_push.budget.redis_store import RedisStore
from insider_web_push.budget.sqlite_store import SQLiteStore
from insider_web_push.budget.store import BudgetStore, Lease, Refusal
from tests.builders import DATA

STORED = DATA / "budget_v1"
LEASES, PAUSED, LIMITED, REFUSED = (
    f"web-push.api.useinsider.com/{name}" for name in ("leases", "paused", "limited", "refused")
)
KEY_HASH = "0123456789abcdef"
LIMIT = RateLimit(window=timedelta(seconds=1), request_deadline=timedelta(seconds=1))
"""A Valkey that has just started lets somebody send after two seconds of it."""
SQLITE_NOTED_AT, SQLITE_BOOT = 500_008.0, "the boot of budget_v1"
_INSTANT = re.compile(r"1[0-9]{9}\.[0-9]+")

Opened = Callable[[float], BudgetStore]
"""Opens the old store, so many seconds after it was copied."""


@pytest.fixture(scope="module")
def valkey_server() -> Iterator[Mapping[str, Any]]:
    with valkey() as server:
        store = RedisStore(redis.Redis(port=server["port"]), name="valkey")
        while store.use("warm-up", LIMIT).next_free_s:
            time.sleep(0.1)
        yield server


@pytest.fixture(scope="module")
def postgres_server() -> Iterator[Mapping[str, Any]]:
    with postgres() as server:
        yield server


def moved_to_now(name: str, after_s: float) -> Any:
    """Read what a server held, with its instants as if it had been copied *after_s* seconds ago."""
    text = (STORED / name).read_text(encoding="utf-8")
    shift = time.time() - after_s - json.loads(text)["noted_at"]
    return json.loads(_INSTANT.sub(lambda found: f"{float(found[0]) + shift:.6f}", text))


def on_sqlite(folder: Path, after_s: float, *, boot: str = SQLITE_BOOT) -> BudgetStore:
    path = Path(shutil.copy(STORED / "budget.sqlite3", folder))
    return SQLiteStore(path, clock=lambda: SQLITE_NOTED_AT + after_s, boot=lambda: boot)


def on_valkey(server: Mapping[str, Any], after_s: float) -> BudgetStore:
    client = redis.Redis(port=server["port"])
    for key, fields in moved_to_now("valkey.json", after_s)["hashes"].items():
        client.delete(key)
        client.hset(key, mapping=fields)
    return RedisStore(client, name="valkey")


def on_postgres(server: Mapping[str, Any], after_s: float) -> BudgetStore:
    address = {"host": server["host"], "user": server["login"], "dbname": server["schema"]}
    store = PostgresStore(address, name="postgres")
    store.use("any", LIMIT)  # makes the table
    with closing(psycopg2.connect(**address)) as db, db, db.cursor() as cursor:
        cursor.execute("DELETE FROM insider_web_push_budget")
        for row in moved_to_now("postgres.json", after_s)["insider_web_push_budget"]:
            cursor.execute("INSERT INTO insider_web_push_budget (name, ledger) VALUES (%(name)s, %(ledger)s)", row)
    return store


@pytest.fixture(params=["sqlite", "valkey", "postgres"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Opened:
    """Each test runs on every store."""
    match request.param:
        case "sqlite":
            return lambda after_s: on_sqlite(tmp_path, after_s)
        case "valkey":
            server = request.getfixturevalue("valkey_server")
            return lambda after_s: on_valkey(server, after_s)
    server = request.getfixturevalue("postgres_server")
    return lambda after_s: on_postgres(server, after_s)


def test_old_leases_count_on(opened: Opened) -> None:
    """And the next one is numbered after them."""
    store = opened(0)
    assert store.use(LEASES, LIMIT).used == 3
    assert store.acquire(LEASES, LIMIT) == Lease(4, LEASES, used=4, limit=LIMIT.requests)


@pytest.mark.parametrize(("after_s", "used"), [(50, 3), (58, 1), (80, 1), (90, 0)])
def test_old_leases_end_at_their_time(opened: Opened, after_s: float, used: int) -> None:
    """Two were stamped, and count for a minute from then; one was not, and counts for its deadline as well."""
    assert opened(after_s).use(LEASES, LIMIT).used == used


def test_a_full_budget_waits_for_the_first_old_stamp_to_end(opened: Opened) -> None:
    """A minute after it, whatever came in between."""
    assert opened(0).use(LEASES, replace(LIMIT, requests=2)).next_free_s == pytest.approx(55, abs=3)


def test_an_old_lease_is_stamped(opened: Opened) -> None:
    """By the task that took it before the upgrade, and got its answer after it: it counts for a window from then."""
    store = opened(80)
    store.stamp(Lease(3, LEASES), RateLimit())
    assert store.use(LEASES, replace(LIMIT, requests=1)).next_free_s == pytest.approx(60, abs=3)


def test_an_old_pause_holds(opened: Opened) -> None:
    """For what is left of its quarter of an hour."""
    assert opened(0).use(PAUSED, LIMIT).next_free_s == pytest.approx(897, abs=3)
    assert opened(890).use(PAUSED, LIMIT).next_free_s == pytest.approx(7, abs=3)
    assert opened(900).use(PAUSED, LIMIT).next_free_s == 0


def test_a_limit_that_the_server_stated_holds(opened: Opened) -> None:
    """For as long as it is believed."""
    assert opened(0).use(LIMITED, LIMIT).limit == 20
    assert opened(600).use(LIMITED, LIMIT).limit == LIMIT.requests


def test_a_refused_key_is_still_refused(opened: Opened) -> None:
    """But for one probe after half a minute; another key is not."""
    refused = opened(0).acquire(REFUSED, LIMIT, key_hash=KEY_HASH)
    assert isinstance(refused, Refusal)
    assert refused.left_s == pytest.approx(299, abs=3)
    store = opened(31)
    probe = store.acquire(REFUSED, LIMIT, key_hash=KEY_HASH)
    assert isinstance(probe, Lease)
    assert probe.probes
    assert isinstance(store.acquire(REFUSED, LIMIT, key_hash=KEY_HASH), Refusal)
    assert isinstance(store.acquire(REFUSED, LIMIT, key_hash="of another key"), Lease)


def test_an_old_file_outlives_a_boot(tmp_path: Path) -> None:
    """What counted counts for a whole window, on a clock that began anew."""
    store = on_sqlite(tmp_path, -500_000.0, boot="another boot")
    assert store.use(LEASES, replace(LIMIT, requests=3)).next_free_s == LIMIT.window_s
    assert store.use(PAUSED, LIMIT).next_free_s == LIMIT.window_s
