"""What a backfill or a refresh of many days will cost, before anybody starts it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from insider_web_push.answers.day_list import pages_of
from insider_web_push.api.endpoints import ROWS_PER_PAGE
from insider_web_push.days.looks import Depth

ACCOUNT_TOTALS_CALLS = 1
"""Calls for the account's totals of a day, which are compared with its list."""


@dataclass(frozen=True, slots=True)
class Typical:
    """
    A typical day of the account.

    Attributes:
        listed: Campaigns that its list has.
        active: Those of them with figures: the others need no call.
        source: Where these numbers come from, in words.
    """

    listed: float
    active: float
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """
    What a number of days costs.

    Attributes:
        lists: Calls for the lists, and for the account's totals of each day.
        details: Calls for the campaigns.
        limit: Calls that the connection allows in a window.
        window_s: The window, seconds.
    """

    days: int
    lists: int
    details: int
    limit: int
    window_s: float

    @property
    def calls(self) -> int:
        """All calls, for lists and for details."""
        return self.lists + self.details

    @property
    def seconds(self) -> float:
        """The shortest time that the limit allows, if nobody else asks."""
        return seconds_needed(self.calls, limit=self.limit, window_s=self.window_s)


def cost_of(days: int, typical: Typical, *, depth: Depth, limit: int, window_s: float) -> Cost:
    """Estimate the cost of *days* like the typical one: never fetched before, so every active campaign is a call."""
    details = round(days * typical.active) if depth is Depth.FULL else 0
    lists = days * (pages_of(round(typical.listed), per_page=ROWS_PER_PAGE) + ACCOUNT_TOTALS_CALLS)
    return Cost(days=days, lists=lists, details=details, limit=limit, window_s=window_s)


def calls_within(hours: float, *, limit: int, window_s: float) -> int:
    """Tell how many calls the limit allows in so many hours."""
    return int(hours * 3600 / window_s * limit)


def seconds_needed(calls: int, *, limit: int, window_s: float) -> float:
    """Tell the shortest time that the limit allows for *calls*, in seconds: one window for every full one before."""
    return max(0, -(-calls // limit) - 1) * window_s


def duration(seconds: float) -> str:
    """Say a time as people do: `40 s`, `14 min`, `3.4 hours`, `3.5 days`."""
    for unit, length, below in (("s", 1, 120), ("min", 60, 7200), ("hours", 3600, 172800)):
        if seconds < below:
            number = seconds / length
            return f"{number:.1f} {unit}" if unit == "hours" else f"{number:.0f} {unit}"
    return f"{seconds / 86400:.1f} days"
