"""Weeks with known figures, for tests of the weekly report."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from insider_web_push.reports.figures import WeekInput
from insider_web_push.reports.weekly import WeeklyReport, weekly_report

MONDAY = date(2026, 11, 16)
Row = dict[str, Any]


def campaign_day(campaign_id: str, day: int = 0, **figures: Any) -> Row:
    """Give a row of campaign_day: 1,000 sent, 800 delivered, 40 clicks, 4 conversions and 100 TRY unless named."""
    plain = {
        "day": MONDAY + timedelta(days=day), "campaign_id": campaign_id, "name": f"Campaign {campaign_id}",
        "type": "Bulk", "detail_status": "fetched", "finality": "final", "failed_checks": [],
        "targeted": 1100, "sent": 1000, "delivered": 800, "clicks": 40, "conversions": 4,
        "revenue": Decimal(100), "currency": "TRY",
    }  # fmt: skip
    return plain | figures


def loss(outcome: str, reason: str, count: int | None) -> Row:
    """Give a row of campaign_day_unsuccessful."""
    return {"day": MONDAY, "campaign_id": "1", "outcome": outcome, "reason": reason, "count": count}


def change(metric: str, delta: int | None, *, campaign_id: str = "1", table_name: str = "campaign_day") -> Row:
    """Give a row of campaign_day_change."""
    number = None if delta is None else Decimal(delta)
    return {
        "day": MONDAY, "campaign_id": campaign_id, "table_name": table_name, "metric": metric, "delta": number
    }  # fmt: skip


def week(rows: list[Row], before: list[Row] | None = None, **given: Any) -> WeekInput:
    """Give what a report is made from."""
    plain: dict[str, Any] = {"unsuccessful": [], "changes": [], "revisions": {}}
    return WeekInput(monday=MONDAY, campaign_days=rows, before=before, **(plain | given))


def report(rows: list[Row], before: list[Row] | None = None, **given: Any) -> WeeklyReport:
    """Make a report."""
    return weekly_report(week(rows, before, **given))
