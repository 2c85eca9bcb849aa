"""A week's figures, against the week before."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from insider_web_push.errors import InvalidRequest
from insider_web_push.reports.due import monday_of, moved_by, shown_totals
from insider_web_push.reports.weekly import WeekInput, WeeklyReport, figures_of, week_name, weekly_report
from insider_web_push.reports.weekly_tables import SCHEMAS, report_files

MONDAY = date(2026, 11, 16)


def campaign_day(campaign_id: str, day: int = 0, **figures: Any) -> dict[str, Any]:
    """Give a row of campaign_day: 1,000 sent, 800 delivered, 40 clicks, 4 conversions and 100 TRY unless named."""
    plain = {
        "day": MONDAY + timedelta(days=day), "campaign_id": campaign_id, "name": f"Campaign {campaign_id}",
        "type": "Bulk", "detail_status": "fetched", "finality": "delivery_closed", "failed_checks": [],
        "targeted": 1100, "sent": 1000, "delivered": 800, "clicks": 40, "conversions": 4,
        "revenue": Decimal(100), "currency": "TRY",
    }  # fmt: skip
    return plain | figures


def report(rows: list[dict[str, Any]], before: list[dict[str, Any]] | None = None, **changes: Any) -> WeeklyReport:
    """Make a report."""
    plain: dict[str, Any] = {"unsuccessful": [], "changes": [], "revisions": {}}
    return weekly_report(WeekInput(monday=MONDAY, campaign_days=rows, before=before, **(plain | changes)))


def test_totals_are_sums_and_rates_are_ratios_of_sums() -> None:
    """Never means of rates."""
    found = report([campaign_day("1"), campaign_day("2", sent=9000, delivered=8200, clicks=41)])
    totals = {item.metric: item.value for item in found.totals}
    assert (totals["sent"], totals["delivered"], totals["clicks"]) == (10_000, 9000, 81)
    assert (totals["delivery_rate"], totals["ctr"]) == (0.9, 0.009)


def test_null_is_not_zero_and_currencies_are_not_added_up() -> None:
    """A campaign without a figure adds nothing; one without revenue has no currency."""
    found = report(
        [
            campaign_day("1"),
            campaign_day("2", clicks=None, revenue=None),
            campaign_day("3", currency="EUR", revenue=Decimal(7)),
        ]
    )
    totals = {item.metric: item.value for item in found.totals}
    assert (totals["clicks"], totals["revenue TRY"], totals["revenue EUR"]) == (80, Decimal(100), Decimal(7))
    assert found.currencies == ["EUR", "TRY"]


def test_a_change_is_relative_and_of_a_rate_in_points() -> None:
    """Unknown without a week before, or from nothing."""
    now, before = [campaign_day("1", clicks=60)], [campaign_day("1", clicks=40, conversions=0)]
    changes = {item.metric: item.change for item in report(now, before).totals}
    assert (changes["clicks"], changes["sent"], changes["conversions"]) == (0.5, 0.0, None)
    assert changes["ctr"] == pytest.approx(0.075 - 0.05)
    assert {item.change for item in report(now).totals} == {None}


def test_movers_are_those_whose_clicks_moved_most() -> None:
    """Up and down, new ones from zero, unmoved ones not at all."""
    now = [campaign_day(str(n), clicks=100 + 10 * n) for n in range(8)]
    before = [campaign_day(str(n), clicks=100) for n in range(4)] + [campaign_day("7", clicks=900)]
    rose, fell = report(now, before).movers("clicks")
    assert [item.campaign_id for item in rose] == ["6", "5", "4", "3", "2"]
    assert [(item.campaign_id, item.moved("clicks")) for item in fell] == [("7", -730)]


def test_best_and_worst_are_ranked_by_what_was_delivered_enough() -> None:
    """One click on three messages is no CTR of 33 %; nobody is in both lists."""
    rows = [campaign_day(str(n), clicks=10 * n) for n in range(7)] + [campaign_day("lucky", delivered=3, clicks=1)]
    found = report(rows)
    best, worst = found.by_ctr()
    assert [item.campaign_id for item in best] == ["6", "5", "4", "3", "2"]
    assert [item.campaign_id for item in worst] == ["0", "1"]
    assert found.least_delivered == 100


def test_revenue_is_ranked_by_currency() -> None:
    """Each its own list."""
    rows = [campaign_day("1", revenue=Decimal(5)), campaign_day("2"), campaign_day("3", currency="EUR")]
    best, worst = report(rows).by_revenue("TRY")
    assert ([item.campaign_id for item in best], worst) == (["2", "1"], [])


def test_losses_are_shares_of_what_they_were_lost_from() -> None:
    """Dropped of the targeted, undelivered of the sent."""
    lost = [("dropped", "frequencyCapped", 55), ("undelivered", "offlineRecipients", 200), ("dropped", "other", None)]
    rows = [{"day": MONDAY, "outcome": o, "reason": r, "count": c} for o, r, c in lost]
    found = report([campaign_day("1")], unsuccessful=rows)
    assert [(loss.reason, loss.count, loss.share) for loss in found.losses] == [
        ("offlineRecipients", 200, 0.2), ("frequencyCapped", 55, 0.05), ("other", 0, 0.0),
    ]  # fmt: skip


def test_a_report_says_what_to_know_about_its_data() -> None:
    """Once each, with numbers."""
    rows = [
        campaign_day("1", finality="provisional", failed_checks=["sent_sum"]),
        campaign_day("2", detail_status="missing"),
        campaign_day("3", detail_status="skipped"),
        campaign_day("4", failed_checks=["sent_sum", "rate"]),
    ]
    moved = {"table_name": "campaign_day", "metric": "clicks", "delta": Decimal(12)}
    changes = [moved, moved | {"delta": None}, moved | {"table_name": "campaign_day_device", "delta": Decimal(12)}]
    found = report(rows, changes=changes, revisions={MONDAY: 2, MONDAY + timedelta(days=1): 1})
    assert found.notes == [
        "The week before is not complete, so nothing is compared with it.",
        "1 campaign day could not be fetched and has the figures of the list.",
        "1 campaign day is zero because the API has nothing for it.",
        "25% of the campaign days are provisional: deliveries still come in.",
        "Check rate failed on 1 campaign day.",
        "Check sent_sum failed on 2 campaign days.",
        "1 day corrected since first published: +12 clicks.",
    ]


def test_a_week_without_campaigns_is_a_report() -> None:
    """Of zeros and nothing to rank."""
    found = report([], [])
    assert (found.by_ctr(), found.movers("clicks"), found.currencies) == (([], []), ([], []), [])
    assert {item.value for item in found.totals} == {0, None}


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


@pytest.mark.parametrize(
    ("figures", "moved"),
    [({}, 0.0), ({"clicks": 42}, 0.05), ({"clicks": 38, "sent": 1010}, 0.05), ({"revenue": Decimal(110)}, 0.1)],
)
def test_a_report_is_stale_by_the_figure_that_moved_most(figures: dict[str, Any], moved: float) -> None:
    """Up or down."""
    before, now = (shown_totals(figures_of([row])) for row in (campaign_day("1"), campaign_day("1", **figures)))
    assert moved_by(before, now) == pytest.approx(moved)


def test_a_figure_from_nothing_has_moved_in_any_case() -> None:
    """Also a currency that was not there."""
    before = shown_totals(figures_of([campaign_day("1", conversions=0)]))
    assert moved_by(before, shown_totals(figures_of([campaign_day("1")]))) == float("inf")
    assert moved_by({}, {}) == 0.0


def test_the_tables_say_the_same() -> None:
    """As tidy Parquet, which SQL reads."""
    found = report([campaign_day("1"), campaign_day("2", currency=None, revenue=None)], [campaign_day("1", clicks=10)])
    tables = {name: pq.read_table(BytesIO(data)) for name, data in report_files(found).items()}
    assert {name: table.schema for name, table in tables.items()} == SCHEMAS
    campaigns = tables["campaigns"]
    with duckdb.connect() as connection:
        connection.register("campaigns", campaigns)
        query = "SELECT campaign_id, clicks, clicks_before, currency, revenue FROM campaigns ORDER BY 1"
        assert connection.execute(query).fetchall() == [
            ("1", 40, 10, "TRY", Decimal(100)), ("2", 40, None, None, None),
        ]  # fmt: skip
    assert tables["daily"]["sent"].to_pylist() == [2000]
    assert (
        dict(zip(*(tables["totals"][name].to_pylist() for name in ("metric", "change")), strict=True))["clicks"] == 7.0
    )
