"""Holds a day's list against the days that were published before it; `quiet` judges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

from insider_web_push.answers.day_list import ListedCampaign
from insider_web_push.answers.list_readings import day_list_of
from insider_web_push.days.listed_day import readings_in
from insider_web_push.days.quiet import activity_of, is_hardly_any, may_be_held, quiet_words, reference_days
from insider_web_push.errors import DamagedObject
from insider_web_push.lake.manifest import ManifestHead
from insider_web_push.lake.raw import Known

if TYPE_CHECKING:
    from insider_web_push.lake.storage import Storage


def why_quiet(
    store: Storage,
    day: date,
    listed: Iterable[ListedCampaign],
    before: ManifestHead | None,
    known: Mapping[str, Known] = MappingProxyType({}),
) -> str:
    """
    Say why a day is held as too quiet; empty if it is not, and where nobody can tell.

    On most days this reads one object, the manifest of the day before.

    Args:
        known: The newest answers, by campaign id, as far as they are there.
    """
    campaigns = list(listed)
    activity = activity_of(campaigns, known)
    if activity is None or not may_be_held(before, activity):
        return ""
    past = []
    for other in reference_days(store.days_published(), day=day):
        try:
            head = store.read_head(other)
        except DamagedObject:  # it says nothing of this day
            return ""
        if head is None or not is_hardly_any(activity, head):
            return ""
        past.append(head)
    return quiet_words(len(campaigns), activity, past)


def why_list_quiet(store: Storage, day: date, sweep: str) -> str:
    """Say the same of a list that is stored, and of which nothing is published yet."""
    return why_quiet(store, day, day_list_of(readings_in(store.read_list(sweep))).campaigns, None)
