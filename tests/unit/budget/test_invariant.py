"""
The budget's promise: no window of the server's holds more than the limit, and every waiting caller gets its turn.

Real `Budget`, real `SQLiteStore`; only the clock and the sleep are virtual. The server counts each request at any
instant between its sending and its response, which is all that is known of it.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.simulator.limits import Limit, Limiter
from include.simulator.settings import LimitKind
from insider_web_push.budget.lease import RateLimit
from insider_web_push.budget.slots import Budget
from insider_web_push.budget.sqlite_store import SQLiteStore
from tests.unit.budget.virtual_time import VirtualTime

WINDOW_S, DEADLINE_S = 60.0, 30.0
KEY = "api.example.com/brand"
IN_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 — as the place of a TemporaryDirectory
"""Thousands of steps: the claim is about their order, not about how fast a disk syncs."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """
    What happens to one call.

    Attributes:
        idle_s: Seconds before it asks for a slot.
        stall_in_asking_s: Seconds for which its process stands still before and after each look at the clock.
        stall_s: Seconds for which its process stands still between the grant and the sending.
        counted: Share of the time left at which the server counts it.
        responds: Share of the time that is then left at which the response is there; None if there is none.
        stall_before_stamp_s: Seconds for which its process stands still before it stamps; None if it crashes.
    """

    idle_s: float = 0.0
    stall_in_asking_s: float = 0.0
    stall_s: float = 0.0
    counted: float = 0.0
    responds: float | None = 0.0
    stall_before_stamp_s: float | None = 0.0


@dataclass(kw_only=True)
class World:
    """One budget, and what the server behind it counted."""

    path: Path
    limit: RateLimit
    time: VirtualTime
    arrivals: list[float]

    def caller(self, calls: list[Call]) -> Callable[[], None]:
        """Give a program that makes these calls, one after the other."""

        def program() -> None:
            for call in calls:
                self.time.sleep(call.idle_s)
                self._make(call)

        return program

    def _make(self, call: Call) -> None:
        clock, sleep = self.time.clock, self.time.sleep

        def stalling_clock() -> float:
            sleep(call.stall_in_asking_s)
            now = clock()
            sleep(call.stall_in_asking_s)
            return now

        store = SQLiteStore(self.path, clock=clock, boot=lambda: "this boot")
        budget = Budget(store, KEY, limit=self.limit, clock=stalling_clock, sleep=sleep)
        slot = budget.slot(max_wait_s=None)
        sleep(call.stall_s)
        if clock() > slot.send_by:
            return  # the transport refuses to send, and nobody stamps
        sleep(call.counted * (slot.send_by - clock()))
        self.arrivals.append(clock())
        if call.responds is None or call.stall_before_stamp_s is None:
            return
        sleep(call.responds * (slot.send_by - clock()) + call.stall_before_stamp_s)
        slot.stamp()


def most_in_any_window(arrivals: list[float]) -> int:
    """Count the fullest window; two requests a whole window apart are never in one."""
    times = sorted(arrivals)
    return max((sum(1 for at in times if first <= at < first + WINDOW_S - 1e-6) for first in times), default=0)


def run(
    requests: int, callers: list[list[Call]], *, ties: int = 0, window_s: float = WINDOW_S
) -> tuple[list[float], float]:
    """Let callers make their calls; gives when the server counted them, and how long it took."""
    limit = RateLimit(
        requests=requests, window=timedelta(seconds=window_s), request_deadline=timedelta(seconds=DEADLINE_S)
    )
    with tempfile.TemporaryDirectory(dir=IN_MEMORY) as folder:
        world = World(path=Path(folder, "budget"), limit=limit, time=VirtualTime(ties), arrivals=[])
        took_s = world.time.run([world.caller(calls) for calls in callers])
    return sorted(world.arrivals), took_s


shares = st.sampled_from([0.0, 1.0]) | st.floats(0, 1)
stalls = st.sampled_from([0.0, 0.0, 0.0, DEADLINE_S - 0.001, DEADLINE_S + 0.001, 120.0]) | st.floats(0, 40)
calls = st.builds(
    Call,
    idle_s=st.sampled_from([0.0, 0.0, 0.5]) | st.floats(0, 100),
    stall_in_asking_s=stalls,
    stall_s=stalls,
    counted=shares,
    responds=shares | st.none(),
    stall_before_stamp_s=stalls | st.none(),
)


prompt_calls = calls.map(lambda call: replace(call, stall_in_asking_s=0.0))


@settings(max_examples=40)
@given(st.integers(1, 4), st.lists(st.lists(calls, min_size=1, max_size=4), min_size=1, max_size=5), st.integers(0, 99))
def test_no_window_of_the_server_holds_more_than_the_limit(requests: int, callers: list[list[Call]], ties: int) -> None:
    """Sliding or fixed, whatever the callers' latencies, stalls and crashes."""
    arrivals, _ = run(requests, callers, ties=ties)
    assert most_in_any_window(arrivals) <= requests


