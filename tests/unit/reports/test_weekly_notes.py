"""What a weekly report says about its data."""

from datetime import timedelta
from decimal import Decimal

import pytest

from insider_web_push.reports.weekly_notes import notes_of
from tests.weeks import MONDAY, Row, campaign_day, change, week


def test_a_settled_week_has_nothing_to_say() -> None:
    """All final, fetched, passed, never corrected."""
    assert notes_of(week([campaign_day("1")], [])) == []


@pytest.mark.parametrize(
    ("row", "note"),
    [
        ({"detail_status": "missing"}, "1 campaign day could not be fetched: the figures are the list's."),
        ({"detail_status": "skipped"}, "1 campaign day is zero: the API has nothing for it."),
        ({"detail_status": "quiet"}, "1 campaign day is zero in the list, so no call was made for it."),
        ({"currency": None}, "The revenue of 1 campaign day has no currency, and is in no sum."),
        ({"finality": "provisional"}, "1 of 2 campaign days is provisional: everything may still move."),
        (
            {"finality": "delivery_closed"},
            "1 of 2 campaign days is closed for delivery: clicks, conversions and revenue may still move.",
        ),
        (
            {"failed_checks": ["sent_sum"]},
            "Check sent_sum failed on 1 campaign day: sent is not delivered + undelivered.",
        ),
        ({"failed_checks": ["of_a_newer_version"]}, "Check of_a_newer_version failed on 1 campaign day."),
    ],
)
def test_each_thing_is_said_once_with_its_number(row: Row, note: str) -> None:
    """And with what it means."""
    assert notes_of(week([campaign_day("1"), campaign_day("2", **row)], [])) == [note]


def test_several_are_several() -> None:
    """Of each."""
    rows = [campaign_day(str(n), detail_status="quiet", revenue=Decimal(0), currency=None) for n in range(1200)]
    assert notes_of(week(rows, [])) == ["1,200 campaign days are zero in the list, so no call was made for them."]


def test_a_week_without_a_predecessor_says_so() -> None:
    """Since all its comparisons are missing."""
    assert notes_of(week([])) == ["The week before is not complete, so nothing is compared with it."]


def test_corrections_are_added_up_over_the_campaigns() -> None:
    """Not over devices, whose figures are in the campaign's; revenue in the campaign's currency."""
    changes = [
        change("clicks", 12), change("clicks", -2, campaign_id="2"), change("revenue", -1500), change("sent", None),
        change("revenue", 3, campaign_id="2"), change("clicks", 7, table_name="campaign_day_device"),
        change("dropped", 5),
    ]  # fmt: skip
    rows = [campaign_day("1"), campaign_day("2", currency="EUR")]
    days = {MONDAY: 2, MONDAY + timedelta(days=2): 3, MONDAY + timedelta(days=1): 1}
    (note,) = notes_of(week(rows, [], changes=changes, revisions=days))
    said, _, figures = note.partition(": ")
    assert said == "2 days corrected since first published (Mon 16, Wed 18)"
    assert figures == "+10 clicks, +3.00 EUR of revenue, -1,500.00 TRY of revenue."


def test_a_correction_without_figures_is_one_all_the_same() -> None:
    """A name, or a status, moved."""
    found = notes_of(week([campaign_day("1")], [], changes=[change("name", None)], revisions={MONDAY: 2}))
    assert found == ["1 day corrected since first published (Mon 16)."]
