"""Which day a run is about, and how old a day is. Pure."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pendulum

from insider_web_push.errors import InvalidRequest

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def day_of_run(*, data_interval_start: datetime | None, run_after: datetime, timezone: str) -> date:
    """
    Tell a run's day, in the account's time zone.

    The UTC date is not it: midnight in Istanbul is still yesterday in UTC.

    Args:
        data_interval_start: Begin of the run's data interval; None where a run was triggered without a logical date.
        run_after: When the run was meant to start.
        timezone: The account's time zone, an IANA name.

    Returns:
        The interval's first day; without an interval, the last day that was over at *run_after*.
    """
    if data_interval_start is not None:
        return local_date(data_interval_start, timezone)
    return local_date(run_after, timezone) - timedelta(days=1)


def day_asked_for(*, form: str | None, partition: str | None) -> date:
    """
    Tell the day of a run that is about one published day: its form's, or else that of the event that started it.

    Raises:
        InvalidRequest: neither has one; a run that somebody triggers has no event.
    """
    if not (form or partition):
        message = "the run has no day: fill in Day of the form, for example 2026-11-22"
        raise InvalidRequest(message)
    return parse_day(str(form or partition))


def local_date(at: datetime, timezone: str) -> date:
    """Tell the date of an instant in a time zone."""
    return at.astimezone(ZoneInfo(timezone)).date()


def age_of(day: date, at: datetime, timezone: str) -> int:
    """Tell how many days old a day is at an instant: 1 on the day after it."""
    return (local_date(at, timezone) - day).days


def start_of_age(day: date, age: int, timezone: str) -> datetime:
    """Tell the instant at which a day becomes *age* days old; age 1 is when it ends."""
    begins = day + timedelta(days=age)
    return pendulum.datetime(begins.year, begins.month, begins.day, tz=timezone)


def days_between(first: date, last: date) -> list[date]:
    """List the days of a range, both ends included."""
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]


def week_name(monday: date) -> str:
    """Name a week as ISO 8601 does: `2026-W47`."""
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02}"


def parse_day(text: str, *, name: str = "day") -> date:
    """
    Read a calendar day, `2026-11-22`.

    Raises:
        InvalidRequest: it is not a day in this form.
    """
    try:
        # fromisoformat alone would also take 20261122 and 2026-W47-7.
        return date.fromisoformat(text if _DAY.fullmatch(text) else "")
    except (ValueError, TypeError):
        message = f"{name} {text!r} is not a day: write it as YYYY-MM-DD, for example 2026-11-22"
        raise InvalidRequest(message) from None
