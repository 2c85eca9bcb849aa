"""A clock that was set back, a pause of most of a day, a server that is frozen: nothing lasts longer than it should."""

import json
import logging
import os
import signal
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg2
import pytest
import redis

from include.servers import postgres, valkey
from insider_web_push.budget.lease import Held, RateLimit
from insider_web_push.budget.ledger import BREAKER_S, Ledger
from insider_web_push.budget.opening import store_for
from insider_web_push.budget.postgres_store import PostgresStore
from insider_web_push.budget.redis_store import RedisStore
from insider_web_push.budget.slots import Budget
from insider_web_push.budget.store import Closed, Lease, Refusal
from insider_web_push.errors import BudgetUnavailable, Throttled
from tests.unit.budget.limits import LONG

HOUR_S = 3600.0
USUAL = RateLimit()
SetBack = Callable[[], None]


def _later(ledger: dict[str, Any]) -> str:
    """Give a ledger whose instants are an hour later than the clock's."""
    for lease in ledger["leases"].values():
        lease["until"] += HOUR_S
    for breaker in ledger["breakers"].values():
        breaker["until"] += HOUR_S
        breaker["probe_from"] += HOUR_S
    for name in ("paused_until", "server_limit_until"):
        ledger[name] += HOUR_S if ledger[name] else 0
    return json.dumps(ledger)


@pytest.fixture
def set_back(request: pytest.FixtureRequest, tmp_path: Path, budget: str) -> SetBack:
    """Set the clock of the test's store back by an hour; what is the same, let all that it holds end an hour later."""
    kind = request.node.callspec.params["open_store"]

    def in_database(db: Any, table: str, mark: str) -> None:
        cursor = db.cursor()
        cursor.execute(f"SELECT ledger FROM {table} WHERE name = {mark}", (budget,))  # noqa: S608 — names of this file
        later = _later(json.loads(cursor.fetchone()[0]))
        cursor.execute(f"UPDATE {table} SET ledger = {mark} WHERE name = {mark}", (later, budget))  # noqa: S608 — as above
        db.commit()
        db.close()

    def on_valkey() -> None:
        client = redis.Redis(port=request.getfixturevalue("valkey_server")["port"], decode_responses=True)
        key = f"insider_web_push:budget:{budget}"
        for field, value in client.hgetall(key).items():
            if field.startswith("lease:"):
                client.hset(key, field, f"{value[0]}{float(value[1:]) + HOUR_S}")
            elif field.startswith("breaker:"):
                client.hset(key, field, " ".join(str(float(part) + HOUR_S) for part in value.split()))
            elif field in {"paused_until", "server_limit_until"}:
                client.hset(key, field, float(value) + HOUR_S)

    def set_it_back() -> None:
        match kind:
            case "sqlite":
                in_database(sqlite3.connect(tmp_path / "budget.sqlite3"), "budget", "?")
            case "postgres":
                folder = request.getfixturevalue("postgres_server")["host"]
                db = psycopg2.connect(host=folder, user="postgres", dbname="postgres")
                in_database(db, "insider_web_push_budget", "%s")
            case _:
                on_valkey()

    return set_it_back


def test_a_stamped_lease_counts_for_one_window_from_now(store, budget, set_back):
    for _ in range(LONG.requests):
        store.stamp(store.acquire(budget, LONG), LONG)
    set_back()
    assert USUAL.window_s - 2 < store.use(budget, LONG).next_free_s <= USUAL.window_s
    time.sleep(1)  # and that bound stands: it does not begin anew with each look
    assert store.use(budget, LONG).next_free_s <= USUAL.window_s - 1


@pytest.mark.parametrize("limit", [USUAL, LONG])
def test_an_unstamped_lease_counts_for_its_length_from_now(limit: RateLimit) -> None:
    """Also where a caller with a shorter window than that of whoever took it looks at it."""
    ledger = Ledger(leases={1: Held(HOUR_S)})
    assert ledger.use(limit, now=0).used == 1
    assert ledger.use(limit, now=USUAL.unstamped_s - 1).used == 1
    assert ledger.use(limit, now=USUAL.unstamped_s).used == 0


def test_an_unstamped_lease_on_valkey_does_too(valkey_server, budget):
    client = redis.Redis(port=valkey_server["port"], decode_responses=True)
    store, key = RedisStore(redis.Redis(port=valkey_server["port"]), name="valkey"), f"insider_web_push:budget:{budget}"
    store.acquire(budget, LONG)
    ((field, _),) = [(name, value) for name, value in client.hgetall(key).items() if name.startswith("lease:")]
    client.hset(key, field, f"u{time.time() + HOUR_S}")
    store.use(budget, LONG)
    assert float(client.hget(key, field)[1:]) - time.time() <= USUAL.unstamped_s


