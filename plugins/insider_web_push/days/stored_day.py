"""Reads what is stored of days, as far as a forecast of their cost needs it: lists and manifests, and names alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from insider_web_push.answers.day_list import COUNTERS, ListedCampaign, Totals
from insider_web_push.answers.list_readings import day_list_of
from insider_web_push.days.cost import Typical
from insider_web_push.days.forecast import StoredDay
from insider_web_push.days.listed_day import readings_in
from insider_web_push.errors import DamagedObject
from insider_web_push.lake.keys import read_raw_key
from insider_web_push.lake.manifest import Manifest
from insider_web_push.lake.raw import Known
from insider_web_push.vocabulary import DetailStatus

if TYPE_CHECKING:
    from insider_web_push.lake.storage import Storage

_SAMPLED_DAYS = 14


def stored_day(store: Storage, day: date, manifest: Manifest | None) -> StoredDay | None:
    """
    Read what is stored of a day: its manifest tells it, where no list is newer.

    Answers are known by their names, and not opened: one that the manifest does not have counts as unmoved since.

    Args:
        manifest: What is published of the day.

    Returns:
        None if there is neither a list nor a manifest.

    Raises:
        DamagedObject: the newest list is damaged; names it.
    """
    newest = store.newest_list(day)
    if newest is None or (manifest and manifest.sweep >= newest):
        return _published(manifest) if manifest else None
    try:
        listed = day_list_of(readings_in(store.read_list(newest))).campaigns
    except FileNotFoundError:  # purged since it was found
        return _published(manifest) if manifest else None
    tombstone = store.read_tombstone(day)
    campaigns = [item for item in listed if not (tombstone and tombstone.covers(item.campaign_id))]
    before = manifest.known if manifest else {}
    later = {
        key: known
        for key, known in _named(store.newest_snapshots(day), campaigns).items()
        if (key not in before or before[key].key != known.key) and not (tombstone and tombstone.covers(key))
    }
    held = frozenset(manifest.held if manifest else ())
    return StoredDay(day=day, campaigns=campaigns, known=before | later, held=held)


def typical_day(store: Storage) -> Typical | None:
    """Tell what a day of the account is like, by the newest ones that are published; None if there is none."""
    newest = store.days_published()[-_SAMPLED_DAYS:]
    manifests = [manifest for day in newest if (manifest := _readable(store, day))]
    if not manifests:
        return None
    campaigns = [list(manifest.campaigns.values()) for manifest in manifests]
    listed = sum(map(len, campaigns)) / len(manifests)
    active = sum(item.status is not DetailStatus.QUIET for day in campaigns for item in day) / len(manifests)
    return Typical(listed, active, f"as in the newest {len(manifests)} published days")


def _readable(store: Storage, day: date) -> Manifest | None:
    try:
        return store.read_manifest(day)
    except DamagedObject:  # it says nothing of other days
        return None


def _published(manifest: Manifest) -> StoredDay:
    campaigns = [
        ListedCampaign.as_it_was(key, item.name or "", item.type, item.baseline or _unknown_totals(item.status))
        for key, item in manifest.campaigns.items()
    ]
    return StoredDay(day=manifest.day, campaigns=campaigns, known=manifest.known, held=frozenset(manifest.held))


def _unknown_totals(status: DetailStatus) -> Totals:
    """Give the totals of a campaign whose own are not known: a quiet one has none, of others only a call can tell."""
    return Totals(**dict.fromkeys(COUNTERS, 0), revenue="0") if status is DetailStatus.QUIET else Totals()


def _named(keys: Mapping[str, str], campaigns: Iterable[ListedCampaign]) -> dict[str, Known]:
    """Describe answers by their names, as if no figure had moved since."""
    totals = {item.campaign_id: item.totals for item in campaigns}
    named = {campaign_id: (key, read_raw_key(key)) for campaign_id, key in keys.items()}
    return {
        campaign_id: Known(key, found.outcome, found.at, totals.get(campaign_id))
        for campaign_id, (key, found) in named.items()
        if found
    }
