"""
From answers to rows. Pure.

A figure that cannot be read becomes null and its JSON path a failed check of the campaign day: it never
becomes a guess, and never blocks the day.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from insider_web_push.models import CampaignMetrics, DeviceMetrics, Reason, unknown_fields
from insider_web_push.number_parsing import Money, Parsed, parse_count, parse_money, parse_percent
from insider_web_push.tables import TABLES

T = TypeVar("T")
TableRows = dict[str, list[dict[str, Any]]]
"""Rows by table name, without the columns that only a revision knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignDay:
    """
    What is known of one campaign on one day.

    Attributes:
        name: The campaign's name, from the answer or else the list.
        type: Its type, from the list.
        listed: Whether the list still has it.
        detail: The answer of campaign-metrics; None if there is none.
        status: fetched, quiet or skipped.
        seen_at: When the figures were given, UTC.
    """

    campaign_id: str
    name: str | None
    type: str | None
    listed: bool
    detail: CampaignMetrics | None
    status: str
    seen_at: datetime


@dataclass(slots=True)
class _Figures:
    """Reads figures of one answer, and notes the ones that cannot be read."""

    failed: list[str] = field(default_factory=list)

    def read(self, parse: Callable[[object], Parsed[T]], raw: object, path: str) -> T | None:
        parsed = parse(raw)
        if parsed.problem:
            self.failed.append(f"{path}: {parsed.problem}")
        return parsed.value


def rows_of(days: Iterable[CampaignDay]) -> TableRows:
    """Build the rows of all tables for the campaigns of one day."""
    tables: TableRows = {name: [] for name in TABLES}
    for day in days:
        stamp = {"campaign_id": day.campaign_id, "fetched_at": day.seen_at}
        figures = _Figures()
        seen: set[tuple[str, ...]] = set()
        for table, path, found in _detail_rows(day.detail, figures) if day.detail else ():
            row = found | stamp
            key = (table, *(str(row[name]) for name in TABLES[table].key))
            if key in seen:
                figures.failed.append(f"{path}: a second {', '.join(key[2:])}, which was left out")
                continue
            seen.add(key)
            tables[table].append(row)
        tables["campaign_day"].append(_campaign_row(day, figures) | stamp)
    return tables


def _campaign_row(day: CampaignDay, figures: _Figures) -> dict[str, Any]:
    figures_row = _overview(day.detail, figures) if day.detail else _no_activity()
    extra = dict(unknown_fields(day.detail)) if day.detail else {}
    return {
        **_attributes(day),
        **figures_row,
        "listed": day.listed,
        "detail_status": day.status,
        "failed_checks": figures.failed,
        "extra": json.dumps(extra, ensure_ascii=False, sort_keys=True) if extra else None,
    }


def _attributes(day: CampaignDay) -> dict[str, Any]:
    detail = day.detail
    return {
        "name": day.name,
        "type": day.type,
        "status_name": detail.status_name if detail else None,
        "primary_goal": detail.primary_goal if detail else None,
        "alias": detail.alias if detail else None,
        "is_recurring": detail.is_recurring if detail else None,
        "personalization_status": detail.personalization_status if detail else None,
        "starts_at": detail.start_date if detail else None,
        "ends_at": detail.end_date if detail else None,
        "is_ttl_ended": detail.is_ttl_ended if detail else None,
    }


def _overview(detail: CampaignMetrics, figures: _Figures) -> dict[str, Any]:
    overview, path = detail.overview, "$.overview"
    read = figures.read
    counts = {
        "targeted": read(parse_count, overview.total.targeted, f"{path}.total.targeted"),
        "sent": read(parse_count, overview.targeted.sent, f"{path}.targeted.sent"),
        "dropped": read(parse_count, overview.targeted.dropped, f"{path}.targeted.dropped"),
        "delivered": read(parse_count, overview.delivery_rate.delivered, f"{path}.deliveryRate.delivered"),
        "undelivered": read(parse_count, overview.delivery_rate.undelivered, f"{path}.deliveryRate.undelivered"),
        "clicks": read(parse_count, overview.ctr.clicks, f"{path}.ctr.clicks"),
        "conversions": read(parse_count, overview.conversion_rate.conversions, f"{path}.conversionRate.conversions"),
    }
    reported = {
        "delivery_rate_reported": read(parse_percent, overview.total.delivery_rate, f"{path}.total.deliveryRate"),
        "ctr_reported": read(parse_percent, overview.total.ctr, f"{path}.total.ctr"),
        "conversion_rate_reported": read(parse_percent, overview.total.conversion_rate, f"{path}.total.conversionRate"),
    }
    revenue = _revenue(read(parse_money, overview.revenue, f"{path}.revenue"), detail.preferred_currency)
    return counts | _rates(counts) | reported | revenue


