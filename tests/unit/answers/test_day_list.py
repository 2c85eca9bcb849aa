"""One page of overall-metrics."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insider_web_push.answers.day_list import ListedCampaign, ListPage, pages_of, parse_list_page
from insider_web_push.errors import ContractViolation
from tests.builders import sample, totals


def page_of(data: object, *, total: object = 2) -> ListPage:
    """Read a page."""
    return parse_list_page({"total": total, "data": data})


def rows_of(*rows: dict[str, Any]) -> list[ListedCampaign]:
    """Read these rows."""
    return page_of(list(rows)).data


def test_the_documented_list_gives_campaigns_and_totals() -> None:
    """In the list's order, plain numbers as they are."""
    big, quiet = parse_list_page(sample("overall_metrics")).data
    assert (big.campaign_id, big.name, big.type) == ("11111", "Big autumn sale", "Bulk")
    assert (big.totals.targeted, big.totals.clicks, big.totals.revenue) == (450_000, 2_807, "2479.6600112915")
    assert not big.totals.are_zero
    assert quiet.totals.are_zero


def test_the_documented_list_gives_attributes() -> None:
    """Dates and links as listed, their placeholders as nothing."""
    big, _ = parse_list_page(sample("overall_metrics")).data
    assert (big.status, big.status_name, big.tags) == ("Active", None, ())
    assert (big.send_date, big.start_date, big.end_date) == ("2023-06-01 09:30:00", "2023-06-01 00:00:00", None)
    assert (big.message_link, big.first_button_link) == ("https://shop.example/sale", None)


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
    first, second = rows_of({"builderId": 1, "revenue": printed}, {"builderId": 2, "revenue": same})
    assert first.totals == second.totals


@given(st.floats(0, 1e15), st.floats(0, 1e15))
def test_unequal_revenue_compares_unequal(one: float, other: float) -> None:
    """No digit is lost on the way."""
    first, second = rows_of({"builderId": 1, "revenue": one}, {"builderId": 2, "revenue": other})
    assert (first.totals == second.totals) is (one == other)


def test_no_digit_of_a_long_revenue_is_lost() -> None:
    """Two amounts that differ in the fortieth digit are two."""
    long = ["1" * 39 + digit for digit in "12"]
    first, second = rows_of(*({"builderId": n, "revenue": long[n]} for n in (0, 1)))
    assert first.totals != second.totals


@pytest.mark.parametrize("revenue", ["1e9999999", "abc", [], {"a": 1}, float("nan"), float("inf")])
def test_revenue_of_any_other_kind_is_kept(revenue: object) -> None:
    """It is compared, never added up, so that nothing in it can break a sweep."""
    (campaign,) = rows_of({"builderId": 1, "revenue": revenue})
    assert not campaign.totals.are_zero


@pytest.mark.parametrize("total", ["2", " 2", 2.0, "2 "])
def test_a_total_that_is_printed_is_that_number(total: object) -> None:
    """As the other endpoints print theirs."""
    assert page_of([], total=total).total == 2


def test_a_large_total_may_be_printed_in_groups() -> None:
    """As the other endpoints print theirs."""
    assert page_of([], total="1,041").total == 1041


@pytest.mark.parametrize("total", [None, "", "many", -1, 1.5, True, [2]])
def test_a_page_without_a_readable_total_is_refused(total: object) -> None:
    """Nobody knows how many pages there are."""
    with pytest.raises(ContractViolation, match=r"\$\.total"):
        page_of([], total=total)


ROW, OTHER = {"builderId": 7}, {"builderId": 8}


@pytest.mark.parametrize(
    ("data", "ids"),
    [
        ({"0": ROW, "2": OTHER}, ["7", "8"]),
        ({"10": OTHER, "9": ROW}, ["7", "8"]),
        ({}, []),
        (None, []),
        ([], []),
    ],
)
def test_a_list_as_php_prints_it_is_that_list(data: object, ids: list[str]) -> None:
    """One with gaps is an object, an empty one is an object or null."""
    assert [row.campaign_id for row in page_of(data).data] == ids


def test_a_list_with_gaps_may_stand_in_an_envelope() -> None:
    """Which is an object as well."""
    page = parse_list_page({"success": True, "data": {"total": 2, "data": {"1": ROW, "3": OTHER}}})
    assert [row.campaign_id for row in page.data] == ["7", "8"]


@pytest.mark.parametrize("data", ["none", 3, True, {"message": "Internal Server Error"}, {"0": ROW, "next": OTHER}])
def test_what_is_no_list_is_refused(data: object) -> None:
    """With its place."""
    with pytest.raises(ContractViolation, match=r"\$\.data"):
        page_of(data)


def test_a_page_without_data_is_refused() -> None:
    """It says nothing of the campaigns."""
    with pytest.raises(ContractViolation, match=r"\$\.data"):
        parse_list_page({"total": 0})


@pytest.mark.parametrize(
    "row",
    [
        {"builderId": None, "campName": "Draft", "id": 9},
        {"campName": "Draft", "id": 9},
        {"builderId": "N/A", "campName": "Draft", "id": 9},
        {"builderId": -1, "campName": "Draft", "id": 9},
        {"builderId": True, "campName": "Draft", "id": 9},
        {"builderId": [7], "campName": "Draft", "id": 9},
        {"builderId": 1.5, "campName": "Draft", "id": "9"},
    ],
)
def test_a_row_without_an_id_is_left_out_and_named(row: dict[str, Any]) -> None:
    """The others stay."""
    page = page_of([ROW, row, OTHER], total=3)
    assert [campaign.campaign_id for campaign in page.data] == ["7", "8"]
    (nameless,) = page.rows_without_id
    assert (nameless.position, nameless.name, nameless.id) == (2, "Draft", "9")
    assert page.rows == 3


@pytest.mark.parametrize("row", [None, 7, "7", [], [ROW], True])
def test_a_row_that_is_no_object_is_left_out_and_named(row: object) -> None:
    """By its place, since it has nothing else."""
    page = page_of([row, ROW])
    assert [campaign.campaign_id for campaign in page.data] == ["7"]
    assert [(nameless.position, nameless.name, nameless.id) for nameless in page.rows_without_id] == [(1, "", "")]


@pytest.mark.parametrize("printed", [7, "7", 7.0])
def test_an_id_is_digits_however_it_is_printed(printed: object) -> None:
    """As campaign-metrics wants it."""
    assert rows_of({"builderId": printed})[0].campaign_id == "7"


@pytest.mark.parametrize(
    ("printed", "name"),
    [(2026, "2026"), (20.26, "20.26"), (0, "0"), ("", ""), (None, ""), (True, ""), (["x"], ""), ({"tr": "x"}, "")],
)
def test_a_number_as_a_name_is_that_text(printed: object, name: str) -> None:
    """What is neither text nor number is no name, and costs nothing else."""
    assert rows_of({"builderId": 7, "campName": printed})[0].name == name
