"""
Figures as the API prints them, in both documented generations.

campaign-metrics and top-metrics print strings for people ("411,840", "34.08%", "2,480 TRY"); overall-metrics prints
plain numbers and fractions. The older generation differs: clickMetrics and the reason silentHours are there, a device
without revenue shows the bare currency, the dates echo the window, and success, message, statusName, status,
workingStatus and sendType are missing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from include.simulator.campaigns import DEVICES, Campaign
from include.simulator.figures import CLICK_TARGETS, DROP_REASONS, UNDELIVERED_REASONS, DeviceFigures, Figures
from include.simulator.settings import NumberFormat
from include.simulator.world import Window, day_start, delivery_ended

_ABSENT_FROM_OLDER = ("success", "message", "statusName", "status", "workingStatus", "sendType")
_FIGURES = ("overview", "deviceMetrics", "unsuccessfulMessages", "clickMetrics")
_NAMES = ("device", "label", "name", "header")
_THREE_DECIMALS = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
_NO_DATE = "-"
_NO_LINK = "N/A"


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How one response is printed."""

    currency: str
    older: bool = False
    extra_fields: bool = False
    numbers: NumberFormat = NumberFormat.POINT


def campaign_metrics(campaign: Campaign, figures: Figures, window: Window, style: Style) -> dict[str, Any]:
    """Print a campaign-metrics response."""
    starts, ends = _dates(campaign, window, older=style.older)
    ended = delivery_ended(campaign, window)
    running = campaign.recurring or not ended
    body: dict[str, Any] = {
        "success": True,
        "message": "",
        "name": campaign.name,
        "statusName": "active" if running else "completed",
        "status": 1,
        "workingStatus": 1 if running else 3,
        "sendType": int(campaign.recurring),
        "primaryGoal": "salesFromClick",
        "startDate": starts,
        "endDate": ends,
        "isRecurring": campaign.recurring,
        "alias": "recurring" if campaign.recurring else "single",
        "preferredCurrency": style.currency,
        "personalizationStatus": "Active",
        "isTTLEnded": ended,
        "goalMenu": {"camp-join": "Clicks", "sales-from-click": "Purchases From Click..."},
        "overview": _overview(figures, style),
        "deviceMetrics": _devices(campaign, figures, style),
        "unsuccessfulMessages": _unsuccessful(figures, older=style.older),
        "comparisonData": [],
    }
    if style.older:
        body["clickMetrics"] = _clicks(campaign, figures)
        for name in _ABSENT_FROM_OLDER:
            del body[name]
    if style.extra_fields:
        body["experimentGroups"] = [{"variant": "A", "share": "50.00%"}]
        body["overview"]["engagement"] = {"score": "0.5"}
    return _in_notation(body, style.numbers)


def overall_row(campaign: Campaign, figures: Figures, window: Window, style: Style) -> dict[str, Any]:
    """Print one row of overall-metrics: plain ints, fractions, revenue as a precise number without a currency."""
    total = figures.total
    created = f"{campaign.created.isoformat()} 10:00:00"
    row: dict[str, Any] = {
        "id": campaign.id,
        "builderId": campaign.builder_id,
        "campName": campaign.name,
        "type": campaign.type,
        "status": "Active",
        "tags": [campaign.type.lower(), "tr"] if campaign.index % 4 == 0 else [],
        "sendDate": _NO_DATE if campaign.recurring else f"{window.end.isoformat()} 09:30:00",
        "startDate": created,
        "endDate": _NO_DATE,
        "daysActive": max(0, (window.end - campaign.created).days + 1),
        "messageLink": f"https://shop.example/c/{campaign.builder_id}",
        "firstButtonLink": f"https://shop.example/c/{campaign.builder_id}?b=1" if campaign.index % 2 else _NO_LINK,
        "secondButtonLink": _NO_LINK,
        "targeted": figures.targeted,
        "sent": total.sent,
        "dropped": figures.dropped,
        "delivered": total.delivered,
        "undelivered": figures.undelivered,
        "clicks": total.clicks,
        "conversions": total.conversions,
        "deliveryRate": _fraction(total.delivered, total.sent),
        "ctr": _fraction(total.clicks, total.delivered),
        "conversionRate": _fraction(total.conversions, total.clicks),
        "revenue": _number(total.revenue),
    }
    if not style.older:
        row["statusName"] = "active"
        row["groupLevels"] = []
    if style.extra_fields:
        row["labelColor"] = "#ff8800"
    return row


def overall_page(
    rows: Sequence[dict[str, Any]], *, page: int, per_page: int, total: int, style: Style
) -> dict[str, Any]:
    """Print a page of overall-metrics."""
    body = {"page": page, "per_page": per_page, "total": total, "data": list(rows)}
    return body if style.older else {"success": True, "message": "", **body}


def with_gaps(page: dict[str, Any]) -> dict[str, Any]:
    """Print a page's rows as PHP prints a list out of which something was taken: as an object."""
    return page | {"data": {str(2 * position): row for position, row in enumerate(page["data"])}}


