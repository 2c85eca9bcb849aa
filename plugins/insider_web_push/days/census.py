"""Counts what becomes of each campaign of a list, so that plan's log adds up to the number that is listed. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from insider_web_push.answers.day_list import ListedCampaign
from insider_web_push.days.gathered_day import GatheredDay
from insider_web_push.days.looks import Cause, is_quiet, missing

TO_FETCH, QUIET, ACCEPTED, MISSING, LEFT_OUT, TOTALS, UNMOVED = (
    "to fetch", "quiet", "accepted as missing", "missing", "not looked at", "with the list's totals alone", "unmoved",
)  # fmt: skip


def census_of(day: GatheredDay, chosen: Collection[tuple[ListedCampaign, Cause]]) -> dict[str, int]:
    """
    Count the listed campaigns of a day, each once.

    Args:
        chosen: Those that are to be fetched; they may have left the list, and are not counted then.

    Returns:
        How many are to be fetched, quiet, accepted as missing, missing though nobody fetches them (a run that looks at
        some campaigns, or a rebuild), left out of the look though they have an answer, and unmoved. Of a day of totals,
        what is not quiet has the list's totals alone.
    """
    fetched = {swept.campaign_id for swept, _ in chosen}
    lacking = {swept.campaign_id for swept in missing(day.swept.values(), day.known, day.look)}
    return Counter(_of(day, swept, fetched=fetched, lacking=lacking) for swept in day.swept.values())


def said_of(counts: dict[str, int]) -> str:
    """Say it in one line; what must always be said is said also where there are none."""
    rest = TOTALS if counts.get(TOTALS) else UNMOVED
    always = {QUIET, rest}
    shown = (name for name in (QUIET, rest, ACCEPTED, MISSING, LEFT_OUT) if counts.get(name) or name in always)
    return ", ".join(f"{counts.get(name, 0)} {name}" for name in shown)


def _of(day: GatheredDay, swept: ListedCampaign, *, fetched: Collection[str], lacking: Collection[str]) -> str:
    key = swept.campaign_id
    if key in fetched:
        return TO_FETCH
    if is_quiet(swept, day.known.get(key)):
        return QUIET
    if day.wants_totals:
        return TOTALS
    if key in lacking or key not in day.known:
        return ACCEPTED if key in day.accepted else MISSING
    return UNMOVED if day.look.looks_at(swept) else LEFT_OUT
