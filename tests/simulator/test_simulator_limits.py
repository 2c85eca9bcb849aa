"""The rate limit by tables of moments, and its invariant for any of them."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.simulator.limits import Limit, Limiter, most_in_window, retry_after_header
from include.simulator.settings import LimitKind, RetryAfter

SLIDING, FIXED, STRICT = LimitKind.SLIDING, LimitKind.FIXED, LimitKind.REFUSED_COUNT_TOO


def two_in_ten_seconds(kind: LimitKind) -> Limit:
    return Limit(requests=2, window_s=10, kind=kind)


@pytest.mark.parametrize(
    ("kind", "moments", "admitted"),
    [
        pytest.param(SLIDING, [1, 2, 3], "yyn", id="sliding-full"),
        pytest.param(SLIDING, [1, 2, 11, 11.5, 12], "yyyny", id="sliding-frees-one-by-one"),
        pytest.param(SLIDING, [9, 9.5, 10.5], "yyn", id="sliding-does-not-restart-at-ten"),
        pytest.param(FIXED, [9, 9.5, 10.5, 11, 12], "yyyyn", id="fixed-restarts-at-ten"),
        pytest.param(FIXED, [0, 9.9, 9.99, 10], "yyny", id="fixed-refused-do-not-count"),
        pytest.param(SLIDING, [1, 2, 3, 11], "yyny", id="sliding-refused-do-not-count"),
        pytest.param(STRICT, [1, 2, 3, 11], "yynn", id="strict-refused-count"),
        pytest.param(STRICT, [1, 2, 3, 4, 13, 13.9, 23], "yynnyny", id="strict-lets-in-after-a-pause"),
    ],
)
def test_who_is_let_in(kind: LimitKind, moments: list[float], admitted: str) -> None:
    """Two requests in ten seconds, counted in each of the three ways."""
    limiter = Limiter()
    decisions = [limiter.admit(two_in_ten_seconds(kind), now=moment).admitted for moment in moments]
    assert "".join("y" if yes else "n" for yes in decisions) == admitted


@pytest.mark.parametrize(
    ("kind", "moments", "wait_s"),
    [
        pytest.param(SLIDING, [1, 2, 4], 7, id="sliding-until-the-first-leaves"),
        pytest.param(FIXED, [1, 2, 4], 6, id="fixed-until-ten"),
        pytest.param(STRICT, [1, 2, 4], 8, id="strict-until-the-second-leaves"),
    ],
)
def test_how_long_to_wait(kind: LimitKind, moments: list[float], wait_s: float) -> None:
    """A request after exactly that long is let in, and one a little earlier is not."""
    limit = two_in_ten_seconds(kind)
    limiter, early = Limiter(), Limiter()
    for moment in moments:
        decision = limiter.admit(limit, now=moment)
        early.admit(limit, now=moment)
    assert decision.retry_after_s == pytest.approx(wait_s)
    assert limiter.admit(limit, now=moments[-1] + wait_s).admitted
    assert not early.admit(limit, now=moments[-1] + wait_s - 0.01).admitted


@given(
    st.lists(st.floats(0, 30, allow_nan=False), max_size=60),
    st.integers(1, 7),
    st.sampled_from([SLIDING, STRICT]),
)
def test_no_window_holds_more_than_the_limit(moments: list[float], requests: int, kind: LimitKind) -> None:
    """Whatever the arrivals, the admitted ones of any ten seconds are within the limit."""
    limiter, limit = Limiter(), Limit(requests=requests, window_s=10, kind=kind)
    admitted = [moment for moment in sorted(moments) if limiter.admit(limit, now=moment).admitted]
    assert most_in_window(admitted, 10) <= requests


def test_a_raised_limit_holds_for_the_next_request_with_what_was_counted() -> None:
    """The vendor raises it from 2 to 3: one more is let in, not three."""
    limiter = Limiter()
    decisions = [
        limiter.admit(Limit(requests=n, window_s=10), now=t).admitted for n, t in [(2, 1), (2, 2), (3, 3), (3, 4)]
    ]
    assert decisions == [True, True, True, False]


def test_a_limit_of_zero_refuses_everything() -> None:
    """And asks to wait for a whole window."""
    decision = Limiter().admit(Limit(requests=0, window_s=10), now=5)
    assert (decision.admitted, decision.retry_after_s) == (False, 10)


@pytest.mark.parametrize(
    ("arrivals", "most"),
    [([], 0), ([5], 1), ([1, 11], 1), ([1, 10.9], 2), ([1, 5, 10.5, 11.5, 12], 4), ([12, 1, 2, 3], 3)],
)
def test_the_fullest_window(arrivals: list[float], most: int) -> None:
    """Ten seconds apart is not in one window of ten seconds; the order does not matter."""
    assert most_in_window(arrivals, 10) == most


@given(st.lists(st.floats(0, 30), max_size=30), st.floats(0.1, 30))
def test_the_fullest_window_by_brute_force(arrivals: list[float], window_s: float) -> None:
    """The same as counting from each arrival on."""
    expected = max((sum(0 <= other - first < window_s for other in arrivals) for first in arrivals), default=0)
    assert most_in_window(arrivals, window_s) == expected


@given(st.floats(0, 90), st.integers(0, 999_999))
def test_retry_after_is_never_too_early(wait_s: float, microsecond: int) -> None:
    """Both forms have whole seconds only, and are rounded up."""
    wall = datetime(2026, 3, 1, 12, 0, 0, microsecond, tzinfo=UTC)
    seconds = retry_after_header(RetryAfter.SECONDS, wait_s, wall=wall)
    moment = retry_after_header(RetryAfter.DATE, wait_s, wall=wall)
    assert seconds is not None
    assert moment is not None
    assert wait_s <= int(seconds) <= wait_s + 1
    assert timedelta(0) <= parsedate_to_datetime(moment) - (wall + timedelta(seconds=wait_s)) <= timedelta(seconds=1)


def test_retry_after_may_be_absent() -> None:
    """The vendor does not always send it."""
    assert retry_after_header(RetryAfter.NONE, 5, wall=datetime(2026, 3, 1, tzinfo=UTC)) is None


def test_a_client_that_waits_as_told_is_let_in_at_the_full_rate() -> None:
    """Seven requests at two in ten seconds: each waits once at most, and the last comes after thirty."""
    limiter, limit, now = Limiter(), two_in_ten_seconds(SLIDING), 0.0
    moments: list[float] = []
    while len(moments) < 7:
        decision = limiter.admit(limit, now=now)
        if decision.admitted:
            moments.append(now)
        now += decision.retry_after_s
    assert moments[-1] == 30
    assert all(later >= earlier for earlier, later in pairwise(moments))
