"""Keeps the coverage index of an account. The manifests are the truth: a lost index is made anew from them."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import partial

from insider_web_push.coverage.index import (
    INCOMPLETE,
    PURGED,
    CoverageIndex,
    DayEntry,
    parse_index,
    published_entry,
    unpublished_entry,
)
from insider_web_push.days.troubles import Trouble
from insider_web_push.errors import ContractViolation
from insider_web_push.lake.manifest import EventOwed, Manifest
from insider_web_push.lake.storage import Storage
from insider_web_push.publishing.published import Published
from insider_web_push.vocabulary import DayOutcome

log = logging.getLogger(__name__)

_NOTHING = DayEntry(status="")
_HELD_BACK = frozenset({DayOutcome.KEPT, DayOutcome.HELD, DayOutcome.FAILED})
"""Outcomes of a look that could not be published, whatever was published before."""


def read_index(store: Storage) -> CoverageIndex | None:
    """
    Read an account's index; None if there is none.

    Raises:
        ContractViolation: it is damaged; names it.
    """
    key = store.at.coverage
    data = store.read_if_there(key)
    return None if data is None else parse_index(data, where=key)


def entry_of(published: Published, *, run: EventOwed, at: datetime) -> DayEntry:
    """Describe a day as publish or purge left it."""
    trouble = _trouble_of(published)
    if published.manifest is None:
        status = PURGED if published.outcome is DayOutcome.PURGED else INCOMPLETE
        return unpublished_entry(status, why=published.why, at=at, run=run, trouble=trouble)
    why = published.why if published.outcome in _HELD_BACK else ""
    return published_entry(published.manifest, run=run, why=why, trouble=trouble)


def _trouble_of(published: Published) -> str:
    """Tell the cause of a look that could not be published; why something is missing, publish does not know."""
    if published.cause:
        return str(published.cause)
    if published.outcome is DayOutcome.HELD:
        has_held = published.manifest is not None and bool(published.manifest.held)
        return str(Trouble.HELD_CAMPAIGN if has_held else Trouble.HELD_DAY)
    return str(Trouble.DAMAGED_OBJECT) if published.outcome is DayOutcome.FAILED else ""


def keep(store: Storage, changed: Mapping[date, DayEntry]) -> None:
    """
    Note what became of some days. Nobody else writes the index meanwhile, as the account's publish pool has one slot.

    Never raises: the days are published, or not, whatever becomes of the index; the next publish mends it.
    """
    try:
        index = usable_index(store) or rebuilt(store)
        index = _caught_up(store, index.with_days(changed), fresh=changed)
        store.write(store.at.coverage, index.to_json())
    except Exception:  # every store raises its own, and a day that is committed must not look failed
        log.warning("The coverage page lags behind: its index %s was not written", store.at.coverage, exc_info=True)


def rebuilt(store: Storage) -> CoverageIndex:
    """Make the index from what is stored; it no longer says why a day was not published."""
    tried = {*store.days_swept(), *store.days_with_tombstones()} - set(store.days_published())
    return _caught_up(store, CoverageIndex(days=_unpublished(store, tried)), fresh={})


def usable_index(store: Storage) -> CoverageIndex | None:
    """Read an account's index; None if there is none that can be used."""
    try:
        return read_index(store)
    except ContractViolation as damaged:
        log.warning("%s; it is made anew", damaged)
        return None


def _caught_up(store: Storage, index: CoverageIndex, *, fresh: Mapping[date, DayEntry]) -> CoverageIndex:
    """
    Add days whose publish was killed before it came to the index, and drop manifests that somebody removed.

    Args:
        fresh: What was noted just now: why a day with a manifest could not be published again.
    """
    published = set(store.days_published())
    noted = {day for day, entry in index.days.items() if entry.revision}
    left = {day: entry for day, entry in index.days.items() if day not in noted - published}
    return CoverageIndex(days={**left, **_published(store, published - noted, fresh)})


def _published(store: Storage, days: Iterable[date], fresh: Mapping[date, DayEntry]) -> dict[date, DayEntry]:
    manifests = store.read_all((store.at.manifest(day) for day in days), partial(_parsed, store))
    return {
        manifest.day: published_entry(manifest, why=noted.why, trouble=noted.trouble)
        for manifest in manifests.values()
        if manifest
        for noted in [fresh.get(manifest.day, _NOTHING)]
    }


def _parsed(store: Storage, key: str, data: bytes) -> Manifest | None:
    try:
        return store.manifest_in(data, where=key)
    except ContractViolation as damaged:
        log.warning("%s", damaged)
        return None


def _unpublished(store: Storage, days: Iterable[date]) -> dict[date, DayEntry]:
    found: dict[date, DayEntry] = {}
    for day in days:
        tombstone = store.read_tombstone(day)
        if tombstone and tombstone.is_whole_day:
            why = f"it was purged by {tombstone.run_id}"
            found[day] = unpublished_entry(PURGED, why=why, at=tombstone.purged_at)
        else:
            found[day] = unpublished_entry(INCOMPLETE, why="its list was read, and nothing was published")
    return found
