"""What every store must do, held against each of them on its real server."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import redis

from include.servers import valkey
from insider_web_push.budget.lease import Use
from insider_web_push.budget.postgres_store import PostgresStore
from insider_web_push.budget.redis_store import RedisStore
from insider_web_push.budget.slots import Budget
from insider_web_push.budget.sqlite_store import SQLiteStore
from insider_web_push.budget.store import Lease, Refusal
from insider_web_push.errors import BudgetUnavailable, BudgetWait
from tests.unit.budget.limits import LONG, SHORT


def test_as_many_leases_as_the_limit(store, budget):
    """The limit's last request gets a lease, the next one a wait of about a window."""
    got = [store.acquire(budget, LONG) for _ in range(4)]
    assert [type(one) for one in got] == [Lease] * 3 + [Use]
    assert (got[3].used, got[3].limit) == (3, 3)
    assert LONG.window_s - 2 < got[3].next_free_s <= LONG.window_s


def test_a_stamped_lease_counts_for_one_window_from_its_stamp(store, budget):
    """After the stamps the wait is a window, no longer the deadline and a window."""
    for _ in range(3):
        store.stamp(store.acquire(budget, LONG), LONG)
    assert LONG.window_s - 2 < store.use(budget, LONG).next_free_s <= LONG.window_s


def test_an_unstamped_lease_counts_past_its_window(store, budget):
    """A caller that died after its lease may have sent: its slot comes back, but not before the deadline as well."""
    began = time.monotonic()
    store.acquire(budget, SHORT)
    while store.use(budget, SHORT).used:
        assert time.monotonic() - began < 30, "the slot did not come back"
        time.sleep(0.05)
    assert time.monotonic() - began > SHORT.unstamped_s - 0.01


def test_budgets_do_not_touch_each_other(store, budget):
    """One account's use is not another's."""
    store.acquire(budget, LONG)
    assert store.use(f"{budget}-another", LONG).used == 0


def test_a_raised_limit_is_used_at_once(store, budget):
    """The limit is an argument of each step, and is kept nowhere."""
    for _ in range(3):
        store.acquire(budget, LONG)
    assert isinstance(store.acquire(budget, replace(LONG, requests=4)), Lease)


def test_a_pause_holds_for_everybody_and_the_longer_one_stands(store, open_store, budget):
    """A throttled answer closes the budget; a shorter pause that is asked for later does not open it."""
    store.close(budget, 50)
    open_store().close(budget, 5)
    assert 45 < open_store().use(budget, LONG).next_free_s <= 50


def test_a_lower_limit_that_the_server_states_is_obeyed(store, budget):
    """The lower of both limits counts."""
    store.observe(budget, 2)
    assert [type(store.acquire(budget, LONG)) for _ in range(3)] == [Lease, Lease, Use]
    store.observe(budget, 1000)
    assert store.use(budget, LONG).limit == LONG.requests


def test_a_refused_key_is_not_used_again_and_another_one_is(store, budget):
    """The breaker knows a key by its hash."""
    store.trip(budget, "old-key")
    refused = store.acquire(budget, LONG, key_hash="old-key")
    assert isinstance(refused, Refusal)
    assert 295 < refused.left_s <= 300
    assert isinstance(store.acquire(budget, LONG, key_hash="new-key"), Lease)
    store.reset(budget, "old-key")
    assert isinstance(store.acquire(budget, LONG, key_hash="old-key"), Lease)


def test_how_long_a_key_is_in_doubt_is_known_to_everybody(store, open_store, budget):
    """A refusal that may be a firewall's is noted with its key, until a good answer comes."""
    assert store.doubt(budget, "old-key") == 0
    time.sleep(0.2)
    assert 0.1 < open_store().doubt(budget, "old-key") < 5
    doubted = store.acquire(budget, LONG, key_hash="old-key")
    assert isinstance(doubted, Lease)
    assert (doubted.doubted, doubted.probes) == (True, False)
    assert store.acquire(budget, LONG, key_hash="new-key").doubted is False
    store.reset(budget, "old-key")
    assert store.acquire(budget, LONG, key_hash="old-key").doubted is False
    store.doubt(budget, "old-key")
    store.reopen(budget)
    assert store.doubt(budget, "old-key") == 0


