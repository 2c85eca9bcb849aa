"""
Instants as the API prints them, and what an answer's window says of the account's time zone. Pure.

Nothing documents whether startDate and endDate are the campaign's or the request's: one published sample shows the
one, another the other. Only a window that is exactly the asked day, moved as a whole, is taken for an echo.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from insider_web_push.answers.printed_numbers import Parsed, problem

_INSTANT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,30}))?(Z|[+-]\d\d:\d\d)", re.ASCII)
_PLACEHOLDERS = (None, "", "-")
_LAST_INSTANT = timedelta(days=1) - timedelta(microseconds=1)
_LARGEST_OFFSET = timedelta(hours=14)
"""No time zone is further from UTC."""


def parse_instant(raw: object) -> Parsed[datetime]:
    """
    Read an instant: "2023-05-31T21:00:00.000000Z", with any number of fraction digits, or an offset instead of the Z.

    Returns:
        UTC, cut to microseconds. None, "" and "-" mean that there is none.
    """
    text = raw.strip() if isinstance(raw, str) else raw
    if text in _PLACEHOLDERS:
        return Parsed(None)
    found = _INSTANT.fullmatch(text) if isinstance(text, str) else None
    if found:
        seconds, fraction, offset = found.groups()
        try:
            at = datetime.fromisoformat(f"{seconds}.{(fraction or '')[:6]:0<6}{offset}").astimezone(UTC)
        except (ValueError, OverflowError):
            return Parsed(None, problem(raw, "an instant"))
        return Parsed(at)
    return Parsed(None, problem(raw, "an instant with its zone"))


def wrong_zone(day: date, timezone: str, starts_at: datetime | None, ends_at: datetime | None) -> str | None:
    """
    Compare an echo of the asked day with the account's time zone.

    Args:
        timezone: The account's, an IANA name.

    Returns:
        What is wrong, in words; None if nothing is, or if the window is no echo.
    """
    if starts_at is None or ends_at is None or ends_at - starts_at != _LAST_INSTANT:
        return None
    shift = datetime.combine(day, time.min, UTC) - starts_at
    if abs(shift) > _LARGEST_OFFSET or shift in _offsets(day, timezone):
        return None
    return f"the answer's window is {day} at {_offset(shift)}, and {timezone} is not: correct the account's time zone"


@lru_cache(maxsize=4096)
def _offsets(day: date, timezone: str) -> frozenset[timedelta | None]:
    """Give the zone's offsets from UTC at both ends of a day: two where the clocks change."""
    zone = ZoneInfo(timezone)
    begin = datetime.combine(day, time.min, zone)
    return frozenset({begin.utcoffset(), datetime.combine(day, time.max, zone).utcoffset()})


def _offset(shift: timedelta) -> str:
    minutes = int(shift.total_seconds() // 60)
    return f"UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
