"""A caller's view of the budget: wait for a slot, send, stamp. Real store, virtual time."""

import logging
from datetime import timedelta
from pathlib import Path

import pytest

from insider_web_push.budget.lease import RateLimit
from insider_web_push.budget.slots import Budget, Slot
from insider_web_push.budget.sqlite_store import SQLiteStore
from insider_web_push.errors import (
    BudgetUnavailable,
    BudgetWait,
    ServiceUnavailable,
    Throttled,
)
from tests.unit.budget.napping import Time

KEY = "api.example.com/brand"


def use_up(budget: Budget, calls: int) -> list[Slot]:
    """Take slots, and stamp them at once."""
    slots = [budget.slot(max_wait_s=None) for _ in range(calls)]
    for slot in slots:
        slot.stamp()
    return slots


def test_the_first_slots_are_free_at_once(budget_of, time: Time) -> None:
    """As many as the limit."""
    use_up(budget_of(), 2)
    assert time.naps == []


def test_the_next_one_is_free_a_window_after_the_first_stamp(budget_of, time: Time) -> None:
    """To the second, in short naps."""
    use_up(budget_of(), 2)
    slot = budget_of().slot(max_wait_s=None)
    assert (time.now, slot.waited_s) == (1060.0, 60.0)
    assert max(time.naps) <= 5


def test_a_lease_without_stamp_counts_for_its_deadline_too(budget_of, time: Time) -> None:
    """Nobody knows when the server counted it."""
    budget_of(1).slot(max_wait_s=None)
    budget_of(1).slot(max_wait_s=None)
    assert time.now == pytest.approx(1090.0)


def test_a_caller_that_cannot_wait_is_told_how_long_it_would_be(budget_of, time: Time) -> None:
    """And has not waited."""
    use_up(budget_of(), 2)
    time.now += 17
    with pytest.raises(BudgetWait, match=f"2 of 2 requests of the budget {KEY} are used: next slot in 43 s") as caught:
        budget_of().slot(max_wait_s=42.0)
    assert (caught.value.retry_after_s, time.naps) == (43.0, [])


def test_a_caller_waits_up_to_what_it_can(budget_of, time: Time) -> None:
    """Not a second less."""
    use_up(budget_of(), 2)
    budget_of().slot(max_wait_s=60.0)
    assert time.now == 1060.0


def test_a_slot_is_good_for_the_deadline(budget_of, time: Time) -> None:
    """From before it was granted."""
    assert budget_of().slot(max_wait_s=None).send_by == time.now + 30.0


def test_a_raised_limit_is_used_while_waiting(local_store: SQLiteStore, time: Time) -> None:
    """The connection is read again at each look, every five seconds at least."""
    low, raised = RateLimit(requests=1), RateLimit(requests=2)
    limits = iter([low] + [raised] * 100)
    budget = Budget(local_store, KEY, limit=low, limit_now=lambda: next(limits), clock=time.clock, sleep=time.sleep)
    budget.slot(max_wait_s=None)
    budget.slot(max_wait_s=None)
    assert time.now <= 1010.0


def test_whoever_wakes_asks_for_the_slot_at_once(budget_of, local_store: SQLiteStore, time: Time) -> None:
    """Airflow's API server, which is asked for the limit, is busiest when a window opens."""

    def slowly_read() -> RateLimit:
        time.now += 0.7
        return RateLimit(requests=2)

    use_up(budget_of(), 2)
    waiting = Budget(
        local_store, KEY, limit=RateLimit(requests=2), limit_now=slowly_read, clock=time.clock, sleep=time.sleep
    )
    waiting.slot(max_wait_s=None)
    assert time.now == pytest.approx(1060.0)


def test_another_budget_is_not_waited_for(budget_of, time: Time) -> None:
    """Each account has its own."""
    use_up(budget_of(), 2)
    use_up(budget_of(key="api.example.com/brand2"), 2)
    assert time.naps == []


