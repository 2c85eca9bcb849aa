"""
The account's totals of top-metrics, held against the sum over the day's list. Pure.

top-metrics is printed like a campaign's answer, as far as samples show it. It is another source of truth, and never a
figure of a table: what cannot be read of it is not compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from insider_web_push.answers.day_list import COUNTERS, ListedCampaign
from insider_web_push.answers.decoding import json_object
from insider_web_push.answers.printed_numbers import parse_count
from insider_web_push.errors import InsiderError

_PLACES = {
    "targeted": ("total", "targeted"),
    "sent": ("targeted", "sent"),
    "dropped": ("targeted", "dropped"),
    "delivered": ("deliveryRate", "delivered"),
    "undelivered": ("deliveryRate", "undelivered"),
    "clicks": ("ctr", "clicks"),
    "conversions": ("conversionRate", "conversions"),
}
"""Where a counter stands in `overview`."""
USUAL_SHARE = 0.05
"""How far the two may be apart, as a share of the larger, where nobody said otherwise."""
_SMALL = 10
"""Counts that differ by less have moved between two requests."""


def read_account_totals(body: bytes) -> dict[str, int]:
    """
    Read the counters of top-metrics.

    Returns:
        Those that can be read, by name; nothing where the answer has another shape.
    """
    try:
        decoded = json_object(body)
    except InsiderError:
        return {}
    inner = decoded.get("data")
    overview = (inner if isinstance(inner, dict) and "overview" in inner else decoded).get("overview")
    found = {name: parse_count(_at(overview, *place)).value for name, place in _PLACES.items()}
    return {name: count for name, count in found.items() if count is not None}


def sums_of(campaigns: Iterable[ListedCampaign]) -> dict[str, int]:
    """Add up the counters of a list; one that is unreadable in any row has no sum."""
    all_totals = [campaign.totals for campaign in campaigns]
    unknown = {name for totals in all_totals for name in totals.unreadable}
    return {name: sum(getattr(totals, name) for totals in all_totals) for name in COUNTERS if name not in unknown}


def disagreements(listed: Mapping[str, int], account: Mapping[str, int], *, share: float) -> list[str]:
    """
    Say which counters differ between the list and top-metrics, a sentence each.

    Args:
        listed: The list's sums.
        account: The account's totals.
        share: How far they may be apart, as a share of the larger.
    """
    said = []
    for name in COUNTERS:
        if name not in listed or name not in account:
            continue
        apart, larger = abs(listed[name] - account[name]), max(listed[name], account[name])
        if apart >= _SMALL and apart > share * larger:
            said.append(
                f"{name}: {listed[name]:,} by the list's campaigns, {account[name]:,} by top-metrics "
                f"({apart / larger:.1%} apart)"
            )
    return said


def _at(node: object, *path: str) -> object:
    for name in path:
        node = node.get(name) if isinstance(node, dict) else None
    return node