def test_many_callers_never_hold_more_than_the_limit(open_store, budget):
    """Eight callers at once, on the real clock: as their stamps show, no window holds more than the limit."""

    def caller(_: int) -> list[float]:
        bucket = Budget(open_store(), budget, limit=SHORT)
        sent = []
        for _ in range(3):
            slot = bucket.slot(max_wait_s=None)
            sent.append(time.monotonic())
            slot.stamp()
        return sent

    with ThreadPoolExecutor(8) as pool:
        sent = sorted(at for times in pool.map(caller, range(8)) for at in times)
    assert len(sent) == 24
    assert max(sum(start <= at < start + SHORT.window_s for at in sent) for start in sent) <= SHORT.requests


def test_a_wait_that_is_too_long_is_an_error_that_says_how_long(store, budget):
    """So that the caller can give its worker back."""
    for _ in range(3):
        store.acquire(budget, LONG)
    with pytest.raises(BudgetWait) as wait:
        Budget(store, budget, limit=LONG).slot(max_wait_s=5)
    assert LONG.window_s - 2 < wait.value.retry_after_s <= LONG.window_s


def test_a_store_that_is_down_is_named(tmp_path):
    """Nothing may be sent then; the error says which store, and holds no password."""
    (tmp_path / "file").write_text("")
    down = [
        (SQLiteStore(tmp_path / "file" / "budget.sqlite3"), str(tmp_path)),
        (RedisStore(redis.Redis(port=1, password="secret"), name="shared (redis at 127.0.0.1:1)"), "127.0.0.1:1"),
        (PostgresStore({"host": str(tmp_path), "password": "secret"}, name="shared (postgres)"), "shared (postgres)"),
    ]
    for store, name in down:
        with pytest.raises(BudgetUnavailable, match="nothing was sent") as error:
            store.acquire("any", LONG)
        assert name in str(error.value)
        assert "secret" not in str(error.value)


def test_a_valkey_that_has_just_started_lets_nobody_send():
    """It may have lost leases: until all of them are surely over, the answer is a wait."""
    with valkey() as server:
        fresh = RedisStore(redis.Redis(port=server["port"]), name="valkey").acquire("any", LONG)
    assert isinstance(fresh, Use)
    assert LONG.unstamped_s - 2 <= fresh.next_free_s <= LONG.unstamped_s


def test_a_long_pause_outlives_the_leases_on_valkey(valkey_server, budget):
    """The hash that holds a budget ends by itself, but not before an hour of Retry-After does."""
    client = redis.Redis(port=valkey_server["port"])
    store = RedisStore(client, name="valkey")
    store.close(budget, 3600)
    store.stamp(store.acquire(f"{budget}-other", LONG), LONG)
    store.observe(budget, 10)
    assert client.ttl(f"insider_web_push:budget:{budget}") >= 3600


def test_a_stated_limit_is_believed_for_as_long_as_it_is_stated(tmp_path):
    """Every answer that states it renews it, so that it never lapses in the middle of a run."""
    now = [0.0]
    store = SQLiteStore(tmp_path / "budget.sqlite3", clock=lambda: now[0])
    bucket = Budget(store, "any", limit=LONG, clock=lambda: now[0])
    for at in (0.0, 500.0, 1000.0):
        now[0] = at
        bucket.learn(bucket.slot(max_wait_s=0), None, server_limit=1)
    now[0] = 1500.0
    assert bucket.use().limit == 1


def test_after_a_reboot_what_counted_counts_for_one_window_more(tmp_path):
    """The boot clock began anew: leases of before are held for a whole window of the new one."""
    path = tmp_path / "budget.sqlite3"
    before = SQLiteStore(path, clock=lambda: 5000.0, boot=lambda: "first")
    for _ in range(3):
        before.acquire("any", LONG)
    after = SQLiteStore(path, clock=lambda: 7.0, boot=lambda: "second")
    assert after.use("any", LONG) == Use(used=3, limit=3, next_free_s=LONG.window_s)
    assert SQLiteStore(path, clock=lambda: 7.0 + LONG.window_s, boot=lambda: "second").use("any", LONG).used == 0


def test_a_damaged_file_is_an_error_that_says_what_to_do(tmp_path):
    """It is never taken for an empty budget."""
    path = tmp_path / "budget.sqlite3"
    path.write_text("this is no database" * 100)
    with pytest.raises(BudgetUnavailable, match=r"budget\.sqlite3"):
        SQLiteStore(path).acquire("any", LONG)