def test_a_pause_lasts_no_longer_than_it_was_meant_to(store, budget, set_back):
    store.close(budget, 50)
    set_back()
    assert 48 < store.use(budget, LONG).next_free_s <= 50


def test_a_refused_key_waits_no_longer_than_it_was_meant_to(store, budget, set_back):
    store.trip(budget, "key")
    set_back()
    refused = store.acquire(budget, LONG, key_hash="key")
    assert isinstance(refused, Refusal)
    assert BREAKER_S - 2 < refused.left_s <= BREAKER_S


def test_a_pause_in_milliseconds_is_not_believed(store, budget, caplog):
    """`Retry-After: 60000` is 16.7 hours: the budget is closed for five windows, and the log says what was asked."""
    bucket = Budget(store, budget, limit=LONG)
    throttled = Throttled("the API answered 429", retry_after_s=60_000.0)
    with caplog.at_level(logging.WARNING):
        bucket.learn(bucket.slot(max_wait_s=None), throttled, server_limit=None)
    assert store.use(budget, LONG).next_free_s <= 5 * LONG.window_s
    assert throttled.retry_after_s == 5 * LONG.window_s
    assert "asked for 60000 s" in caplog.text


def test_what_keeps_callers_from_sending_is_told_and_ended(store, budget):
    """A person may end a pause and a breaker; leases go on counting, since they are what keeps the limit."""
    assert store.closed(budget, LONG) == Closed()
    store.stamp(store.acquire(budget, LONG), LONG)
    store.close(budget, 50)
    store.trip(budget, "key")
    store.observe(budget, 2)
    told = store.closed(budget, LONG)
    assert 48 < told.paused_s <= 50
    assert told.server_limit == 2
    (refused_s,) = told.refused_keys_s
    assert BREAKER_S - 2 < refused_s <= BREAKER_S
    store.reopen(budget)
    assert store.closed(budget, LONG) == Closed(server_limit=2)
    assert isinstance(store.acquire(budget, LONG, key_hash="key"), Lease)
    assert store.use(budget, LONG).used == 2


def _stopped(pid: int, step: Callable[[], object]) -> float:
    """Take a step while a process stands still; gives the seconds that it took."""
    os.kill(pid, signal.SIGSTOP)
    began = time.monotonic()
    try:
        with pytest.raises(BudgetUnavailable, match="nothing was sent"):
            step()
    finally:
        os.kill(pid, signal.SIGCONT)
    return time.monotonic() - began


def test_a_frozen_postgresql_does_not_hang_the_caller():
    """The bound is the client's: `statement_timeout` is kept by the server, which stands still."""
    with postgres() as server:
        folder = Path(server["host"])
        store = PostgresStore(
            {"host": str(folder), "user": "postgres", "dbname": "postgres"}, name="frozen", answer_within_s=2
        )
        store.acquire("any", LONG)
        postmaster = int((folder / "postmaster.pid").read_text().split()[0])
        took_s = _stopped(postmaster, lambda: store.acquire("any", LONG))
        assert took_s < 4
        assert isinstance(store.acquire("any", LONG), Lease)


def test_a_row_that_somebody_locks_does_not_hang_the_caller(postgres_server, budget):
    arguments = {"host": postgres_server["host"], "user": "postgres", "dbname": "postgres"}
    store = PostgresStore(arguments, name="locked", answer_within_s=1)
    store.acquire(budget, LONG)
    db = psycopg2.connect(**arguments)
    db.cursor().execute("SELECT * FROM insider_web_push_budget WHERE name = %s FOR UPDATE", (budget,))
    began = time.monotonic()
    with pytest.raises(BudgetUnavailable, match="TimeoutError"):
        store.acquire(budget, LONG)
    assert time.monotonic() - began < 3
    db.close()


def test_a_frozen_valkey_does_not_hang_the_caller(monkeypatch):
    """And the step is not sent a second time: it may have been made, and would take two leases."""
    with valkey() as server:
        monkeypatch.setenv(
            "AIRFLOW_CONN_FROZEN", json.dumps({"conn_type": "redis", "host": "127.0.0.1", "port": server["port"]})
        )
        store = store_for("frozen", answer_within_s=2)
        store.use("any", LONG)
        client = redis.Redis(port=server["port"])
        assert _stopped(client.info("server")["process_id"], lambda: store.acquire("any", LONG)) < 4
