"""What one answer of campaign-metrics says, as columns of campaign_day and as rows of the tables below it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from insider_web_push.answers.instants import parse_instant
from insider_web_push.answers.printed_numbers import (
    parse_code,
    parse_count,
    parse_currency,
    parse_money,
    parse_percent,
)
from insider_web_push.answers.shapes import CampaignMetrics, DeviceMetrics, Reason, Total
from insider_web_push.answers.undocumented import plain_json
from insider_web_push.tables.failures import Reading
from insider_web_push.tables.identities import RATES, rate_failures
from insider_web_push.tables.revenue import as_held
from insider_web_push.vocabulary import Check

Columns = dict[str, Any]


def attributes(detail: CampaignMetrics, reading: Reading) -> Columns:
    """Give the campaign's attributes."""
    read = partial(reading.read, check=Check.UNREADABLE_ATTRIBUTE)
    return {
        "status_name": detail.status_name,
        "status_code": read(parse_code, detail.status, "$.status"),
        "working_status": read(parse_code, detail.working_status, "$.workingStatus"),
        "send_type": read(parse_code, detail.send_type, "$.sendType"),
        "primary_goal": detail.primary_goal,
        "alias": detail.alias,
        "is_recurring": detail.is_recurring,
        "personalization_status": detail.personalization_status,
        "starts_at": read(parse_instant, detail.start_date, "$.startDate"),
        "ends_at": read(parse_instant, detail.end_date, "$.endDate"),
        "is_ttl_ended": detail.is_ttl_ended,
    }


def preferred_currency(detail: CampaignMetrics, reading: Reading) -> str | None:
    """Give the currency that the answer's amounts should be in."""
    return reading.read(
        parse_currency, detail.preferred_currency, "$.preferredCurrency", check=Check.UNREADABLE_ATTRIBUTE
    )


def overview(detail: CampaignMetrics, currency: str | None, reading: Reading) -> Columns:
    """Give the campaign's figures."""
    said, read = detail.overview, reading.read
    counts = {
        "targeted": read(parse_count, said.total.targeted, "$.overview.total.targeted"),
        "sent": read(parse_count, said.targeted.sent, "$.overview.targeted.sent"),
        "dropped": read(parse_count, said.targeted.dropped, "$.overview.targeted.dropped"),
        "delivered": read(parse_count, said.delivery_rate.delivered, "$.overview.deliveryRate.delivered"),
        "undelivered": read(parse_count, said.delivery_rate.undelivered, "$.overview.deliveryRate.undelivered"),
        "clicks": read(parse_count, said.ctr.clicks, "$.overview.ctr.clicks"),
        "conversions": read(parse_count, said.conversion_rate.conversions, "$.overview.conversionRate.conversions"),
    }
    return (
        counts
        | _rates(counts, said.total, "$.overview.total", reading)
        | _revenue(said.revenue, currency, "$.overview.revenue", reading)
    )


def rows_below(detail: CampaignMetrics, currency: str | None, reading: Reading) -> Iterator[tuple[str, str, Columns]]:
    """Give table, JSON path and row of everything below the campaign."""
    for position, device in enumerate(detail.device_metrics):
        path = f"$.deviceMetrics[{position}]"
        yield "campaign_day_device", path, _device(device, currency, path, reading)
    for outcome in ("dropped", "undelivered"):
        reasons: list[Reason] = getattr(detail.unsuccessful_messages, outcome)
        for position, reason in enumerate(reasons):
            path = f"$.unsuccessfulMessages.{outcome}[{position}]"
            row = {
                "outcome": outcome,
                "reason": reason.label,
                "count": reading.read(parse_count, reason.count, f"{path}.count"),
                "percentage_reported": reading.read(parse_percent, reason.percentage, f"{path}.percentage"),
            }
            yield "campaign_day_unsuccessful", path, row
    for position, click in enumerate(detail.click_metrics):
        path = f"$.clickMetrics[{position}]"
        row = {
            "name": click.name,
            "header": click.header,
            "clicks": reading.read(parse_count, click.clicks, f"{path}.clicks"),
            "click_ratio_reported": reading.read(parse_percent, click.click_ratio, f"{path}.clickRatio"),
        }
        yield "campaign_day_click", path, row
    for goal, label in detail.goal_menu.items():
        text = label if label is None or isinstance(label, str) else plain_json(label)
        yield "campaign_day_goal", f"$.goalMenu.{goal}", {"goal": goal, "label": text}


def _device(device: DeviceMetrics, currency: str | None, path: str, reading: Reading) -> Columns:
    counts = {
        name: reading.read(parse_count, getattr(device, name), f"{path}.{name}")
        for name in ("sent", "delivered", "clicks", "conversions")
    }
    earned = _revenue(device.revenue, currency, f"{path}.revenue", reading)
    if earned["revenue"] is not None:
        earned["revenue"] = as_held(earned["revenue"])
    return {"device": device.device} | counts | _rates(counts, device, path, reading) | earned


def _rates(counts: Columns, printed: Total | DeviceMetrics, path: str, reading: Reading) -> Columns:
    columns: Columns = {}
    for rate in RATES:
        raw, place = getattr(printed, rate.name), f"{path}.{rate.field}"
        columns[rate.name] = rate.of(counts)
        columns[f"{rate.name}_reported"] = reading.read(parse_percent, raw, place)
        reading.note_all(rate_failures(rate, counts | columns, raw, place))
    return columns


def _revenue(raw: object, currency: str | None, path: str, reading: Reading) -> Columns:
    money = reading.read(parse_money, raw, path)
    printed = money.currency if money else None
    if printed and currency and printed != currency:
        reading.note(Check.CURRENCY, f"{path}: {printed}, where {currency} is preferred")
    return {"revenue": money.amount if money else None, "currency": printed or currency}
