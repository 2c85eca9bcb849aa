"""
Finishes the purge of a day whenever the day is published: whoever made something of what was purged comes by here.

A purge writes its tombstone first and removes last, so it finds whatever was there when it wrote the tombstone. What
comes later is left behind, and is found here, after the run has dealt with the day, whatever came of it:

- An answer of a fetch that was under way, killed or not. Fetches do not ask for the tombstone, hundreds of times a day:
  publish comes after all of its run's, and asks once.
- Files and details of a publisher that had gathered the day before the tombstone, and lost the day to the purge.
- A revision of one that lost nothing, since the purge found nothing to commit: the day is published once more.
- What a purge that was killed after its commit has not removed yet.

So the tombstone is read last. One that is written after that finds all of the run's answers, and what it has committed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date

from insider_web_push.errors import DamagedObject
from insider_web_push.lake.keys import read_raw_key, said_in
from insider_web_push.lake.manifest import Manifest, ManifestDetails
from insider_web_push.lake.refusals import is_refusal, words_of
from insider_web_push.lake.removal import forget_campaigns, remove_day
from insider_web_push.lake.storage import Storage
from insider_web_push.lake.tombstones import Tombstone
from insider_web_push.publishing.published import Published
from insider_web_push.tables.files import from_parquet

log = logging.getLogger(__name__)


def published_without_purged(
    store: Storage, day: date, publish: Callable[[], Published], *, stored: Collection[str] = ()
) -> Published:
    """
    Publish a day, and remove what a purge of it could not find.

    Args:
        publish: Publishes the day; is called once more where it did so with what was purged meanwhile.
        stored: Keys of the answers that the run has stored of the day: the store may list them later.
    """
    published = publish()
    try:
        tombstone = store.read_tombstone(day)
        if tombstone is None:
            return published
        met_purge = published.met_another
        if _has_purged(published.manifest, tombstone):
            again, met_purge = publish(), True
            published = replace(again, wrote=again.wrote or published.wrote)
        removed = _finish(store, day, tombstone, stored)
        if met_purge:  # which may have been done with the account's campaigns before they were written here
            forget_campaigns(store, [day], tombstone.campaigns or ())
        if removed:
            log.info("%s: %d objects removed that came after its purge by %s", day, removed, tombstone.run_id)
    except Exception as error:  # every store raises its own; what a retry may mend is raised as it is
        if not isinstance(error, DamagedObject) and not is_refusal(error):
            raise
        # The day itself is as published; without the right to remove, nothing of a purge can be done here.
        log.warning("%s: what came after its purge is not removed: %s. Purge again then", day, words_of(error))
    return published


def _has_purged(manifest: Manifest | None, tombstone: Tombstone) -> bool:
    return manifest is not None and (tombstone.is_whole_day or tombstone.covers_any(manifest.campaigns))


def _finish(store: Storage, day: date, tombstone: Tombstone, stored: Collection[str]) -> int:
    """Remove what is left of a purge, as far as it can be told from what others are about to commit."""
    if tombstone.campaigns is None:
        return store.delete(stored) + remove_day(store, day)
    manifest = store.read_manifest(day)
    if manifest and _has_purged(manifest, tombstone):
        return 0  # the purge has failed, and said why: until it can publish the day, no answer goes
    leftovers = _leftovers(store, manifest, tombstone) if manifest else []
    # The answers last: as long as they are there, a purge that was interrupted knows that it is not finished.
    answers = sorted({*stored, *store.keys(store.at.answers(day))})
    return store.delete(leftovers + [key for key in answers if said_in(key).get("campaign_id") in tombstone.campaigns])


def _leftovers(store: Storage, manifest: Manifest, tombstone: Tombstone) -> list[str]:
    """
    Give the objects of revisions that are not published and name what was purged.

    Only where the manifest was committed after the tombstone. Whoever still names what was purged has gathered the day
    before the tombstone, so from an earlier manifest, and loses: nobody can commit any more what is removed here. What
    other publishers have written for their next commit does not name it, and stays. Where the manifest is older, a
    later look does this.
    """
    sweep = read_raw_key(manifest.sweep)
    if max([manifest.published_at, *([sweep.at] if sweep else [])]) <= tombstone.purged_at:
        return []
    published = {file.key for file in manifest.objects}
    unpublished = [key for key in store.keys(store.at.revisions(manifest.day)) if key not in published]
    return [key for key in unpublished if _names(key, store.read_if_there(key), tombstone)]


def _names(key: str, data: bytes | None, tombstone: Tombstone) -> bool:
    """Whether an object of a revision has a purged campaign, or nobody can tell: half-written, say."""
    if data is None:
        return False
    try:
        if key.endswith(".parquet"):
            named = set(from_parquet(data)["campaign_id"].to_pylist())
        else:
            details = ManifestDetails.unpack(data, where=key)
            named = details.campaigns.keys() | details.moved.keys()
    except (DamagedObject, OSError, ValueError, KeyError):  # pyarrow raises one of the latter three
        return True
    return tombstone.covers_any(named)
