"""When a week is reported, and reported again."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from insider_web_push.dates import week_name
from insider_web_push.errors import InvalidRequest
from insider_web_push.reports.due import BuiltReport, Due, monday_of, moved_by, report_due, shown_totals
from insider_web_push.reports.figures import figures_of
from tests.weeks import MONDAY, campaign_day

WEEK = {MONDAY + timedelta(days=offset): 1 for offset in range(7)}
LAST = BuiltReport(
    week="2026-W47",
    built_at="2026-11-23T04:30:00+00:00",
    run_id="r",
    revisions=WEEK,
    totals={"sent": "1000", "clicks": "100"},
    files=[],
)


def due(**given: Any) -> Due:
    """Decide, by a threshold of 1 %."""
    plain: dict[str, Any] = {"complete": WEEK, "last": LAST, "totals": LAST.totals, "threshold": 0.01}
    return report_due(MONDAY, **(plain | given))


def test_a_week_is_due_when_its_seven_days_are_complete() -> None:
    """Not before, and it says what it waits for."""
    assert due(last=None) == Due(is_due=True, why="the seven days of 2026-W47 are complete")
    five = {day: revision for day, revision in WEEK.items() if day.day not in {18, 22}}
    assert due(last=None, complete=five) == Due(
        is_due=False, why="5 of 7 days of 2026-W47 are complete; waiting for 2026-11-18, 2026-11-22"
    )


@pytest.mark.parametrize(
    ("complete", "purged", "said"),
    [
        ({16, 17, 18, 19, 20, 21}, {22}, "6 of 7 days of 2026-W47 are complete; 2026-11-22 was purged"),
        (
            {16, 17, 19, 20, 21},
            {22},
            "5 of 7 days of 2026-W47 are complete; waiting for 2026-11-18; 2026-11-22 was purged",
        ),
        ({16, 17, 19, 20, 21}, {18, 22}, "5 of 7 days of 2026-W47 are complete; 2026-11-18, 2026-11-22 were purged"),
    ],
)
def test_a_week_does_not_wait_for_a_purged_day(complete: set[int], purged: set[int], said: str) -> None:
    """It never comes again, and the words say so."""
    days = {day: revision for day, revision in WEEK.items() if day.day in complete}
    gone = [day for day in WEEK if day.day in purged]
    assert due(last=None, complete=days, purged=gone) == Due(is_due=False, why=f"{said}: the week is never reported")


@pytest.mark.parametrize(
    ("revision", "clicks", "is_due", "why"),
    [
        (1, 100, False, "and no day has moved since"),
        (2, 100, False, "has moved by 0.00% since: less than 1.00%"),
        (2, "100.9", False, "has moved by 0.90% since: less than 1.00%"),
        (2, 101, True, "has moved by 1.00% since"),
        (2, 99, True, "has moved by 1.00% since"),
    ],
)
def test_a_reported_week_is_due_again_when_it_moved_enough(
    revision: int, clicks: object, is_due: object, why: str
) -> None:
    """Since that report, by the figure that moved most."""
    totals = {"sent": "1000", "clicks": str(clicks)}
    found = due(complete=WEEK | {MONDAY: revision}, totals=totals)
    assert found.is_due is is_due
    assert found.why == (
        f"2026-W47 was reported on 2026-11-23T04:30:00+00:00, {'' if why.startswith('and') else 'and '}{why}"
    )


def test_a_day_that_is_taken_back_makes_the_week_wait() -> None:
    """Also where it was reported before."""
    assert not due(complete={MONDAY: 2}).is_due


@pytest.mark.parametrize(
    ("figures", "moved"),
    [({}, 0.0), ({"clicks": 42}, 0.05), ({"clicks": 38, "sent": 1010}, 0.05), ({"revenue": Decimal(110)}, 0.1)],
)
def test_a_week_moves_by_the_figure_that_moved_most(figures: dict[str, Any], moved: float) -> None:
    """Up or down."""
    before, now = (shown_totals(figures_of([row])) for row in (campaign_day("1"), campaign_day("1", **figures)))
    assert moved_by(before, now) == pytest.approx(moved)


def test_a_figure_from_nothing_has_moved_in_any_case() -> None:
    """Also a currency that was not there; nothing at all has not."""
    before = shown_totals(figures_of([campaign_day("1", conversions=0)]))
    assert moved_by(before, shown_totals(figures_of([campaign_day("1")]))) == float("inf")
    assert moved_by({}, {"revenue EUR": "0.01"}) == float("inf")
    assert moved_by({}, {"revenue EUR": "0"}) == 0.0


@pytest.mark.parametrize(
    ("text", "monday"),
    [
        ("2026-11-16", MONDAY), ("2026-11-22", MONDAY), ("2026-W47", MONDAY),
        ("2027-01-01", date(2026, 12, 28)), ("2026-W53", date(2026, 12, 28)),
    ],
)  # fmt: skip
def test_a_week_is_any_of_its_days_or_its_name(text: str, monday: date) -> None:
    """As ISO 8601 counts them."""
    assert monday_of(text) == monday
    assert monday_of(week_name(monday)) == monday


@pytest.mark.parametrize("text", ["", "last week", "2026-W54", "2026-13-01", "W47"])
def test_what_is_no_week_is_refused(text: str) -> None:
    """With what one looks like."""
    with pytest.raises(InvalidRequest, match="2026-W47"):
        monday_of(text)