def top_metrics(figures: Figures, style: Style) -> dict[str, Any]:
    """Print the account's totals: formatted like a campaign's, and once more the precise revenue."""
    body: dict[str, Any] = {
        "success": True,
        "overview": _overview(figures, style),
        "unsuccessfulMessages": _unsuccessful(figures, older=style.older),
        "detail": {"revenue": _number(figures.total.revenue)},
    }
    return _in_notation(body, style.numbers)


def count(value: int) -> str:
    """Print a count: `"411,840"`."""
    return f"{value:,}"


def rate(part: int, whole: int) -> str:
    """Print a rate: `"34.08%"`, and `"0.00%"` of nothing."""
    return f"{_fraction(part, whole):.2%}"


def money(value: Decimal, currency: str) -> str:
    """Print money rounded to whole units: `"2,480 TRY"`; dinars as seen with their three decimals: `"512.345 KWD"`."""
    step = Decimal("0.001") if currency in _THREE_DECIMALS and value else Decimal(1)
    return f"{value.quantize(step, ROUND_HALF_UP):,} {currency}"


def percentage(part: int, whole: int) -> int | str:
    """Print a share of the unsuccessful: the int 0, or a string such as `"91.33"`."""
    return f"{100 * part / whole:.2f}" if part else 0


def _dates(campaign: Campaign, window: Window, *, older: bool) -> tuple[str, str]:
    # Older samples echo the window, newer ones show the campaign's own dates; both as instants, the end inclusive.
    first = window.start if older else campaign.created
    last = window.end if older else campaign.created + timedelta(days=3650)
    ends = day_start(last + timedelta(days=1), window.zone) - timedelta(microseconds=1)
    return _instant(day_start(first, window.zone)), _instant(ends)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _overview(figures: Figures, style: Style) -> dict[str, Any]:
    total = figures.total
    return {
        "total": {
            "targeted": count(figures.targeted),
            "deliveryRate": rate(total.delivered, total.sent),
            "ctr": rate(total.clicks, total.delivered),
            "conversionRate": rate(total.conversions, total.clicks),
        },
        "targeted": {"sent": count(total.sent), "dropped": count(figures.dropped)},
        "deliveryRate": {"delivered": count(total.delivered), "undelivered": count(figures.undelivered)},
        "ctr": {"clicks": count(total.clicks)},
        "conversionRate": {"conversions": count(total.conversions)},
        "revenue": money(total.revenue, style.currency),
    }


def _devices(campaign: Campaign, figures: Figures, style: Style) -> list[dict[str, Any]]:
    shown = zip(DEVICES, campaign.device_shares, figures.devices, strict=True)
    return [_device(name, row, style) for name, share, row in shown if share or name != "Tablet"]


def _device(name: str, row: DeviceFigures, style: Style) -> dict[str, Any]:
    printed: dict[str, Any] = {
        "device": name,
        "sent": count(row.sent),
        "delivered": count(row.delivered),
        "deliveryRate": rate(row.delivered, row.sent),
        "clicks": count(row.clicks),
        "ctr": rate(row.clicks, row.delivered),
        "conversions": count(row.conversions),
        "conversionRate": rate(row.conversions, row.clicks),
        "revenue": style.currency if style.older and not row.revenue else money(row.revenue, style.currency),
    }
    return {**printed, "browserVersions": None} if style.extra_fields else printed


def _unsuccessful(figures: Figures, *, older: bool) -> dict[str, Any]:
    drops = dict(zip(DROP_REASONS, figures.drops, strict=True))
    if not older:
        # The newer generation has no such reason; its messages are in no other sample either, so they go to the first.
        drops["frequencyCapped"] += drops.pop("silentHours")
    undelivered = dict(zip(UNDELIVERED_REASONS, figures.undelivered_by, strict=True))
    return {"dropped": _reasons(drops), "undelivered": _reasons(undelivered)}


def _reasons(counts: dict[str, int]) -> list[dict[str, Any]]:
    whole = sum(counts.values())
    return [{"label": label, "count": count(n), "percentage": percentage(n, whole)} for label, n in counts.items()]


def _clicks(campaign: Campaign, figures: Figures) -> list[dict[str, Any]]:
    headers = (campaign.name, "Shop now", "Later")
    parts = zip(CLICK_TARGETS, headers, figures.clicks_by, strict=True)
    clicks = figures.total.clicks
    return [{"name": n, "header": h, "clicks": count(c), "clickRatio": rate(c, clicks)} for n, h, c in parts]


def _in_notation(body: dict[str, Any], numbers: NumberFormat) -> dict[str, Any]:
    if numbers is NumberFormat.POINT:
        return body
    return body | {section: _mirrored(body[section]) for section in _FIGURES if section in body}


def _mirrored(part: Any) -> Any:
    if isinstance(part, dict):
        return {name: value if name in _NAMES else _mirrored(value) for name, value in part.items()}
    if isinstance(part, list):
        return [_mirrored(item) for item in part]
    return part.translate(str.maketrans(".,", ",.")) if isinstance(part, str) else part


def _fraction(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _number(value: Decimal) -> int | float:
    # JSON of the documented samples: 0 where there is nothing, else a float with all its digits.
    return int(value) if value == value.to_integral_value() else float(value)
