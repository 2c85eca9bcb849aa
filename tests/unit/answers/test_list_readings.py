"""Pages of a list put together: what can be believed, what is read again, and what is said of the rest."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insider_web_push.answers.day_list import parse_list_page
from insider_web_push.answers.list_readings import (
    ListReading,
    campaigns_of,
    day_list_of,
    drift_in_words,
    settled,
)
from insider_web_push.vocabulary import DayCheck

FULL = 3
"""Rows of a full page, here."""


def reading(*pages: Any, totals: Any = None) -> ListReading:
    """Make a reading of pages of rows, each a campaign's id or a whole row; all state the number of rows."""
    rows = [[row if isinstance(row, dict) else {"builderId": row} for row in page] for page in pages]
    stated = totals or [sum(map(len, rows))] * len(rows)
    return ListReading(
        [parse_list_page({"total": total, "data": data}) for total, data in zip(stated, rows, strict=True)], FULL
    )


def ids(readings: list[ListReading]) -> list[str]:
    """Name the campaigns of the day's list."""
    return sorted(row.campaign_id for row in day_list_of(readings).campaigns)


STEADY = reading([1, 2, 3], [4, 5])


@pytest.mark.parametrize(
    "steady", [STEADY, reading([]), reading([1]), reading([1, 2, 3]), reading([1, 2, 3], [4, {"campName": "Draft"}])]
)
def test_a_list_that_stood_still_is_believed_at_once(steady: ListReading) -> None:
    """Also an empty one, full pages alone, and one with a row without an id."""
    assert settled([steady]) is steady
    assert day_list_of([steady]).lost == 0


DRIFTS = {
    "the 4th was deleted with the 1st": reading([1, 2, 3], [5, 6, 7], [8], totals=[8, 7, 7]),
    "one was added in front": reading([1, 2, 3], [3, 4, 5], totals=[5, 6]),
    "total differs in the middle": reading([1, 2, 3], [4, 5, 6], [7], totals=[7, 8, 7]),
    "a page is short before the end": reading([1, 2, 3], [4, 5], [6, 7], totals=[7, 7, 7]),
    "the last page lacks a row": reading([1, 2, 3], [4], totals=[5, 5]),
    "the last page has one more": reading([1, 2, 3], [4, 5, 6], totals=[5, 5]),
    "a campaign stands on two pages": reading([1, 2, 3], [3, 4, 5]),
    "the same twice, as many as stated": reading([1, 2, 3], [3, 4], totals=[5, 5]),
    "fewer pages than rows": reading([1, 2, 3], totals=[5]),
}


@pytest.mark.parametrize("drifted", DRIFTS.values(), ids=DRIFTS)
def test_any_sign_of_drift_is_not_believed(drifted: ListReading) -> None:
    """Also where the number of unique campaigns happens to be the stated one."""
    assert settled([drifted]) is None


@pytest.mark.parametrize("drifted", DRIFTS.values(), ids=DRIFTS)
def test_a_steady_reading_after_it_counts_alone(drifted: ListReading) -> None:
    """Nothing is said then: one that was deleted meanwhile is no part of the day."""
    assert settled([drifted, STEADY]) is STEADY
    assert day_list_of([drifted, STEADY]).day_checks == {}
    assert ids([drifted, STEADY]) == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize(
    ("pages", "agree"),
    [
        ([[1, 2, 3], [4, 3]], True),
        ([[1, 1]], True),
        ([[1, 2, 3], [4, 1, 2]], True),
        ([[{"builderId": 1, "sent": 5}, {"builderId": 1, "sent": "5"}, 2]], True),
        ([[{"builderId": 1, "sent": 5}, {"builderId": 1, "sent": 7}, 2]], False),
        ([[{"builderId": 1, "sent": 5}, 2, 3], [4, {"builderId": 1, "sent": 0}]], False),
        ([[{"builderId": 1, "sent": 5}, 2, {"builderId": 1, "sent": None}]], False),
    ],
)
def test_a_campaign_that_stands_twice_for_ever_is_the_apis_way(pages: Any, *, agree: bool) -> None:
    """Accepted at the second reading; named where the figures disagree."""
    first, second = reading(*pages), reading(*pages)
    assert settled([first, second]) is second
    said = day_list_of([first, second]).day_checks
    assert set(said) == (set() if agree else {DayCheck.LISTED_TWICE})
    assert agree or "campaign 1 stands there 2 times" in said[DayCheck.LISTED_TWICE][0]


@pytest.mark.parametrize(
    "other",
    [
        reading([1, 2, 3], [4, 4]),
        reading([1, 2, 3], [4, 2]),
        reading([1, 2, 3], [4, 3], totals=[5, 6]),
        reading([1, 2, 3], [4, 3, 3]),
    ],
)
def test_another_twin_in_the_second_reading_is_drift(other: ListReading) -> None:
    """Only the very same oddity is one that stays."""
    assert settled([reading([1, 2, 3], [4, 3]), other]) is None


