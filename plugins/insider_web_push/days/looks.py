"""
Which campaign days to fetch: calls go where figures have moved. Pure.

The same function says before the fetch what to do, and after it what is missing: whatever it would still fetch.
Only the audit is left out then, since nobody waits for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from insider_web_push.answers.day_list import ListedCampaign
from insider_web_push.lake.raw import Known

AUDITED_ONE_IN = 100


class Mode(StrEnum):
    """
    Which campaign days a run looks at.

    changed: never fetched, or totals that are unlike those before the last fetch, or unreadable. missing: never
    fetched. all: every one.
    """

    CHANGED = "changed"
    MISSING = "missing"
    ALL = "all"


class Depth(StrEnum):
    """
    How much of a day a run wants.

    full: the list, and each campaign's details. totals: the list alone, 20 campaigns a call.
    """

    FULL = "full"
    TOTALS = "totals"


class Cause(StrEnum):
    """
    Why a campaign day costs a call.

    new: never fetched. moved: its totals did. closing: delivery or attribution has closed since its last fetch.
    unknown: the list has no readable totals for it, so that only a call can tell. held: its newest answer says less
    than what is published. less: its newest answer says less than the list before it. asked: mode `all`. audit: one in
    a hundred of the others, to see what totals do not show.
    """

    NEW = "new"
    MOVED = "moved"
    CLOSING = "closing"
    UNKNOWN = "unknown"
    HELD = "held"
    LESS = "less"
    ASKED = "asked"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """
    How a run looks at one day.

    Attributes:
        mode: Which campaigns it fetches.
        since: When the list was swept; a snapshot after it is fresh, whatever moved since.
        only: Campaigns that it looks at; the others count as there if they were ever fetched. Empty: all.
        closed_at: The newest closing look that the day has reached: a snapshot from before it is fetched once more.
            None where the run does not care.
        held: Campaigns that keep published figures, since their newest answer says less: asked again at every look.
    """

    mode: Mode
    since: datetime
    only: Collection[str] = frozenset()
    closed_at: datetime | None = None
    held: Collection[str] = frozenset()

    def cause(self, swept: ListedCampaign, known: Known | None) -> Cause | None:
        """Tell why a campaign needs a call; None if it needs none."""
        if is_quiet(swept, known):
            return None
        if known is None:
            return Cause.NEW
        if known.fetched_at >= self.since or self.mode is Mode.MISSING or not self.looks_at(swept):
            return None
        if swept.campaign_id in self.held:
            return Cause.HELD
        if self.mode is Mode.ALL:
            return Cause.ASKED
        if self.closed_at and known.fetched_at < self.closed_at:
            return Cause.CLOSING
        return _news(swept, known)

    def looks_at(self, swept: ListedCampaign) -> bool:
        """Whether the run looks at a campaign at all."""
        return not self.only or swept.campaign_id in self.only


def _news(swept: ListedCampaign, known: Known) -> Cause | None:
    """Tell whether there may be something newer than an answer."""
    if swept.totals.unreadable:
        return Cause.UNKNOWN
    if known.baseline != swept.totals:
        return Cause.MOVED
    return Cause.LESS if known.says_less else None


def is_quiet(swept: ListedCampaign, known: Known | None) -> bool:
    """Whether a campaign day is all zero and always was: it becomes a zero row without a call."""
    return known is None and swept.totals.are_zero


def missing(campaigns: Iterable[ListedCampaign], known: Mapping[str, Known], look: Look) -> list[ListedCampaign]:
    """
    Name the campaigns that the day lacks, as this run looks at it.

    One that is held, or said less than its list, is not among them: the day has figures of it, whatever becomes of
    this call.
    """
    causes = ((swept, look.cause(swept, known.get(swept.campaign_id))) for swept in campaigns)
    return [swept for swept, cause in causes if cause not in {None, Cause.HELD, Cause.LESS}]


def to_fetch(
    campaigns: Iterable[ListedCampaign], known: Mapping[str, Known], look: Look, *, audit: str | None = None
) -> list[tuple[ListedCampaign, Cause]]:
    """
    Choose the campaign days that need a call, and say why.

    Args:
        campaigns: The day's campaigns, as swept.
        known: Newest usable snapshot by campaign id.
        look: How the run looks at the day.
        audit: Draws the campaigns to audit: the same text draws the same ones, so that a retry changes nothing.
            None audits none.
    """
    causes = [(swept, look.cause(swept, known.get(swept.campaign_id))) for swept in campaigns]
    if audit is not None and look.mode is Mode.CHANGED:
        causes = [(swept, cause or _audit(swept, known.get(swept.campaign_id), look, audit)) for swept, cause in causes]
    # A campaign that the run does not look at is fetched by nobody, though the day may lack it.
    return [(swept, cause) for swept, cause in causes if cause and look.looks_at(swept)]


def _audit(swept: ListedCampaign, known: Known | None, look: Look, audit: str) -> Cause | None:
    if known is None or known.fetched_at >= look.since:
        return None
    drawn = int.from_bytes(sha256(f"{audit}/{swept.campaign_id}".encode()).digest()[:8]) % AUDITED_ONE_IN
    return Cause.AUDIT if drawn == 0 else None
