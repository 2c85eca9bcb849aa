"""
Which campaign days to fetch: calls go where figures have moved. Pure.

The same function says before the fetch what to do, and after it what is missing: whatever it would still
fetch then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from insider_web_push.snapshots import Outcome
from insider_web_push.sweep import Swept, Totals


class Mode(StrEnum):
    """
    Which campaign days a run looks at.

    changed: never fetched, or totals unlike those before the last fetch. missing: never fetched. all: every one.
    """

    CHANGED = "changed"
    MISSING = "missing"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Known:
    """
    The newest usable snapshot of a campaign day.

    Attributes:
        key: Its object, relative to the storage.
    """

    key: str
    outcome: Outcome
    fetched_at: datetime
    baseline: Totals | None


def is_quiet(swept: Swept, known: Known | None) -> bool:
    """Whether a campaign day is all zero and always was: it becomes a zero row without a call."""
    return known is None and swept.totals.are_zero


def to_fetch(campaigns: Iterable[Swept], known: Mapping[str, Known], *, mode: Mode, since: datetime) -> list[Swept]:
    """
    Choose the campaign days that need a call.

    Args:
        campaigns: The day's campaigns, as swept.
        known: Newest usable snapshot by campaign id.
        mode: Which ones to look at.
        since: When the sweep was made; a snapshot after it is fresh, whatever moved since.
    """
    return [
        swept
        for swept in campaigns
        if not is_quiet(swept, known.get(swept.campaign_id))
        and _needs_call(swept, known.get(swept.campaign_id), mode, since)
    ]


def _needs_call(swept: Swept, known: Known | None, mode: Mode, since: datetime) -> bool:
    if known is None:
        return True
    if known.fetched_at >= since or mode is Mode.MISSING:
        return False
    return mode is Mode.ALL or known.baseline != swept.totals


def seconds_needed(calls: int, *, limit: int, window_s: float) -> float:
    """Tell the shortest time that the limit allows for *calls*, in seconds: one window for every full one before."""
    return max(0, -(-calls // limit) - 1) * window_s
