"""How many campaigns a day's list may state before it is no longer believed: its own total is no bound of the cost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from insider_web_push.api.endpoints import ROWS_PER_PAGE
from insider_web_push.errors import ContractViolation
from insider_web_push.lake.manifest import ManifestHead

if TYPE_CHECKING:
    from insider_web_push.lake.storage import Storage

ALWAYS_BELIEVED = 1_000
"""Campaigns that any account may have on any day: 50 calls, two minutes of the budget."""
_TIMES = 10
"""How often as many campaigns as before a list may have: ten brands that become one account, on its first day."""
_MOST = 100_000
"""Campaigns that no list may have without somebody's word: 5,000 calls, nearly three hours of the budget."""
_DAYS = 7


@dataclass(frozen=True, slots=True)
class ListBound:
    """
    How long a list may be.

    Attributes:
        campaigns: How many it may have.
        why: Where the number comes from, in words.
    """

    campaigns: int
    why: str


def list_bound(near: Iterable[ManifestHead], *, most_calls: int | None) -> ListBound:
    """
    Tell how long a day's list may be, where nobody gave the run a number of calls.

    Args:
        near: The published days that are nearest to it.
        most_calls: Calls that a run may spend unasked, `approve_above_h` of the budget; None if that is any number.
    """
    bounds = [ListBound(_MOST, "which no account has had so far")]
    if most_calls is not None:
        bounds.append(ListBound(most_calls * ROWS_PER_PAGE, f"the {most_calls} calls that need no approval"))
    known = max(near, default=None, key=lambda head: head.number_of_campaigns)
    if known is not None:
        most = max(ALWAYS_BELIEVED, known.number_of_campaigns * _TIMES)
        bounds.append(
            ListBound(most, f"while {known.day} has {known.number_of_campaigns}, the most of the days around it")
        )
    return min(bounds, key=lambda bound: bound.campaigns)


def days_near(store: Storage, day: date) -> list[ManifestHead]:
    """Read the published days that are nearest to a day; none if one of them cannot be read."""
    nearest = sorted(store.days_published(), key=lambda other: abs(other - day))[:_DAYS]
    try:
        return store.read_heads(nearest)
    except ContractViolation:  # the day's own publish names it
        return []
