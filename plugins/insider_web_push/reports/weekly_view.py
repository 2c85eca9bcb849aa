"""The weekly report in words and printed figures: cards and tables. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from insider_web_push.reports.figures import RATES, currency_of, revenue_in
from insider_web_push.reports.rankings import Ends, by_ctr, by_revenue, moved, movers
from insider_web_push.reports.weekly import CampaignWeek, Compared, Loss, WeeklyReport

_CARDS = ("sent", "delivered", "clicks", "conversions", "delivery_rate", "ctr", "conversion_rate")
_DAILY = ("sent", "clicks", "ctr", "conversions")
"""The columns that a phone has room for."""
_MOVED, _RANKED = ("Campaign", "Before", "Now", "Change"), ("Campaign", "Delivered", "Clicks", "CTR")
_UNKNOWN, _MINUS = "\N{EN DASH}", "\N{MINUS SIGN}"
_WITHOUT_CENTS = 1_000
_STEADY, _STEADY_RATE = 0.0005, 0.00005
"""A smaller change is none, since it would be printed as 0.0 %, or as 0.00 points if it is of a rate."""


class Card(NamedTuple):
    """One figure in large type; `direction` is up, down, same or unknown."""

    title: str
    value: str
    change: str
    direction: str


class Line(NamedTuple):
    """A line of a table: a name, what stands below it in small print, and the figures."""

    name: str
    detail: str
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class Listing:
    """A table; `direction` is what the figures in its last column did: up, down, or empty."""

    title: str
    headings: Sequence[str]
    lines: Sequence[Line]
    direction: str = ""


Pair = Sequence[Listing]
"""Two tables that stand side by side, or a single one."""


def cards(report: WeeklyReport) -> list[Card]:
    """Give the week's figures with their change against the week before."""
    by_name = {item.metric: item for item in report.totals}
    return [_card(by_name[metric]) for metric in (*_CARDS, *map(revenue_in, report.currencies))]


def daily(report: WeeklyReport) -> Listing:
    """Give the figures behind the plots."""
    lines = [
        Line(f"{day:%a} {day.day}", "", [printed(figures.get(metric), metric) for metric in _DAILY])
        for day, figures in report.daily.items()
    ]
    return Listing("In figures", ["Day", *map(title_of, _DAILY)], lines)


def movements(report: WeeklyReport) -> list[Pair]:
    """Give what rose beside what fell, for each metric in which anything moved."""
    metrics = ["sent", "clicks", *map(revenue_in, report.currencies)]
    return list(filter(None, (_movement(report, metric) for metric in metrics)))


def best_and_worst(report: WeeklyReport) -> list[Pair]:
    """Give the best beside the worst campaigns by CTR, and by revenue in each currency, where any are ranked."""
    pairs = [_ends("CTR", _RANKED, by_ctr(report), "delivered", "clicks", "ctr")]
    for currency in report.currencies:
        headings, metrics = ("Campaign", "Clicks", "CTR", currency), ("clicks", "ctr", revenue_in(currency))
        pairs.append(_ends(f"revenue, {currency}", headings, by_revenue(report, currency), *metrics))
    return list(filter(None, pairs))


def lost(losses: Sequence[Loss]) -> Listing:
    """Give what did not arrive, by reason."""
    lines = [Line(loss.reason, loss.outcome, [printed(loss.count), printed(loss.share, "ctr")]) for loss in losses]
    return Listing("Share by reason", ("Reason", "Messages", "Share"), lines)


def title_of(metric: str) -> str:
    """Name a metric for people: `Delivery rate`, `CTR`, `Revenue, TRY`."""
    if currency := currency_of(metric):
        return f"Revenue, {currency}"
    return "CTR" if metric == "ctr" else metric.replace("_", " ").capitalize()


def printed(value: float | Decimal | None, metric: str = "") -> str:
    """Print a figure: 12,345; 1.25%; 1,234.50; a dash if it is not known."""
    if value is None:
        return _UNKNOWN
    if metric in RATES:
        return f"{value:.2%}"
    if isinstance(value, Decimal):
        return f"{value:,.0f}" if abs(value) >= _WITHOUT_CENTS else f"{value:,.2f}"
    return f"{value:,}"


def _movement(report: WeeklyReport, metric: str) -> Pair:
    ends, title = movers(report, metric), title_of(metric)
    rose = Listing(f"{title}: rose most", _MOVED, [_moved_line(item, metric) for item in ends.first], "up")
    fell = Listing(f"{title}: fell most", _MOVED, [_moved_line(item, metric) for item in ends.last], "down")
    return [table for table in (rose, fell) if table.lines]


def _ends(title: str, headings: Sequence[str], ends: Ends, *metrics: str) -> Pair:
    highest = Listing(f"Highest {title}", headings, [_line(item, *metrics) for item in ends.first])
    lowest = Listing(f"Lowest {title}", headings, [_line(item, *metrics) for item in ends.last])
    return [table for table in (highest, lowest) if table.lines]


def _card(item: Compared) -> Card:
    value, change, is_rate = printed(item.value, item.metric), item.change, item.metric in RATES
    title = title_of(item.metric)
    if change is None:
        # From nothing to something is no percentage.
        before = "" if item.before is None else f"before: {printed(item.before, item.metric)}"
        return Card(title, value, before or "no comparison", "unknown")
    if abs(change) < (_STEADY_RATE if is_rate else _STEADY):
        return Card(title, value, "unchanged", "same")
    said = f"{change * 100:.2f} points" if is_rate else f"{change:.1%}"
    return Card(title, value, _signed(said), "up" if change > 0 else "down")


def _moved_line(campaign: CampaignWeek, metric: str) -> Line:
    by = moved(campaign, metric)
    before = printed(campaign.before.get(metric), metric) if campaign.before else "new"
    now = "gone" if campaign.gone else printed(campaign.now.get(metric), metric)
    change = _UNKNOWN if by is None else _signed(printed(by))
    return Line(*_named(campaign), [before, now, change])


def _signed(change: str) -> str:
    return _MINUS + change[1:] if change.startswith("-") else f"+{change}"


def _line(campaign: CampaignWeek, *metrics: str) -> Line:
    return Line(*_named(campaign), [printed(campaign.now.get(metric), metric) for metric in metrics])


def _named(campaign: CampaignWeek) -> tuple[str, str]:
    """Give a campaign's name, and the small print below it."""
    small = " · ".join(filter(None, (campaign.campaign_id, campaign.type)))
    return campaign.name or f"Campaign {campaign.campaign_id}", small
