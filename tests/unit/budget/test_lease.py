"""The arithmetic of the budget."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insider_web_push.budget.lease import Held, RateLimit, Use, use_of

NOW = 1000.0
LIMIT = RateLimit(requests=2)


def held(*until_in_s: float, stamped: bool = True) -> list[Held]:
    """Give leases that end in so many seconds."""
    return [Held(NOW + seconds, stamped) for seconds in until_in_s]


@pytest.mark.parametrize(
    ("leases", "use"),
    [
        pytest.param([], Use(0, 2, 0.0), id="empty"),
        pytest.param(held(40), Use(1, 2, 0.0), id="room"),
        pytest.param(held(40, 10), Use(2, 2, 10.0), id="full-until-the-first-ends"),
        pytest.param(held(40, 10, 25), Use(3, 2, 25.0), id="limit-was-lowered"),
        pytest.param(held(-1, 0, 40), Use(1, 2, 0.0), id="ended-ones-do-not-count"),
        pytest.param(held(90, 80, stamped=False), Use(2, 2, 60.0), id="unstamped-could-be-stamped-now"),
        pytest.param(held(30, 80, stamped=False), Use(2, 2, 30.0), id="unstamped-that-ends-sooner"),
        pytest.param(held(50) + held(90, stamped=False), Use(2, 2, 50.0), id="both-kinds"),
    ],
)
def test_use_is_judged(leases: list[Held], use: Use) -> None:
    """How many count, and when the next request may leave."""
    assert use_of(leases, closed_until=0.0, now=NOW, limit=LIMIT) == use


@pytest.mark.parametrize(("closed_in_s", "wait_s"), [(-5, 10.0), (5, 10.0), (30, 30.0)])
def test_a_pause_and_a_full_budget_both_hold(closed_in_s: float, wait_s: float) -> None:
    """The later end counts; a pause closes an empty budget as well."""
    full = use_of(held(10, 20), closed_until=NOW + closed_in_s, now=NOW, limit=LIMIT)
    empty = use_of([], closed_until=NOW + closed_in_s, now=NOW, limit=LIMIT)
    assert (full.next_free_s, empty.next_free_s) == (wait_s, max(0.0, closed_in_s))


def test_an_unstamped_lease_counts_for_deadline_and_window() -> None:
    """The server may have counted the request at the very deadline."""
    limit = RateLimit(window=timedelta(seconds=60), request_deadline=timedelta(seconds=30))
    assert limit.unstamped_s == 90.0


one_lease = st.builds(Held, st.floats(NOW - 100, NOW + 100), st.booleans())
leases = st.lists(one_lease, max_size=12)
limits = st.builds(RateLimit, requests=st.integers(1, 6))
pauses = st.just(0.0) | st.floats(NOW - 100, NOW + 100)


@given(leases, pauses, limits)
def test_a_request_may_leave_exactly_where_there_is_room(found: list[Held], closed: float, limit: RateLimit) -> None:
    """Fewer leases count than the limit, and no pause is on."""
    use = use_of(found, closed_until=closed, now=NOW, limit=limit)
    assert use.used == sum(lease.until > NOW for lease in found)
    assert (use.next_free_s == 0.0) == (use.used < limit.requests and closed <= NOW)


@given(leases, pauses, limits)
def test_the_wait_is_exact_where_stamped_leases_decide(found: list[Held], closed: float, limit: RateLimit) -> None:
    """Then there is room, and a moment before there is none."""
    stamped = [Held(lease.until, stamped=True) for lease in found]
    wait_s = use_of(stamped, closed_until=closed, now=NOW, limit=limit).next_free_s
    then = use_of(stamped, closed_until=closed, now=NOW + wait_s + 1e-6, limit=limit)
    assert then.next_free_s == 0.0
    if wait_s > 1e-3:
        assert use_of(stamped, closed_until=closed, now=NOW + wait_s - 1e-3, limit=limit).next_free_s > 0


@given(st.lists(st.tuples(one_lease, st.booleans()), max_size=12), limits, st.floats(0, 100))
def test_no_stamp_makes_room_before_the_wait_is_over(
    found: list[tuple[Held, bool]], limit: RateLimit, after_s: float
) -> None:
    """Whichever of the unstamped leases are stamped now: so nobody looks in vain before."""
    wait_s = use_of([lease for lease, _ in found], closed_until=0.0, now=NOW, limit=limit).next_free_s
    stamped_now = [
        Held(NOW + limit.window_s, stamped=True) if stamp and not lease.stamped and lease.until > NOW else lease
        for lease, stamp in found
    ]
    if after_s < wait_s - 1e-6:
        assert use_of(stamped_now, closed_until=0.0, now=NOW + after_s, limit=limit).next_free_s > 0
