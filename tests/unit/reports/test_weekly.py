"""A week's figures, against the week before."""

from datetime import date
from decimal import Decimal

import pytest

from insider_web_push.dates import week_name
from insider_web_push.reports.figures import figures_of
from tests.weeks import MONDAY, campaign_day, loss, report


def test_totals_are_sums_and_rates_are_ratios_of_sums() -> None:
    """Never means of rates."""
    found = report([campaign_day("1"), campaign_day("2", sent=9000, delivered=8200, clicks=41)])
    totals = {item.metric: item.value for item in found.totals}
    assert (totals["sent"], totals["delivered"], totals["clicks"]) == (10_000, 9000, 81)
    assert (totals["delivery_rate"], totals["ctr"]) == (0.9, 0.009)


def test_null_is_not_zero() -> None:
    """It adds nothing, and where every row is null nothing is known; a rate leaves out the rows that lack a part."""
    rows = [campaign_day("1", targeted=None), campaign_day("2", targeted=None, clicks=None)]
    found = figures_of(rows)
    assert (found.counts["targeted"], found.counts["clicks"], found.counts["delivered"]) == (None, 40, 1600)
    assert found.rates["ctr"] == 40 / 800


def test_no_campaigns_are_zeros_without_rates() -> None:
    """A complete week in which nothing was sent is known to be empty."""
    found = figures_of([])
    assert set(found.counts.values()) == {0}
    assert set(found.rates.values()) == {None}


def test_currencies_are_not_added_up() -> None:
    """The one that most campaigns have is the first; a campaign day without revenue has none."""
    rows = [
        campaign_day("1"), campaign_day("2"), campaign_day("3", currency="EUR", revenue=Decimal(7)),
        campaign_day("4", revenue=None, currency="USD"),
    ]  # fmt: skip
    found = report(rows)
    assert found.currencies == ["TRY", "EUR"]
    assert {item.metric: item.value for item in found.totals if item.metric.startswith("revenue")} == {
        "revenue EUR": 7, "revenue TRY": 200,
    }  # fmt: skip


def test_a_change_is_relative_and_of_a_rate_in_points() -> None:
    """Unknown without a week before, or from nothing."""
    now, before = [campaign_day("1", clicks=60)], [campaign_day("1", -7, clicks=40, conversions=0)]
    changes = {item.metric: item.change for item in report(now, before).totals}
    assert (changes["clicks"], changes["sent"], changes["conversions"]) == (0.5, 0.0, None)
    assert changes["ctr"] == pytest.approx(0.075 - 0.05)
    assert {item.change for item in report(now).totals} == {None}


def test_a_currency_that_is_gone_is_still_a_figure() -> None:
    """Of the week before."""
    found = report([campaign_day("1")], [campaign_day("1", -7, currency="EUR")])
    assert [(item.value, item.before) for item in found.totals if item.metric == "revenue EUR"] == [(None, 100)]


def test_campaigns_are_those_of_both_weeks_under_their_last_names() -> None:
    """The busiest first; those of the week before alone are marked and last."""
    rows = [campaign_day("1"), campaign_day("2", 1, name="new"), campaign_day("2", 0, name="old")]
    found = report(rows, [campaign_day("3", -7, sent=9999), campaign_day("1", -7)])
    assert [(item.campaign_id, item.name, item.gone, item.before is None) for item in found.campaigns] == [
        ("2", "new", False, True), ("1", "Campaign 1", False, False), ("3", "Campaign 3", True, False),
    ]  # fmt: skip
    assert [item.campaign_id for item in found.present] == ["2", "1"]


def test_losses_are_shares_of_what_they_were_lost_from() -> None:
    """Dropped of the targeted, undelivered of the sent; a campaign that tells no reasons is no part of the whole."""
    lost = [
        loss("dropped", "frequencyCapped", 55), loss("undelivered", "offline", 150), loss("undelivered", "offline", 50),
        loss("dropped", "other", None),
    ]  # fmt: skip
    found = report([campaign_day("1"), campaign_day("2", detail_status="missing")], unsuccessful=lost)
    assert [(item.reason, item.count, item.share) for item in found.losses] == [
        ("offline", 200, 0.2), ("frequencyCapped", 55, 0.05), ("other", None, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("monday", "name"), [(MONDAY, "2026-W47"), (date(2026, 12, 28), "2026-W53"), (date(2027, 1, 4), "2027-W01")]
)
def test_a_week_is_named_as_iso_8601_does(monday: date, name: str) -> None:
    """The year is the one of its Thursday."""
    assert week_name(monday) == name
