"""
Whether a day is suspiciously quiet: the API adds figures up late, so an early list or answer may be empty. Pure.

A day without pushes can be real. So it is not refused, but held, until a later look finds more or somebody accepts it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from insider_web_push.answers.day_list import ListedCampaign
from insider_web_push.lake.manifest import ManifestHead
from insider_web_push.lake.raw import Known
from insider_web_push.vocabulary import DayStatus

COMPARED_DAYS, WITHIN_DAYS = 7, 30
"""A week, so that each day of the week is among them, out of a month: an account that published less is new."""
HARDLY_PERCENT = 5
"""Below so much of the quietest of those days, hardly anything happened."""


def activity_of(campaigns: Iterable[ListedCampaign], known: Mapping[str, Known] = MappingProxyType({})) -> int | None:
    """
    Add up what would be published of sent and clicks; None where that cannot be read, since it could be anything.

    Args:
        campaigns: As listed.
        known: Their newest answers, by campaign id: one that is whole counts instead of its row.
    """
    figures: list[int | None] = []
    for item in campaigns:
        answer = known.get(item.campaign_id)
        said = answer.said if answer and answer.said and not answer.said.unreadable else item.totals
        figures += [said.sent, said.clicks]
    read = [figure for figure in figures if figure is not None]
    return sum(read) if len(read) == len(figures) else None


def published_activity(head: ManifestHead) -> int | None:
    """Add up what a published day has of sent and clicks; None where its manifest does not say."""
    totals = head.totals
    return totals["sent"] + totals["clicks"] if totals.keys() >= {"sent", "clicks"} else None


def may_be_held(before: ManifestHead | None, activity: int) -> bool:
    """
    Whether quiet is a reason to hold a day: not where a version of it stands that is no less quiet.

    That one was accepted, or had nothing to be compared with; and of a complete one the falls are judged.
    """
    if before is None:
        return True
    was = published_activity(before)
    return before.status is DayStatus.PARTIAL and was is not None and activity < was


def reference_days(published: Iterable[date], *, day: date) -> list[date]:
    """List the published days that a day is compared with, the newest first; empty where there are too few."""
    before = sorted((other for other in published if 0 < (day - other).days <= WITHIN_DAYS), reverse=True)
    return before[:COMPARED_DAYS] if len(before) >= COMPARED_DAYS else []


def is_hardly_any(activity: int, past: ManifestHead) -> bool:
    """Whether a day's activity is hardly any beside that of a published day, which had some."""
    was = published_activity(past)
    return was is not None and was > 0 and 100 * activity < HARDLY_PERCENT * was


def quiet_words(campaigns: int, activity: int, past: Sequence[ManifestHead]) -> str:
    """
    Say that a day is held.

    Args:
        past: The published days before it, beside each of which it is quiet; empty if it was compared with none.
    """
    if not past:
        return ""
    least = min(published_activity(head) or 0 for head in past)
    listed = "1 campaign" if campaigns == 1 else f"{campaigns} campaigns"
    return (
        f"{listed} with {activity:,} sent and clicks, where each of the last {len(past)} published days had at least "
        f"{least:,}: the API may not have added the day up yet"
    )
