"""From the list to rows: campaigns without an answer, and lists without readable figures."""

from decimal import Decimal
from typing import Any

import pytest

from insider_web_push.answers.day_list import COUNTERS, ListedCampaign
from insider_web_push.vocabulary import Check
from tests.builders import detail, swept, totals
from tests.unit.tables.one_campaign import rows_of_one, the_row

LISTED = {
    "targeted": 450_000, "sent": 411_840, "dropped": 38_160, "delivered": 140_355, "undelivered": 271_485,
    "clicks": 2_807, "conversions": 14,
}  # fmt: skip


def test_a_quiet_campaign_day_is_a_row_of_zeros() -> None:
    """Its rates are null, and it has no detail at all."""
    tables = rows_of_one(None)
    (row,) = tables.pop("campaign_day")
    assert (row["sent"], row["clicks"], row["revenue"]) == (0, 0, Decimal(0))
    assert (row["ctr"], row["detail_status"], row["name"], row["type"]) == (None, "quiet", "The campaign", "Bulk")
    assert set(map(len, tables.values())) == {0}


def test_a_campaign_that_is_not_listed_says_so() -> None:
    """Its figures are the last ones that were fetched."""
    row = the_row(detail(), swept=None, type=None)
    assert (row["listed"], row["type"], row["sent"]) == (False, None, 411_840)


def test_a_missing_campaign_day_has_the_figures_of_the_list() -> None:
    """Precise revenue, of which nobody told the currency, and rates that were computed from the counts."""
    row = the_row(None, status="missing", swept=swept(**LISTED, revenue="2479.6600112915"))
    assert {name: row[name] for name in LISTED} == LISTED
    assert (row["revenue"], row["revenue_reported"], row["currency"]) == (Decimal("2479.660011292"), None, None)
    assert (row["ctr"], row["ctr_reported"], row["failed_checks"]) == (2_807 / 140_355, None, [])


def test_a_missing_campaign_day_that_is_no_longer_listed_keeps_its_figures() -> None:
    """Those that stood for it when it was published."""
    row = the_row(None, status="missing", swept=None, baseline=totals(**LISTED))
    assert (row["listed"], row["sent"]) == (False, 411_840)


@pytest.mark.parametrize(
    "known",
    [
        pytest.param({"swept": swept(**(LISTED | {"clicks": None}))}, id="unreadable"),
        pytest.param({"swept": None, "baseline": None}, id="nothing"),
    ],
)
def test_a_figure_that_the_list_does_not_give_is_null_and_a_failed_check(known: dict[str, Any]) -> None:
    """Not 0: something happened, or the campaign would be quiet."""
    row = the_row(None, status="missing", **known)
    assert (row["clicks"], row["ctr"], row["conversion_rate"]) == (None, None, None)
    assert "unreadable: the list has no readable clicks" in row["failed_check_details"]


@pytest.mark.parametrize(("revenue", "failed"), [("abc", ["unreadable"]), (None, [])])
def test_a_revenue_that_the_list_does_not_give_is_null(revenue: str | None, failed: list[str]) -> None:
    """A failed check only where something stands there."""
    row = the_row(None, status="missing", swept=swept(**LISTED, revenue=revenue))
    assert (row["revenue"], row["failed_checks"]) == (None, failed)


@pytest.mark.parametrize("unreadable", [["sent"], ["targeted", "clicks"], list(COUNTERS)])
@pytest.mark.parametrize("status", ["fetched", "missing", "totals"])
def test_a_list_without_readable_counters_is_a_failed_check(unreadable: list[str], status: str) -> None:
    """Whether or not there is an answer: the list cannot tell what moved."""
    given = detail() if status == "fetched" else None
    row = the_row(given, status=status, swept=swept(**dict.fromkeys(unreadable)))
    assert Check.LIST_FIGURES in row["failed_checks"]
    assert f"list_figures: the list has no readable {', '.join(unreadable)}" in row["failed_check_details"]
    assert (Check.UNREADABLE in row["failed_checks"]) == (given is None)


@pytest.mark.parametrize("listed", [swept(revenue=None), swept(), None])
def test_a_list_with_counters_fails_no_check(listed: ListedCampaign | None) -> None:
    """Also one without revenue, and one that has the campaign no longer."""
    assert Check.LIST_FIGURES not in the_row(detail(), swept=listed)["failed_checks"]
