"""
The weekly report as Parquet: tidy tables, one file each. Pure.

The account and the week stand in the path. Counts and revenue stand in tables of their own where one has several
currencies, so that a sum over a table counts nothing twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import date
from decimal import Context, Decimal
from typing import Any

import pyarrow as pa

from insider_web_push.reports.figures import COUNTS, RATES, Figures, currency_of
from insider_web_push.reports.weekly import CampaignWeek, WeeklyReport
from insider_web_push.tables.files import to_arrow, to_parquet
from insider_web_push.tables.schemas import MONEY, Table, column

PER_WEEK = ("partner_id", "week")
_PLACES, _EXACT = Decimal("1e-9"), Context(prec=50)

_FIGURES = [
    *(column(name, pa.int64(), "Sum over the campaign days; null where none knows it.") for name in COUNTS),
    *(
        column(name, pa.float64(), f"{rate.part} / {rate.whole} of the sums; null without {rate.whole}.")
        for name, rate in RATES.items()
    ),
]
_CAMPAIGN = column("campaign_id", pa.string(), "The campaign.", nullable=False)
_DAY = column("day", pa.date32(), "The day.", nullable=False)
_CURRENCY = column("currency", pa.string(), "ISO 4217 code.", nullable=False)
_REVENUE = column("revenue", MONEY, "Sum over the campaign days.")
_COUNTS_BEFORE = [column(f"{name}_before", pa.int64(), f"{name} in the week before.") for name in COUNTS]


def _table(name: str, grain: str, key: tuple[str, ...], *columns: pa.Field) -> Table:
    return Table(name, grain, key, pa.schema(columns), PER_WEEK)


WEEKLY_TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        _table(
            "totals",
            "one figure of the week; revenue once a currency",
            ("metric", "currency"),
            column("metric", pa.string(), "A count, a rate, or revenue.", nullable=False),
            column("currency", pa.string(), "ISO 4217 code of revenue; null of other figures."),
            column("value", MONEY, "In the week: counts and money exactly, rates at 9 places."),
            column("before", MONEY, "In the week before; null where that is not complete."),
            column("change", pa.float64(), "value / before - 1; of a rate value - before."),
        ),
        _table("daily", "one day", ("day",), _DAY, *_FIGURES),
        _table("daily_revenue", "one day and currency", ("day", "currency"), _DAY, _CURRENCY, _REVENUE),
        _table(
            "campaigns",
            "one campaign of the week, or of the week before",
            ("campaign_id",),
            _CAMPAIGN,
            column("name", pa.string(), "As on its last day."),
            column("type", pa.string(), "Bulk, Segment, Trigger, …; an open set."),
            column("gone", pa.bool_(), "In the week before only: its figures are zero.", nullable=False),
            *_FIGURES,
            *_COUNTS_BEFORE,
        ),
        _table(
            "campaign_revenue",
            "one campaign and currency, of the week or of the week before",
            ("campaign_id", "currency"),
            _CAMPAIGN,
            _CURRENCY,
            _REVENUE,
            column("revenue_before", MONEY, "Revenue in the week before."),
        ),
        _table(
            "losses",
            "one reason why messages did not arrive",
            ("outcome", "reason"),
            column("outcome", pa.string(), "dropped or undelivered.", nullable=False),
            column("reason", pa.string(), "frequencyCapped, offlineRecipients, …; an open set.", nullable=False),
            column("count", pa.int64(), "Messages."),
            column("share", pa.float64(), "Of the targeted if dropped, of the sent if undelivered."),
        ),
    )
}


def report_files(report: WeeklyReport) -> dict[str, bytes]:
    """Write the report's tables as Parquet, by name."""
    rows: dict[str, Iterable[Mapping[str, Any]]] = {
        "totals": _totals(report),
        "daily": [{"day": day, **_figures(figures)} for day, figures in report.daily.items()],
        "daily_revenue": _daily_revenue(report.daily),
        "campaigns": map(_campaign, report.campaigns),
        "campaign_revenue": _campaign_revenue(report.campaigns),
        "losses": map(asdict, report.losses),
    }
    return {name: to_parquet(to_arrow(table, list(rows[name]))) for name, table in WEEKLY_TABLES.items()}


def _totals(report: WeeklyReport) -> Iterator[dict[str, Any]]:
    for item in report.totals:
        currency = currency_of(item.metric)
        yield {
            "metric": "revenue" if currency else item.metric,
            "currency": currency,
            "value": _exact(item.value),
            "before": _exact(item.before),
            "change": item.change,
        }


def _daily_revenue(daily: Mapping[date, Figures]) -> Iterator[dict[str, Any]]:
    for day, figures in daily.items():
        for currency, revenue in figures.revenue.items():
            yield {"day": day, "currency": currency, "revenue": revenue}


def _campaign(campaign: CampaignWeek) -> dict[str, Any]:
    before = {f"{name}_before": campaign.before.counts[name] if campaign.before else None for name in COUNTS}
    said = {"campaign_id": campaign.campaign_id, "name": campaign.name, "type": campaign.type, "gone": campaign.gone}
    return said | _figures(campaign.now) | before


def _campaign_revenue(campaigns: Iterable[CampaignWeek]) -> Iterator[dict[str, Any]]:
    for campaign in campaigns:
        before = campaign.before.revenue if campaign.before else {}
        for currency in sorted({*campaign.now.revenue, *before}):
            yield {
                "campaign_id": campaign.campaign_id,
                "currency": currency,
                "revenue": campaign.now.revenue.get(currency),
                "revenue_before": before.get(currency),
            }


def _figures(figures: Figures) -> dict[str, Any]:
    return {**figures.counts, **figures.rates}


def _exact(value: float | Decimal | None) -> Decimal | None:
    return None if value is None else _EXACT.quantize(Decimal(value), _PLACES)