def _no_activity() -> dict[str, Any]:
    """A quiet or skipped campaign day: zeros, which is what its totals say; nothing was reported in detail."""
    counts: dict[str, Any] = dict.fromkeys(
        ("targeted", "sent", "dropped", "delivered", "undelivered", "clicks", "conversions"), 0
    )
    return counts | _rates(counts) | {"revenue": Decimal(0), "currency": None}


def _detail_rows(detail: CampaignMetrics, figures: _Figures) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Give table, JSON path and row of everything below the campaign."""
    for position, device in enumerate(detail.device_metrics):
        path = f"$.deviceMetrics[{position}]"
        yield "campaign_day_device", path, _device_row(device, path, detail.preferred_currency, figures)
    for outcome in ("dropped", "undelivered"):
        reasons: list[Reason] = getattr(detail.unsuccessful_messages, outcome)
        for position, reason in enumerate(reasons):
            path = f"$.unsuccessfulMessages.{outcome}[{position}]"
            row = {
                "outcome": outcome,
                "reason": reason.label,
                "count": figures.read(parse_count, reason.count, f"{path}.count"),
                "percentage_reported": figures.read(parse_percent, reason.percentage, f"{path}.percentage"),
            }
            yield "campaign_day_unsuccessful", path, row
    for position, click in enumerate(detail.click_metrics):
        path = f"$.clickMetrics[{position}]"
        row = {
            "name": click.name,
            "header": click.header,
            "clicks": figures.read(parse_count, click.clicks, f"{path}.clicks"),
            "click_ratio_reported": figures.read(parse_percent, click.click_ratio, f"{path}.clickRatio"),
        }
        yield "campaign_day_click", path, row
    for goal, label in detail.goal_menu.items():
        text = label if isinstance(label, str) else json.dumps(label)
        yield "campaign_day_goal", f"$.goalMenu.{goal}", {"goal": goal, "label": text}


def _device_row(device: DeviceMetrics, path: str, currency: str | None, figures: _Figures) -> dict[str, Any]:
    read = figures.read
    counts = {
        "sent": read(parse_count, device.sent, f"{path}.sent"),
        "delivered": read(parse_count, device.delivered, f"{path}.delivered"),
        "clicks": read(parse_count, device.clicks, f"{path}.clicks"),
        "conversions": read(parse_count, device.conversions, f"{path}.conversions"),
    }
    reported = {
        "delivery_rate_reported": read(parse_percent, device.delivery_rate, f"{path}.deliveryRate"),
        "ctr_reported": read(parse_percent, device.ctr, f"{path}.ctr"),
        "conversion_rate_reported": read(parse_percent, device.conversion_rate, f"{path}.conversionRate"),
    }
    revenue = _revenue(read(parse_money, device.revenue, f"{path}.revenue"), currency)
    return {"device": device.device} | counts | _rates(counts) | reported | revenue


def _rates(counts: dict[str, Any]) -> dict[str, float | None]:
    return {
        "delivery_rate": _ratio(counts["delivered"], counts["sent"]),
        "ctr": _ratio(counts["clicks"], counts["delivered"]),
        "conversion_rate": _ratio(counts["conversions"], counts["clicks"]),
    }


def _ratio(part: int | None, whole: int | None) -> float | None:
    return part / whole if part is not None and whole else None


def _revenue(money: Money | None, preferred_currency: str | None) -> dict[str, Any]:
    return {
        "revenue": money.amount if money else None,
        "currency": (money.currency if money else None) or preferred_currency,
    }