@settings(max_examples=20)
@given(
    st.integers(1, 3),
    st.lists(st.lists(prompt_calls, min_size=1, max_size=3), min_size=2, max_size=6),
    st.integers(0, 99),
)
def test_every_waiting_caller_gets_its_turn(requests: int, callers: list[list[Call]], ties: int) -> None:
    """However the others stall and crash: a call holds a slot for a known time, and nobody waits for ever."""
    _, took_s = run(requests, callers, ties=ties)
    every = [call for calls in callers for call in calls]
    pauses_s = sum(call.idle_s + call.stall_s + (call.stall_before_stamp_s or 0) for call in every)
    assert took_s <= len(every) * (DEADLINE_S + 2 * WINDOW_S + 5) + pauses_s


@pytest.mark.parametrize("latency", [0.0, 0.05, 1.0], ids=["at-once", "quick", "at-the-deadline"])
def test_a_server_of_each_kind_throttles_nobody(latency: float) -> None:
    """Eight callers, 95 calls at the real limit, held against the simulator's own counting."""
    callers = [[Call(counted=latency, responds=latency)] * (12 - (n == 0)) for n in range(8)]
    arrivals, _ = run(30, callers)
    assert len(arrivals) == 95
    for kind in LimitKind:
        limiter, limit = Limiter(), Limit(requests=30, window_s=WINDOW_S, kind=kind)
        admitted = [limiter.admit(limit, now=at + n * 1e-6).admitted for n, at in enumerate(arrivals)]
        assert all(admitted), kind


def test_the_limit_is_used_nearly_in_full() -> None:
    """With quick answers a window costs little more than itself: the response time, once."""
    arrivals, _ = run(30, [[Call(counted=0.001, responds=0.001)] * 12] * 8)
    ideal_s = 3 * WINDOW_S
    assert len(arrivals) == 96
    assert ideal_s / (arrivals[-1] - arrivals[0]) >= 0.97


def test_a_late_stamp_is_for_its_own_lease_only() -> None:
    """A process that was stopped for minutes must not shorten a lease that somebody else has taken since."""
    stopped = [Call(stall_before_stamp_s=100.1)]
    crashed = [Call(idle_s=100.0, counted=1.0, responds=None)]
    third = [Call(idle_s=150.0)]
    arrivals, _ = run(1, [stopped, crashed, third])
    assert len(arrivals) == 3
    assert most_in_any_window(arrivals) == 1


def test_a_slots_time_runs_from_before_it_was_granted() -> None:
    """A process that stands still around the grant, sends at the last moment and dies: its lease must outlast that."""
    stopped = [Call(stall_in_asking_s=20.0, counted=1.0, responds=None)]
    arrivals, _ = run(1, [stopped, [Call(idle_s=100.0)]])
    assert len(arrivals) == 2
    assert most_in_any_window(arrivals) == 1


@pytest.mark.parametrize(("stall_s", "sent"), [(DEADLINE_S - 0.001, 1), (DEADLINE_S + 0.001, 0)])
def test_who_stood_still_for_too_long_does_not_send(stall_s: float, sent: int) -> None:
    """Its lease would end before a server's window could."""
    arrivals, _ = run(1, [[Call(stall_s=stall_s)]])
    assert len(arrivals) == sent


def test_these_tests_would_see_a_budget_that_is_too_generous() -> None:
    """The same callers, with a budget that believes in a shorter window than the server has."""
    arrivals, _ = run(2, [[Call()] * 4] * 2, window_s=WINDOW_S - 1)
    assert most_in_any_window(arrivals) > 2
