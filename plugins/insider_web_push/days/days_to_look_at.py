"""
Which days a refresh looks at. Pure.

What is due follows from what is published and nothing else, so a refresh that was paused, failed or never ran is
caught up by the next one, and a day that nobody published is none of its business: the daily DAG fetches those.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from insider_web_push.days.rules import Rules
from insider_web_push.errors import InvalidRequest

RETRIED_UNTIL_AGE = 14
"""Days that lack something are tried again at every refresh until they are this old."""
CATCH_UP_DAYS = 60
"""How long a refresh may have been paused after a day's last look, and still catches it up."""
AT_WORK = timedelta(hours=1)
"""A day that was swept so lately, and is not published, is being fetched by somebody."""
MOST_DAYS = 800
"""Of a range that is asked for by hand: a typing mistake in a year must not start a run of centuries."""


class Why(StrEnum):
    """
    Why a refresh looks at a day.

    age: a look of the ladder is due. incomplete: it was tried, and something is missing. event_owed: it is published,
    and its event may be lost. asked: somebody asked for it.
    """

    AGE = "age"
    INCOMPLETE = "incomplete"
    EVENT_OWED = "event_owed"
    ASKED = "asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenDay:
    """
    What is known of a day that was ever swept or published.

    Attributes:
        looked_at: Highest age at which it was held against the list; None if it is not published.
        is_partial: Whether it is published without some of its campaigns.
        owes_event: Whether its event may be lost.
        campaigns: How many it has.
    """

    day: date
    looked_at: int | None = None
    is_partial: bool = False
    owes_event: bool = False
    campaigns: int = 0


def days_due(days: Iterable[SeenDay], *, today: date, rules: Rules) -> dict[date, Why]:
    """
    Choose the days to look at, the oldest first.

    Args:
        days: Every day that was swept or published, at least those since `oldest_day`.
        today: The present day in the account's time zone.
        rules: The account's.
    """
    due: dict[date, Why] = {}
    for seen in sorted(days, key=lambda seen: seen.day):
        age = (today - seen.day).days
        if age < 1:
            continue
        if (seen.looked_at is None or seen.is_partial) and age <= RETRIED_UNTIL_AGE:
            due[seen.day] = Why.INCOMPLETE
        elif seen.looked_at is not None and rules.is_due(looked_at=seen.looked_at, age=age):
            due[seen.day] = Why.AGE
        elif seen.owes_event:
            due[seen.day] = Why.EVENT_OWED
    return due


def affordable(due: Mapping[date, Why], days: Iterable[SeenDay], *, today: date, rules: Rules, most: int) -> list[date]:
    """
    Choose as many of the due days as one run can fetch, the oldest first; the others stay due.

    Args:
        most: Campaign days that a run can fetch. A day whose closing look is due costs one for each campaign, another
            one no more than that, and in most cases much less: half of them is counted.
    """
    seen = {item.day: item for item in days}
    chosen: list[date] = []
    spent = 0
    for day in due:
        item = seen[day]
        closed = rules.closed_at((today - day).days)
        is_closing = closed is not None and (item.looked_at or 0) < closed
        cost = item.campaigns if is_closing else item.campaigns // 2
        if chosen and spent + cost > most:
            break
        chosen.append(day)
        spent += cost
    return chosen


def oldest_day(*, today: date, rules: Rules) -> date:
    """Tell the oldest day that a look can be due for: older ones need not be read."""
    return today - timedelta(days=rules.final_age + CATCH_UP_DAYS)


def days_asked(
    first: date | None, last: date | None, *, today: date, swept: Collection[date] | None = None
) -> dict[date, Why]:
    """
    List the days of a range that somebody asked for.

    Args:
        first: First day; None takes the last one alone.
        last: Last day, inclusive; None is yesterday.
        today: The present day in the account's time zone.
        swept: Days that raw answers exist of: the range is narrowed to them. None does not narrow it.

    Raises:
        InvalidRequest: names the day that cannot be right, before a call is spent.
    """
    last = last or today - timedelta(days=1)
    first = first or last
    if last >= today:
        raise InvalidRequest(f"the last day {last} is not over: in the account's time zone it is {today}")
    if last < first:
        raise InvalidRequest(f"the last day {last} is before the first day {first}: swap them")
    number = (last - first).days + 1
    if number > MOST_DAYS:
        raise InvalidRequest(f"{first} to {last} are {number} days: ask for at most {MOST_DAYS} at a time")
    days = [first + timedelta(days=offset) for offset in range(number)]
    return {day: Why.ASKED for day in days if swept is None or day in swept}
