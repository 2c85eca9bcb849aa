"""Finds the days that an account should have, and that nobody ever looked at."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from insider_web_push.dates import days_between
from insider_web_push.days.days_to_look_at import oldest_day
from insider_web_push.days.rules import Rules
from insider_web_push.vocabulary import DayStatus

if TYPE_CHECKING:
    from insider_web_push.lake.storage import Storage


def missing_days(store: Storage, *, today: date, rules: Rules) -> list[date]:
    """
    List the days before yesterday that have neither a manifest nor a list, and were not purged, in order.

    They begin after the account's first day with details, or with its `start_day`; and not before the oldest day that a
    look can be due for: what is older is a matter for a backfill. Days of totals alone are history that somebody asked
    for, and no beginning. Yesterday belongs to the daily run.

    Where no day is missing, this lists one folder and opens nothing.
    """
    published = store.days_published()
    first = rules.start_day or min(published, default=None)
    since = oldest_day(today=today, rules=rules)
    if first is None:
        return []
    absent = _without(days_between(max(first, since), today - timedelta(days=2)), published)
    absent = _without(absent, store.days_swept()) if absent else []
    absent = [day for day in absent if not _is_purged(store, day)] if absent else []
    if rules.start_day or not absent:
        return absent
    begun = _first_with_details(store, published, since=since)
    return [day for day in absent if begun and day > begun]


def _without(days: list[date], others: list[date]) -> list[date]:
    known = set(others)
    return [day for day in days if day not in known]


def _is_purged(store: Storage, day: date) -> bool:
    tombstone = store.read_tombstone(day)
    return tombstone is not None and tombstone.is_whole_day


def _first_with_details(store: Storage, published: list[date], *, since: date) -> date | None:
    """Tell the first day with details of those since a day; the last one before it stands for all that are older."""
    older = [day for day in published if day < since]
    heads = store.read_heads([*older[-1:], *(day for day in published if day >= since)])
    return min((head.day for head in heads if head.status is not DayStatus.TOTALS), default=None)
