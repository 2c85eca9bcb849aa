"""What a weekly report says about its data."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from insider_web_push.reports.weekly_notes import notes_of
from insider_web_push.vocabulary import DayCheck
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


@pytest.mark.parametrize(
    ("given", "note"),
    [
        (
            {"day_checks": {MONDAY: {"list_unsteady": ["41, then 42"]}}},
            f"Check list_unsteady failed for 1 day as a whole (Mon 16): {DayCheck.LIST_UNSTEADY.meaning}",
        ),
        (
            {
                "day_checks": {
                    MONDAY + timedelta(days=2): {"row_without_id": ["a", "b"]},
                    MONDAY: {"row_without_id": ["c"]},
                }
            },
            f"Check row_without_id failed for 2 days as a whole (Mon 16, Wed 18): {DayCheck.ROW_WITHOUT_ID.meaning}",
        ),
        (
            {"day_checks": {MONDAY: {"of_a_newer_version": ["x"]}}},
            "Check of_a_newer_version failed for 1 day as a whole (Mon 16).",
        ),
        (
            {"held": {MONDAY: {"1": "sent fell"}, MONDAY + timedelta(days=1): {}}},
            "1 campaign day keeps its earlier figures, since its newest answer says less (Mon 16).",
        ),
        (
            {"held": {MONDAY: {"1": "a", "2": "b"}, MONDAY + timedelta(days=3): {"1": "c"}}},
            "3 campaign days keep their earlier figures, since their newest answers say less (Mon 16, Thu 19).",
        ),
    ],
)
def test_what_is_wrong_with_days_as_wholes_is_said(given: dict[str, Any], note: str) -> None:
    """A reader of the week sees no manifest."""
    assert notes_of(week([campaign_day("1")], [], **given)) == [note]


def test_several_are_several() -> None:
    """Of each."""
    rows = [campaign_day(str(n), detail_status="quiet", revenue=Decimal(0), currency=None) for n in range(1200)]
    assert notes_of(week(rows, [])) == ["1,200 campaign days are zero in the list, so no call was made for them."]


def test_a_week_without_a_predecessor_says_so() -> None:
    """Since all its comparisons are missing."""
    assert notes_of(week([])) == ["The week before is not complete, so nothing is compared with it."]


@pytest.mark.parametrize(
    ("purged", "note"),
    [
        ([-7], "1 day of the week before was purged (Mon 9), so nothing is compared with it."),
        ([-7, -1], "2 days of the week before were purged (Mon 9, Sun 15), so nothing is compared with it."),
    ],
)
def test_a_purged_day_of_the_week_before_is_named(purged: list[int], note: str) -> None:
    """Nobody needs to wait for it."""
    days = [MONDAY + timedelta(days=offset) for offset in purged]
    assert notes_of(week([], purged_before=days)) == [note]


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
