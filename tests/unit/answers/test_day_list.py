"""Pages of overall-metrics, put together."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insider_web_push.answers.day_list import DayList, day_list_of, pages_of, parse_list_page
from tests.builders import sample, totals


def sweep_of_rows(*pages: list[dict[str, Any]], total: int) -> DayList:
    """Put pages of these rows together."""
    return day_list_of(parse_list_page({"total": total, "data": rows}) for rows in pages)


def test_the_documented_list_gives_campaigns_and_totals() -> None:
    """In the list's order, plain numbers as they are."""
    big, quiet = day_list_of([parse_list_page(sample("overall_metrics"))]).campaigns
    assert (big.campaign_id, big.name, big.type) == ("11111", "Big autumn sale", "Bulk")
    assert (big.totals.targeted, big.totals.clicks, big.totals.revenue) == (450_000, 2_807, "2479.6600112915")
    assert not big.totals.are_zero
    assert quiet.totals.are_zero


def test_the_documented_list_gives_attributes() -> None:
    """Dates and links as listed, their placeholders as nothing."""
    big, _ = day_list_of([parse_list_page(sample("overall_metrics"))]).campaigns
    assert (big.status, big.status_name, big.tags) == ("Active", None, ())
    assert (big.send_date, big.start_date, big.end_date) == ("2023-06-01 09:30:00", "2023-06-01 00:00:00", None)
    assert (big.message_link, big.first_button_link) == ("https://shop.example/sale", None)


def test_a_campaign_on_two_pages_counts_once_as_last_seen() -> None:
    """Pages move while they are read."""
    sweep = sweep_of_rows(
        [{"builderId": 1, "clicks": 5}, {"builderId": 2}], [{"builderId": 1, "clicks": 6}, {"builderId": 3}], total=3
    )
    assert [campaign.campaign_id for campaign in sweep.campaigns] == ["1", "2", "3"]
    assert sweep.campaigns[0].totals.clicks == 6
    assert not sweep.has_drifted


@pytest.mark.parametrize(("total", "drifted"), [(1, True), (2, False), (3, True)])
def test_campaigns_unlike_the_total_mean_drift(total: int, *, drifted: bool) -> None:
    """Fewer and more alike: one may be missing."""
    assert sweep_of_rows([{"builderId": 1}], [{"builderId": 2}], total=total).has_drifted is drifted


def test_the_total_is_the_one_that_was_stated_last() -> None:
    """A campaign that was added between two pages counts."""
    pages = [{"total": 1, "data": [{"builderId": 1}]}, {"total": 2, "data": [{"builderId": 2}]}]
    assert day_list_of(map(parse_list_page, pages)).stated_total == 2


def test_an_empty_list_is_a_day_without_campaigns() -> None:
    """Not drift."""
    sweep = sweep_of_rows([], total=0)
    assert sweep.campaigns == []
    assert not sweep.has_drifted


@pytest.mark.parametrize(("total", "pages"), [(0, 1), (1, 1), (20, 1), (21, 2), (40, 2), (90, 5), (400, 20)])
def test_the_calls_of_a_list_are_counted(total: int, pages: int) -> None:
    """Even an empty list takes one."""
    assert pages_of(total, per_page=20) == pages


@pytest.mark.parametrize("name", ["targeted", "sent", "dropped", "delivered", "undelivered", "clicks", "conversions"])
@pytest.mark.parametrize("figure", [1, None])
def test_activity_or_doubt_in_any_figure_is_not_zero(name: str, figure: int | None) -> None:
    """An unreadable figure could be anything."""
    assert not totals(**{name: figure}).are_zero


@pytest.mark.parametrize(("revenue", "zero"), [("0", True), (None, True), ("0.01", False), ("nan", False)])
def test_revenue_alone_is_activity(revenue: str | None, *, zero: bool) -> None:
    """A late conversion may show nowhere else; a list without revenue says nothing."""
    assert totals(revenue=revenue).are_zero is zero


@pytest.mark.parametrize(
    ("printed", "same"),
    [(0, 0.0), (0, "0"), (0, "0.00"), (0, -0.0), (2480, 2480.0), (2480, "2480.00"), (0.1, "0.10"), (1e-05, "0.00001")],
)
def test_equal_revenue_compares_equal_however_it_is_printed(printed: object, same: object) -> None:
    """Else a change of format would look like a move of every campaign."""
    first, second = sweep_of_rows(
        [{"builderId": 1, "revenue": printed}, {"builderId": 2, "revenue": same}], total=2
    ).campaigns
    assert first.totals == second.totals


@given(st.floats(0, 1e15), st.floats(0, 1e15))
def test_unequal_revenue_compares_unequal(one: float, other: float) -> None:
    """No digit is lost on the way."""
    first, second = sweep_of_rows(
        [{"builderId": 1, "revenue": one}, {"builderId": 2, "revenue": other}], total=2
    ).campaigns
    assert (first.totals == second.totals) is (one == other)


def test_no_digit_of_a_long_revenue_is_lost() -> None:
    """Two amounts that differ in the fortieth digit are two."""
    long = ["1" * 39 + digit for digit in "12"]
    first, second = sweep_of_rows([{"builderId": n, "revenue": long[n]} for n in (0, 1)], total=2).campaigns
    assert first.totals != second.totals


@pytest.mark.parametrize("revenue", ["1e9999999", "abc", [], {"a": 1}, float("nan"), float("inf")])
def test_revenue_of_any_other_kind_is_kept(revenue: object) -> None:
    """It is compared, never added up, so that nothing in it can break a sweep."""
    (campaign,) = sweep_of_rows([{"builderId": 1, "revenue": revenue}], total=1).campaigns
    assert not campaign.totals.are_zero
