"""Schedules that every day has exactly once, and the time by which a day must be there. Pure."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

_ONCE_A_DAY = re.compile(r"([0-9]|[1-5][0-9]) ([0-9]|1[0-9]|2[0-3]) \* \* \*", re.ASCII)
_CHECKED_YEARS = (2018, 2040)
"""The years in which a schedule is checked: from the DAG's start to well after this version."""


def once_a_day(expression: str) -> str:
    """
    Check a cron expression.

    Raises:
        ValueError: it does not run exactly once a day.
    """
    if not _ONCE_A_DAY.fullmatch(expression):
        raise ValueError(f"{expression!r} is not a cron expression for once a day such as '0 5 * * *'")
    return expression


def as_cron(clock_time: str) -> str:
    """Give the cron expression of a time of the day, HH:MM."""
    at = time.fromisoformat(clock_time)
    return f"{at.minute} {at.hour} * * *"


def time_of(schedule: str) -> time:
    """Tell the time of the day at which a schedule of once a day runs."""
    minute, hour = (int(part) for part in schedule.split()[:2])
    return time.fromisoformat(f"{hour:02}:{minute:02}")


@cache
def skipped(schedule: str, timezone: str) -> date | None:
    """Tell the first day on which the clocks jump over the scheduled time; None if they never do."""
    at, zone = time_of(schedule), ZoneInfo(timezone)
    for day in _days_of_change(timezone):
        local = datetime.combine(day, at, zone)
        if local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
            return day
    return None


@cache
def _days_of_change(timezone: str) -> list[date]:
    """
    List the days on which the clocks of a zone may be set: those of UTC, and each day before and after one.

    Each task reads the accounts file, and to look at all 8,000 days for each schedule took it 40 ms.
    """
    first, last = (datetime(year, 1, 1, tzinfo=UTC) for year in _CHECKED_YEARS)
    midnights = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    zone = ZoneInfo(timezone)
    offsets = [midnight.astimezone(zone).utcoffset() for midnight in midnights]
    changed = [at for at, (before, after) in enumerate(pairwise(offsets)) if before != after]
    near = {at + around for at in changed for around in (-1, 0, 1)}
    return [(first + timedelta(days=at)).date() for at in sorted(near)]
