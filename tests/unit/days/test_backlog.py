"""What refreshes left over, and whether it grows."""

from datetime import date, timedelta

import pytest

from insider_web_push.days.backlog import Backlog, Rest, backlog_in_words, grows

TODAY = date(2026, 11, 24)


def backlog(*left: int) -> Backlog:
    """Give what refreshes left over on some days, of which the last is today."""
    found = Backlog()
    for offset, number in enumerate(left, start=1 - len(left)):
        found = found.with_run(TODAY + timedelta(days=offset), Rest(left=number, due=10))
    return found


@pytest.mark.parametrize(
    ("course", "grown"),
    [
        pytest.param([0, 1, 2, 3], True, id="day-by-day"),
        pytest.param([9, 9, 0, 1, 2, 3], True, id="whatever-was-before"),
        pytest.param([1, 1, 1, 2], True, id="slowly"),
        pytest.param([0, 1, 2], False, id="for-two-days-only"),
        pytest.param([3, 3, 3, 3], False, id="it-stays"),
        pytest.param([0, 9, 6, 3], False, id="a-pause-that-is-caught-up"),
        pytest.param([1, 3, 2, 4], False, id="it-shrank-meanwhile"),
        pytest.param([], False, id="nothing-known"),
    ],
)
def test_a_rest_grows_that_is_larger_after_three_days_and_never_shrank(course: list[int], *, grown: bool) -> None:
    """So that what is caught up by itself troubles nobody."""
    assert grows(course) is grown


def test_the_last_refresh_of_a_day_counts_and_two_weeks_are_kept() -> None:
    """One by hand may have taken what the scheduled one left."""
    found = backlog(*range(20))
    assert found.course == list(range(6, 20))
    assert found.with_run(TODAY, Rest(left=0, due=10)).course[-2:] == [18, 0]


@pytest.mark.parametrize(
    ("left", "said"),
    [
        pytest.param([], "", id="no-refresh-yet"),
        pytest.param([5, 0], "", id="nothing"),
        pytest.param([5], "5 of 10 due days were left over on 2026-11-24", id="the-first"),
        pytest.param(
            [9, 1, 2, 3, 5],
            "5 of 10 due days were left over on 2026-11-24; the refreshes before left 1, 2, 3",
            id="with-those-before",
        ),
    ],
)
def test_a_backlog_in_words(left: list[int], said: str) -> None:
    """Only where there is one."""
    assert backlog_in_words(backlog(*left)) == said
