"""The weekly report as Parquet: tidy tables, one file each. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pyarrow as pa

from insider_web_push.reports.weekly import COUNTS, RATES, Figures, WeeklyReport
from insider_web_push.tables import to_parquet

_MONEY = pa.decimal128(38, 9)
_COUNTS = [pa.field(name, pa.int64()) for name in COUNTS]
_RATES = [pa.field(name, pa.float64()) for name in RATES]
SCHEMAS = {
    # one figure of the week
    "totals": pa.schema(
        [
            pa.field("metric", pa.string()),
            pa.field("value", pa.float64()),
            pa.field("before", pa.float64()),
            pa.field("change", pa.float64()),
        ]
    ),
    # one day
    "daily": pa.schema([pa.field("day", pa.date32()), *_COUNTS, *_RATES]),
    # one campaign and currency; currency null where it has no revenue
    "campaigns": pa.schema(
        [
            pa.field("campaign_id", pa.string()),
            pa.field("name", pa.string()),
            pa.field("type", pa.string()),
            *_COUNTS,
            *_RATES,
            pa.field("currency", pa.string()),
            pa.field("revenue", _MONEY),
            pa.field("sent_before", pa.int64()),
            pa.field("clicks_before", pa.int64()),
            pa.field("revenue_before", _MONEY),
        ]
    ),
    # one reason
    "losses": pa.schema(
        [
            pa.field("outcome", pa.string()),
            pa.field("reason", pa.string()),
            pa.field("count", pa.int64()),
            pa.field("share", pa.float64()),
        ]
    ),
}


def report_files(report: WeeklyReport) -> dict[str, bytes]:
    """Write the report's tables as Parquet, by name."""
    rows = {
        "totals": [
            {"metric": item.metric, "value": _float(item.value), "before": _float(item.before), "change": item.change}
            for item in report.totals
        ],
        "daily": [{"day": day, **_figures(figures)} for day, figures in report.daily.items()],
        "campaigns": list(_campaigns(report)),
        "losses": [
            {"outcome": loss.outcome, "reason": loss.reason, "count": loss.count, "share": loss.share}
            for loss in report.losses
        ],
    }
    return {name: to_parquet(pa.Table.from_pylist(rows[name], schema=schema)) for name, schema in SCHEMAS.items()}


def _campaigns(report: WeeklyReport) -> Iterator[dict[str, Any]]:
    for week in report.campaigns:
        currencies: list[str | None] = sorted(week.now.revenue) or [None]  # type: ignore[assignment]  # None joins them
        for currency in currencies:
            yield {
                "campaign_id": week.campaign_id,
                "name": week.name,
                "type": week.type,
                **_figures(week.now),
                "currency": currency,
                "revenue": week.now.revenue.get(currency) if currency else None,
                "sent_before": week.before.counts["sent"] if week.before else None,
                "clicks_before": week.before.counts["clicks"] if week.before else None,
                "revenue_before": week.before.revenue.get(currency) if week.before and currency else None,
            }


def _figures(figures: Figures) -> dict[str, Any]:
    return {**figures.counts, **{name: figures.rate(name) for name in RATES}}


def _float(value: float | Decimal | None) -> float | None:
    return None if value is None else float(value)