@pytest.mark.parametrize(
    ("overlapping", "missing"),
    [(reading([1, 2, 3], [3, 4]), 1), (reading([1, 2, 3], [2, 3, 4]), 2), (reading([1, 2, 3], [3, 4, 4]), 1)],
)
def test_pages_that_overlap_alike_each_time_are_no_twins(overlapping: ListReading, missing: int) -> None:
    """There are as many rows as stated; but what the repeated ones replaced is nowhere, so that the day says so."""
    readings = [overlapping] * 3
    assert settled(readings) is None
    found = day_list_of(readings)
    assert found.lost == 0
    assert f"up to {missing} may be missing" in found.day_checks[DayCheck.LIST_UNSTEADY][0]


FIGURES = {"clicks": 1, "sent": 5}


@pytest.mark.parametrize("lesser", [{}, {"sent": 0}, {"sent": 4, "clicks": 1}, {"sent": None, "clicks": 0}])
@pytest.mark.parametrize("is_first", [True, False])
def test_the_higher_figures_count_in_either_order(lesser: dict[str, Any], *, is_first: bool) -> None:
    """Never a row of zeros beside figures."""
    rows = [{"builderId": 1} | FIGURES, {"builderId": 1} | lesser]
    (campaign,) = campaigns_of(reading(rows if is_first else rows[::-1]).pages)
    assert (campaign.totals.sent, campaign.totals.clicks) == (5, 1)


def test_what_never_stands_still_is_taken_together() -> None:
    """The newest row wins, and the day says so, with the totals that were seen."""
    readings = [
        reading([1, 2, 3], [{"builderId": 5, "sent": 1}], totals=[5, 4]),
        reading([2, 3, 4], [{"builderId": 5, "sent": 2}], totals=[5, 4]),
        reading([3, 4, {"builderId": 5, "sent": 9}], [6], totals=[4, 5]),
    ]
    found = day_list_of(readings)
    assert ids(readings) == ["1", "2", "3", "4", "5", "6"]
    assert next(row for row in found.campaigns if row.campaign_id == "5").totals.sent == 9
    assert found.lost == 0
    (said,) = found.day_checks[DayCheck.LIST_UNSTEADY]
    assert "changed each of the 3 times" in said
    assert "a total of 4 to 5 and 4 rows" in said
    assert "6 campaigns of all readings" in said
    assert "missing" not in said


def test_a_reading_that_may_lack_one_says_so() -> None:
    """The last page has no more than the readings, but an earlier one had."""
    drifted = DRIFTS["the 4th was deleted with the 1st"]
    found = day_list_of([drifted] * 3)
    assert found.lost == 0
    assert "up to 1 may be missing" in found.day_checks[DayCheck.LIST_UNSTEADY][0]


def test_fewer_than_stated_last_is_lost() -> None:
    """Nothing can be said for such a day, and the error's words name totals and twins."""
    readings = [reading([1, 2, 3], [3, 4], totals=[6, 6]), reading([1, 2, 3], [3, 4], totals=[6, 7])]
    assert day_list_of(readings).lost == 2
    said = drift_in_words(readings)
    assert "4 unique campaigns in 2 readings, but a total of 7" in said
    assert "a total of 6 and 5 rows; a total of 6 to 7 and 5 rows" in said
    assert said.endswith("listed twice: 3")


def test_one_that_always_stands_twice_is_not_lost_where_others_move() -> None:
    """Rows are stated, not campaigns."""
    readings = [reading([1, 2, 3], [3, 4], totals=[6, 5]), reading([1, 2, 3], [3, 4], totals=[4, 5])]
    assert day_list_of(readings).lost == 0


def test_rows_without_an_id_are_named_by_their_place() -> None:
    """Counted over the pages; the names that people type are shown whole enough."""
    found = day_list_of([reading([1, {"campName": "Draft", "id": 77}, 2], [None, {"campName": "x" * 90}])])
    first, second, third = found.day_checks[DayCheck.ROW_WITHOUT_ID]
    assert first.startswith("row 2 of the list, 'Draft', id 77, has no campaign's id")
    assert second.startswith("row 4 of the list, '', id unknown")
    assert "x" * 60 in third
    assert "x" * 61 not in third


@st.composite
def moving_lists(draw: st.DrawFn) -> tuple[set[int], ListReading]:
    """Draw a reading of a list in which campaigns are deleted, or added, between pages; and those that stayed."""
    now = list(range(draw(st.integers(0, 12))))
    are_deleted, there_before = draw(st.booleans()), list(now)
    # A total that is kept while campaigns are added hides those that the additions push behind it: nobody could tell.
    total_is_kept = are_deleted and draw(st.booleans())
    pages, stated = [], []
    number = max(1, -(-len(now) // FULL))
    for at in range(number):
        pages.append(now[at * FULL : (at + 1) * FULL])
        stated.append(len(there_before) if total_is_kept else len(now))
        for fresh in range(draw(st.integers(0, 2)) if at < number - 1 else 0):
            if not are_deleted:
                now.insert(draw(st.integers(0, len(now))), 100 * (at + 1) + fresh)
            elif now:
                now.remove(draw(st.sampled_from(now)))
    return set(now) & set(there_before), reading(*pages, totals=stated)


@given(moving_lists())
def test_no_reading_is_believed_that_lacks_what_was_there_all_the_time(drawn: tuple[set[int], ListReading]) -> None:
    """Whatever is deleted, or added, between pages, and whether or not the totals show it."""
    stayed, found = drawn
    if settled([found]):
        assert stayed <= {int(row.campaign_id) for row in found.rows}
