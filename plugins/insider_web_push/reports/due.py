"""When a week's report is made, and made again. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta

from pydantic import BaseModel, ConfigDict

from insider_web_push.errors import InvalidRequest
from insider_web_push.reports.weekly import Figures

_WEEK = re.compile(r"([0-9]{4})-W([0-9]{2})", re.ASCII)
COMPARED = ("sent", "delivered", "clicks", "conversions")


class BuiltReport(BaseModel):
    """
    What a report was made from: the commit of its files.

    Attributes:
        revisions: Revision of each day.
        totals: Counts and revenue that it shows, as text.
        files: Its files, relative to the storage.
    """

    model_config = ConfigDict(frozen=True)

    week: str
    built_at: str
    run_id: str
    revisions: dict[date, int]
    totals: dict[str, str]
    files: list[str]


def monday_of(text: str) -> date:
    """
    Read a week: any of its days, `2026-11-22`, or its name, `2026-W47`.

    Raises:
        InvalidRequest: it is neither.
    """
    try:
        named = _WEEK.fullmatch(text)
        if named:
            return date.fromisocalendar(int(named[1]), int(named[2]), 1)
        day = date.fromisoformat(text)
    except ValueError:
        message = f"week {text!r} is neither a day such as 2026-11-22 nor a week such as 2026-W47"
        raise InvalidRequest(message) from None
    return day - timedelta(days=day.weekday())


def shown_totals(figures: Figures) -> dict[str, str]:
    """Give the figures whose move makes a report stale."""
    revenue = {f"revenue {currency}": str(amount) for currency, amount in figures.revenue.items()}
    return {name: str(figures.counts[name]) for name in COMPARED} | revenue


def moved_by(before: Mapping[str, str], now: Mapping[str, str]) -> float:
    """Tell how far the figure that moved most has moved, as a fraction; infinite if it was zero."""
    moves = [_moved(float(before.get(name, 0)), float(now.get(name, 0))) for name in before.keys() | now.keys()]
    return max(moves, default=0.0)


def _moved(before: float, now: float) -> float:
    if before == now:
        return 0.0
    return abs(now - before) / before if before else float("inf")
