"""When a week's report is made, and made again. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from insider_web_push.dates import days_between, week_name
from insider_web_push.errors import InvalidRequest
from insider_web_push.reports.figures import Figures, revenue_in

_WEEK = re.compile(r"([0-9]{4})-W([0-9]{2})", re.ASCII)
_COMPARED = ("sent", "delivered", "clicks", "conversions")


class Due(NamedTuple):
    """Whether a report is to be made, and why or why not, in words."""

    is_due: bool
    why: str


class BuiltReport(BaseModel):
    """
    What a report was made from: the commit of its files.

    Attributes:
        revisions: Revision of each day.
        totals: `shown_totals` of what it shows.
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


def report_due(
    monday: date,
    *,
    complete: Mapping[date, int],
    purged: Collection[date] = (),
    last: BuiltReport | None,
    totals: Mapping[str, str],
    threshold: float,
) -> Due:
    """
    Tell whether a week's report is to be made.

    Args:
        complete: The revision of each of its days that is complete.
        purged: Those of its days that were purged.
        last: What its last report was made from; None if it has none.
        totals: `shown_totals` of the complete days.
        threshold: How far a total must have moved since the last report, as a fraction. Corrections add up, since
            they are measured against that report.
    """
    if waiting := waiting_for(monday, complete, purged=purged):
        return Due(is_due=False, why=waiting)
    name = week_name(monday)
    if last is None:
        return Due(is_due=True, why=f"the seven days of {name} are complete")
    if last.revisions == complete:
        return Due(is_due=False, why=f"{name} was reported on {last.built_at}, and no day has moved since")
    moved = moved_by(last.totals, totals)
    why = f"{name} was reported on {last.built_at}, and has moved by {moved:.2%} since"
    if moved < threshold:
        return Due(is_due=False, why=f"{why}: less than {threshold:.2%}")
    return Due(is_due=True, why=why)


def waiting_for(monday: date, complete: Collection[date], *, purged: Collection[date] = ()) -> str | None:
    """
    Say which days a week waits for; None if all seven are complete.

    A day that was purged never comes again, and neither does the week's report.
    """
    days = days_between(monday, monday + timedelta(days=6))
    lacking = [day for day in days if day not in complete]
    if not lacking:
        return None
    found = len(days) - len(lacking)
    said = [f"{found} of 7 days of {week_name(monday)} are complete"]
    if awaited := [str(day) for day in lacking if day not in purged]:
        said.append(f"waiting for {', '.join(awaited)}")
    if gone := [str(day) for day in lacking if day in purged]:
        said.append(f"{', '.join(gone)} {'was' if len(gone) == 1 else 'were'} purged: the week is never reported")
    return "; ".join(said)


def shown_totals(figures: Figures) -> dict[str, str]:
    """Give the figures whose move makes a report stale; what is not known is left out."""
    metrics = [*_COMPARED, *map(revenue_in, figures.revenue)]
    return {metric: str(value) for metric in metrics if (value := figures.get(metric)) is not None}


def moved_by(before: Mapping[str, str], now: Mapping[str, str]) -> float:
    """Tell how far the figure that moved most has moved, as a fraction; infinite if it was zero or not there before."""
    moves = [_moved(Decimal(before.get(name, 0)), Decimal(now.get(name, 0))) for name in before.keys() | now.keys()]
    return max(moves, default=0.0)


def _moved(before: Decimal, now: Decimal) -> float:
    if before == now:
        return 0.0
    return float(abs(now - before) / before) if before > 0 else float("inf")