@pytest.mark.parametrize(("asked_for_s", "closed_s"), [(17.0, 17.0), (None, 60.0), (90.0, 90.0)])
def test_a_throttled_answer_closes_the_budget_for_everyone(
    budget_of, time: Time, asked_for_s: float | None, closed_s: float
) -> None:
    """For Retry-After, or else a whole window; the error then says so."""
    throttled = Throttled("slow down", retry_after_s=asked_for_s)
    slot = budget_of(30).slot(max_wait_s=None)
    slot.stamp()
    budget_of(30).learn(slot, throttled, server_limit=None)
    assert throttled.retry_after_s == closed_s
    assert budget_of(30, api_key="another").use().next_free_s == closed_s
    budget_of(30).slot(max_wait_s=None)
    assert time.now == pytest.approx(1000 + closed_s)


def test_a_shorter_pause_does_not_end_a_longer_one(budget_of) -> None:
    """Answers come in any order."""
    budget = budget_of(30)
    slot = budget.slot(max_wait_s=None)
    budget.learn(slot, Throttled("x", retry_after_s=300.0), server_limit=None)
    budget.learn(slot, Throttled("x", retry_after_s=5.0), server_limit=None)
    assert budget.use().next_free_s == 300.0


@pytest.mark.parametrize(("stated", "limit"), [(1, 1), (100, 30), (None, 30)])
def test_a_lower_limit_that_the_server_states_is_obeyed(budget_of, stated: int | None, limit: int) -> None:
    """A higher one is not: the connection decides what may be spent."""
    budget = budget_of(30)
    budget.learn(budget.slot(max_wait_s=None), None, server_limit=stated)
    assert budget.use().limit == limit


def test_a_limit_that_the_server_raises_back_is_used_at_once(budget_of) -> None:
    """Its newest word counts."""
    budget = budget_of(30)
    for stated in (5, 30):
        budget.learn(budget.slot(max_wait_s=None), None, server_limit=stated)
    assert budget.use().limit == 30


@pytest.mark.parametrize("error", [None, ServiceUnavailable("500")], ids=["success", "outage"])
def test_any_other_answer_closes_nothing(budget_of, error: ServiceUnavailable | None) -> None:
    """Least of all for others."""
    budget = budget_of(30)
    budget.learn(budget.slot(max_wait_s=None), error, server_limit=None)
    assert budget.use().next_free_s == 0.0


def test_an_answer_is_not_lost_where_the_stamp_fails(
    tmp_path: Path, time: Time, caplog: pytest.LogCaptureFixture
) -> None:
    """It was paid for; the log says that its lease counts longer."""
    path = tmp_path / "folder" / "budget.sqlite3"
    store = SQLiteStore(path, clock=time.clock)
    slot = Budget(store, KEY, limit=RateLimit(), clock=time.clock, sleep=time.sleep).slot(max_wait_s=None)
    for file in path.parent.iterdir():
        file.unlink()
    path.parent.rmdir()
    path.parent.write_text("no folder any more")
    with caplog.at_level(logging.WARNING):
        slot.stamp()
    assert "stays unstamped" in caplog.text


def test_nothing_may_be_sent_where_the_store_does_not_answer(tmp_path: Path, time: Time) -> None:
    """Nobody can say how much room is left."""
    (tmp_path / "file").write_text("")
    store = SQLiteStore(tmp_path / "file" / "budget.sqlite3", clock=time.clock)
    with pytest.raises(BudgetUnavailable, match="nothing was sent"):
        Budget(store, KEY, limit=RateLimit(), clock=time.clock, sleep=time.sleep).slot(max_wait_s=None)


def test_a_long_wait_is_told_once(budget_of, caplog: pytest.LogCaptureFixture) -> None:
    """Somebody who looks at the task's log sees why nothing happens, and not every five seconds."""
    use_up(budget_of(), 2)
    with caplog.at_level(logging.INFO):
        budget_of().slot(max_wait_s=None)
    assert caplog.text.count("2 of 2 used, waiting 60 s for a slot") == 1


def test_the_limit_is_the_connections_own(local_store: SQLiteStore) -> None:
    """Stated with the use, for whoever shows it."""
    budget = Budget(local_store, KEY, limit=RateLimit(requests=120, window=timedelta(seconds=60)))
    assert budget.use().limit == 120
