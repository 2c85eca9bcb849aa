"""The store of one machine: real files, and real processes where they matter."""

import sqlite3
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from include.simulator.limits import most_in_window
from insider_web_push.budget.lease import RateLimit
from insider_web_push.budget.sqlite_store import SQLiteStore
from insider_web_push.budget.store import Lease, Refusal
from insider_web_push.errors import BudgetUnavailable
from tests.unit.budget.worker import take

KEY = "api.example.com/brand"
ONE = RateLimit(requests=1)


def test_processes_together_stay_below_the_limit(tmp_path: Path) -> None:
    """Four of them at once, from a file that none has made yet; each instant lies between grant and stamp."""
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        path = str(tmp_path / "new" / "budget.sqlite3")
        found = [pool.submit(take, path, calls=20, requests=30, window_s=1.0) for _ in range(4)]
        counted = [at for caller in found for at in caller.result()]
    assert len(counted) == 80
    assert most_in_window(counted, 1.0) <= 30


def test_a_file_that_somebody_is_just_making_is_waited_for(tmp_path: Path) -> None:
    """On a new machine several tasks come at once; none of them may fail for it."""
    path = tmp_path / "budget"
    maker = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    maker.execute("BEGIN IMMEDIATE")
    done = threading.Timer(0.3, lambda: (maker.execute("COMMIT"), maker.close()))
    done.start()
    try:
        assert isinstance(SQLiteStore(path).acquire(KEY, ONE), Lease)
    finally:
        done.join()


def test_what_one_takes_another_sees(tmp_path: Path) -> None:
    """They share the file, not memory."""
    assert isinstance(SQLiteStore(tmp_path / "budget").acquire(KEY, ONE), Lease)
    assert SQLiteStore(tmp_path / "budget").use(KEY, ONE).used == 1


@pytest.fixture
def rebooting(tmp_path: Path):
    """Make stores on one file, each in a boot of its own."""

    def make(boot: str, now: float) -> SQLiteStore:
        return SQLiteStore(tmp_path / "budget", clock=lambda: now, boot=lambda: boot)

    return make


@pytest.mark.parametrize("stamped", [True, False])
def test_after_a_boot_what_counted_counts_for_a_whole_window(rebooting, *, stamped: bool) -> None:
    """The clock that it was noted on is gone, and began anew."""
    before = rebooting("first", 500_000.0)
    lease = before.acquire(KEY, ONE)
    if stamped:
        before.stamp(lease, ONE)
    assert rebooting("second", 5.0).use(KEY, ONE).next_free_s == 60.0
    assert rebooting("second", 64.9).use(KEY, ONE).used == 1
    assert isinstance(rebooting("second", 65.1).acquire(KEY, ONE), Lease)


def test_a_pause_outlives_a_boot(rebooting) -> None:
    """For a window: how much of it was left, nobody knows."""
    rebooting("first", 500_000.0).close(KEY, 600.0)
    assert rebooting("second", 5.0).use(KEY, ONE).next_free_s == 60.0


def test_within_a_boot_nothing_is_prolonged(rebooting) -> None:
    """Opening the file anew is no boot."""
    store = rebooting("first", 100.0)
    store.stamp(store.acquire(KEY, ONE), ONE)
    assert rebooting("first", 150.0).use(KEY, ONE).next_free_s == 10.0


def test_a_pause_closes_only_its_budget(tmp_path: Path) -> None:
    """Accounts share the file."""
    store = SQLiteStore(tmp_path / "budget")
    store.close(KEY, 600.0)
    assert isinstance(store.acquire("other", ONE), Lease)
    assert not isinstance(store.acquire(KEY, ONE), Lease)


def test_a_refused_key_is_refused_in_its_own_budget_only(tmp_path: Path) -> None:
    """The same key may be good for another host."""
    store = SQLiteStore(tmp_path / "budget")
    store.trip(KEY, "hash")
    assert isinstance(store.acquire(KEY, ONE, key_hash="hash"), Refusal)
    assert isinstance(store.acquire("other", ONE, key_hash="hash"), Lease)


@pytest.mark.parametrize(
    "place",
    [
        pytest.param("file/below/budget.sqlite3", id="below-a-file"),
        pytest.param("folder", id="a-folder"),
        pytest.param("/proc/nowhere/budget.sqlite3", id="proc"),
        pytest.param("garbage", id="no-database"),
    ],
)
def test_a_store_that_cannot_be_used_is_named(tmp_path: Path, place: str) -> None:
    """In every step; the message says that nothing was sent."""
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    (tmp_path / "garbage").write_bytes(b"this is no database, and never was one." * 50)
    path = tmp_path / place
    store, lease = SQLiteStore(path), Lease(1, KEY)
    steps = [
        lambda: store.acquire(KEY, ONE),
        lambda: store.stamp(lease, ONE),
        lambda: store.close(KEY, 1.0),
        lambda: store.use(KEY, ONE),
    ]
    for step in steps:
        with pytest.raises(BudgetUnavailable, match="nothing was sent") as caught:
            step()
        assert str(path) in str(caught.value)


def test_a_ledger_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """An empty budget in its place would send too much."""
    path = tmp_path / "budget"
    SQLiteStore(path).acquire(KEY, ONE)
    with sqlite3.connect(path) as db:
        db.execute("UPDATE budget SET ledger = '{'")
    db.close()
    with pytest.raises(BudgetUnavailable, match="budget is damaged: remove it"):
        SQLiteStore(path).acquire(KEY, ONE)


def test_a_step_that_fails_changes_nothing(tmp_path: Path) -> None:
    """It is one transaction."""
    store, limit = SQLiteStore(tmp_path / "budget"), RateLimit(requests=5)
    store.acquire(KEY, limit)
    with pytest.raises(AttributeError):
        store.acquire(KEY, None)  # fails in the middle of the step
    assert store.use(KEY, limit).used == 1


def test_ended_leases_do_not_pile_up(tmp_path: Path) -> None:
    """A file that is used for years stays small."""
    now = iter(range(0, 10_000_000, 1000))
    store = SQLiteStore(tmp_path / "budget", clock=lambda: float(next(now)), boot=lambda: "this boot")
    for _ in range(50):
        assert isinstance(store.acquire(KEY, ONE), Lease)
    with sqlite3.connect(tmp_path / "budget") as db:
        (ledger,) = db.execute("SELECT ledger FROM budget").fetchone()
    db.close()
    assert len(ledger) < 500
