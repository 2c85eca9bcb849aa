"""What one answer of campaign-metrics says, as columns of campaign_day and as rows of the tables below it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

from insider_web_push.answers.instants import parse_instant
from insider_web_push.answers.php import parse_flag, parse_name, parse_object, parse_text
from insider_web_push.answers.printed_money import Notation, as_held, notation_of, parse_currency, parse_money
from insider_web_push.answers.printed_numbers import parse_code
from insider_web_push.answers.shapes import CampaignMetrics, DeviceMetrics, Reason, Total
from insider_web_push.answers.undocumented import plain_json
from insider_web_push.tables.failures import Reading
from insider_web_push.tables.identities import RATES, rate_failures
from insider_web_push.vocabulary import Check

Columns = dict[str, Any]


class Amounts(NamedTuple):
    """How an answer's amounts are to be read: the currency that they should be in, and their notation."""

    preferred: str | None
    notation: Notation


def attributes(detail: CampaignMetrics, reading: Reading) -> Columns:
    """Give the campaign's attributes; the name is not among them."""
    read = partial(reading.read, check=Check.UNREADABLE_ATTRIBUTE)
    read(parse_text, detail.name, "$.name")
    return {
        "status_name": read(parse_text, detail.status_name, "$.statusName"),
        "status_code": read(parse_code, detail.status, "$.status"),
        "working_status": read(parse_code, detail.working_status, "$.workingStatus"),
        "send_type": read(parse_code, detail.send_type, "$.sendType"),
        "primary_goal": read(parse_text, detail.primary_goal, "$.primaryGoal"),
        "alias": read(parse_text, detail.alias, "$.alias"),
        "is_recurring": read(parse_flag, detail.is_recurring, "$.isRecurring"),
        "personalization_status": read(parse_text, detail.personalization_status, "$.personalizationStatus"),
        "starts_at": read(parse_instant, detail.start_date, "$.startDate"),
        "ends_at": read(parse_instant, detail.end_date, "$.endDate"),
        "is_ttl_ended": read(parse_flag, detail.is_ttl_ended, "$.isTTLEnded"),
    }


def amounts(detail: CampaignMetrics, listed: Decimal | None, reading: Reading) -> Amounts:
    """
    Tell how the answer's amounts are to be read.

    Args:
        listed: The list's plain number for the campaign's revenue.
    """
    preferred = reading.read(
        parse_currency, detail.preferred_currency, "$.preferredCurrency", check=Check.UNREADABLE_ATTRIBUTE
    )
    return Amounts(preferred, notation_of(detail.overview.revenue, listed, reading.numbers))


def overview(detail: CampaignMetrics, money: Amounts, reading: Reading) -> Columns:
    """Give the campaign's figures."""
    said = detail.overview
    counts = {name: reading.count(figure, path) for name, (path, figure) in said.counts.items()}
    return (
        counts
        | _rates(counts, said.total, "$.overview.total", reading)
        | _revenue(said.revenue, money, "$.overview.revenue", reading)
    )


def rows_below(detail: CampaignMetrics, money: Amounts, reading: Reading) -> Iterator[tuple[str, str, Columns]]:
    """Give table, JSON path and row of everything below the campaign; what has no name is left out, and noted."""
    for position, device in enumerate(detail.device_metrics):
        path = f"$.deviceMetrics[{position}]"
        if name := _name(device.device, f"{path}.device", reading):
            yield "campaign_day_device", path, {"device": name} | _device(device, money, path, reading)
    yield from _reasons(detail, reading)
    for position, click in enumerate(detail.click_metrics):
        path = f"$.clickMetrics[{position}]"
        if name := _name(click.name, f"{path}.name", reading):
            row = {
                "name": name,
                "header": reading.read(parse_text, click.header, f"{path}.header", check=Check.UNREADABLE_ATTRIBUTE),
                "clicks": reading.count(click.clicks, f"{path}.clicks"),
                "click_ratio_reported": reading.percent(click.click_ratio, f"{path}.clickRatio"),
            }
            yield "campaign_day_click", path, row
    goals = reading.read(parse_object, detail.goal_menu, "$.goalMenu", check=Check.UNREADABLE_ATTRIBUTE)
    for goal, label in (goals or {}).items():
        text = label if label is None or isinstance(label, str) else plain_json(label)
        yield "campaign_day_goal", f"$.goalMenu.{goal}", {"goal": goal, "label": text}


def _reasons(detail: CampaignMetrics, reading: Reading) -> Iterator[tuple[str, str, Columns]]:
    for outcome in ("dropped", "undelivered"):
        reasons: list[Reason] = getattr(detail.unsuccessful_messages, outcome)
        for position, reason in enumerate(reasons):
            path = f"$.unsuccessfulMessages.{outcome}[{position}]"
            if name := _name(reason.label, f"{path}.label", reading):
                row = {
                    "outcome": outcome,
                    "reason": name,
                    "count": reading.count(reason.count, f"{path}.count"),
                    "percentage_reported": reading.percent(reason.percentage, f"{path}.percentage"),
                }
                yield "campaign_day_unsuccessful", path, row


def _name(raw: object, path: str, reading: Reading) -> str | None:
    return reading.read(parse_name, raw, path, check=Check.NAMELESS)


def _device(device: DeviceMetrics, money: Amounts, path: str, reading: Reading) -> Columns:
    counts = {
        name: reading.count(getattr(device, name), f"{path}.{name}")
        for name in ("sent", "delivered", "clicks", "conversions")
    }
    earned = _revenue(device.revenue, money, f"{path}.revenue", reading)
    if earned["revenue"] is not None:
        earned["revenue"] = as_held(earned["revenue"])
    return counts | _rates(counts, device, path, reading) | earned


def _rates(counts: Columns, printed: Total | DeviceMetrics, path: str, reading: Reading) -> Columns:
    columns: Columns = {}
    for rate in RATES:
        raw, place = getattr(printed, rate.name), f"{path}.{rate.field}"
        columns[rate.name] = rate.of(counts)
        columns[f"{rate.name}_reported"] = reading.percent(raw, place)
        reading.note_all(rate_failures(rate, counts | columns, raw, place, reading.numbers))
    return columns


def _revenue(raw: object, money: Amounts, path: str, reading: Reading) -> Columns:
    found = reading.read(partial(parse_money, notation=money.notation), raw, path)
    printed = found.currency if found else None
    if printed and money.preferred and printed != money.preferred:
        reading.note(Check.CURRENCY, f"{path}: {printed}, where {money.preferred} is preferred")
    return {"revenue": found.amount if found else None, "currency": printed}
