"""
Which days a refresh looks at. Pure.

What is due follows from what is stored and nothing else, so the next refresh catches up on one that was paused, failed
or never ran. Yesterday is left to the daily DAG; an older day that nobody ever looked at is due like any other, since
Airflow makes up for none of the runs that a pause has cost.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from enum import StrEnum

from insider_web_push.dates import days_between
from insider_web_push.days.rules import Rules
from insider_web_push.errors import InvalidRequest
from insider_web_push.lake.manifest import ManifestHead
from insider_web_push.vocabulary import DayStatus

RETRIED_UNTIL_AGE = 14
"""Days that lack something, or hold something, are tried again at every refresh until they are this old."""
CATCH_UP_DAYS = 60
"""How long a refresh may have been paused after a day's last look, and still catches it up."""
AT_WORK = timedelta(hours=1)
"""A day that was swept so lately, and is not published, is being fetched by somebody, unless it is too quiet."""
MOST_DAYS = 800
"""Bounds a range that is asked for by hand: a typing mistake in a year must not start a run of centuries."""


class Why(StrEnum):
    """
    Why a refresh looks at a day.

    age: a look of the ladder is due. incomplete: it was tried, and something is missing. missing: nobody ever looked
    at it, though the account should have it. held: campaigns of it keep published figures, since their newest answers
    say less. event_owed: it is published, and its event may be lost. asked: somebody asked for it.
    """

    AGE = "age"
    INCOMPLETE = "incomplete"
    MISSING = "missing"
    HELD = "held"
    EVENT_OWED = "event_owed"
    ASKED = "asked"


def days_due(
    published: Iterable[ManifestHead],
    tried: Iterable[date],
    missing: Iterable[date] = (),
    *,
    today: date,
    rules: Rules,
) -> dict[date, Why]:
    """
    Choose the days to look at, the youngest first: their figures move most.

    Args:
        published: Manifests of the published days, at least of those since `oldest_day`.
        tried: Days that were swept, and are not published.
        missing: Days that the account should have, and that nobody ever looked at.
        today: The present day in the account's time zone.
        rules: The account's.
    """
    due = {day: Why.MISSING for day in missing if (today - day).days > 1}
    due |= {day: Why.INCOMPLETE for day in tried if 1 <= (today - day).days <= RETRIED_UNTIL_AGE}
    for head in published:
        age = (today - head.day).days
        if age < 1:
            continue
        if head.status is DayStatus.PARTIAL and age <= RETRIED_UNTIL_AGE:
            due[head.day] = Why.INCOMPLETE
        elif rules.is_due(looked_at=head.looked_at, age=age):
            due[head.day] = Why.AGE
        elif head.held and age <= RETRIED_UNTIL_AGE:
            due[head.day] = Why.HELD
        elif head.event:
            due[head.day] = Why.EVENT_OWED
    return dict(sorted(due.items(), reverse=True))


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
        swept: Days of which a list is stored; others are left out. None leaves none out.

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
    return {day: Why.ASKED for day in days_between(first, last) if swept is None or day in swept}
