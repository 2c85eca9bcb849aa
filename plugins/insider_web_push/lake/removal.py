"""
Removes a day, or campaigns of it, for good.

The tombstone comes first: whatever is interrupted after it is finished by purging again, and nothing of it is fetched
or published meanwhile.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from insider_web_push.answers.day_list import campaign_id_in
from insider_web_push.dates import week_name
from insider_web_push.errors import Overtaken
from insider_web_push.lake.keys import is_usable_list, revision_in
from insider_web_push.lake.manifest import Manifest, ManifestHead, PublishedFile
from insider_web_push.lake.raw import StoredList, StoredPage
from insider_web_push.lake.storage import Storage
from insider_web_push.lake.tombstones import Tombstone
from insider_web_push.tables.files import from_parquet, to_arrow, to_parquet
from insider_web_push.tables.schemas import ALL_TABLES, CAMPAIGNS, CHANGES
from insider_web_push.vocabulary import CallOutcome

_MOST_OVERTAKEN = 10
"""How often another purge of the same day may be quicker, before the task is tried again."""


def bury(store: Storage, day: date, campaigns: Collection[str], *, at: datetime, run_id: str) -> None:
    """
    Note what is purged of a day, beside what was and what another purge notes at this moment.

    Args:
        campaigns: The campaigns; empty is the whole day.

    Raises:
        Overtaken: another purge was quicker, each time; nothing is noted, and nothing may be removed.
    """
    key = store.at.tombstone(day)
    for _ in range(_MOST_OVERTAKEN):
        made_from = store.version(key)
        # For a whole day it does not matter what was purged before, nor whether that can still be read.
        before = store.read_tombstone(day) if campaigns else None
        earlier = before.campaigns if before else frozenset()
        purged = earlier.union(campaigns) if campaigns and earlier is not None else None
        tombstone = Tombstone(partner_id=store.partner_id, day=day, campaigns=purged, purged_at=at, run_id=run_id)
        if store.swap(key, tombstone.to_json(), made_from=made_from):
            return
    raise Overtaken(
        f"others note what is purged of {day} of account {store.partner_id} all the time, so that this purge could "
        "not, and removed nothing of it: the next try of the task does"
    )


@dataclass(frozen=True, slots=True)
class Doomed:
    """
    What a purge does to the objects of a day.

    Attributes:
        removed: Keys of those that go.
        rewritten: Keys of those that stay, without what is purged.
    """

    removed: list[str]
    rewritten: list[str]


def doomed(store: Storage, day: date, campaigns: Collection[str]) -> Doomed:
    """
    Tell what a purge would do to a day, which is asked of the same functions that do it.

    Args:
        campaigns: The campaigns; empty is the whole day.
    """
    if not campaigns:
        return Doomed(_objects_of(store, day) + _reports_of(store, day), [])
    manifest = store.read_manifest(day)
    has_them = manifest is not None and not manifest.campaigns.keys().isdisjoint(campaigns)
    if not has_them and not has_traces(store, day, campaigns):
        return Doomed([], [])
    removed, lists = _about(store, day, campaigns)
    rewritten = list(lists)
    if manifest and has_them:
        kept = {file.key for file in manifest.changes if not _changed(store, file).intersection(campaigns)}
        removed += [key for key in store.keys(store.at.revisions(day)) if key not in kept]
        rewritten += [store.at.manifest(day), *_tables_of(store, day)]
    return Doomed(removed + _reports_of(store, day), rewritten)


def remove_day(store: Storage, day: date) -> int:
    """Remove everything of a day but its tombstone; tells how many objects there were. The manifest goes first."""
    return store.delete(_objects_of(store, day))


def _objects_of(store: Storage, day: date) -> list[str]:
    folders = [
        store.at.revisions(day),
        store.at.answers(day),
        store.at.lists(day),
    ]
    keys = [key for folder in folders for key in store.keys(folder)] + _tables_of(store, day)
    # Not read as a manifest: a damaged one goes as well.
    is_published = store.read_if_there(store.at.manifest(day)) is not None
    return [store.at.manifest(day), *keys] if is_published else keys


def _tables_of(store: Storage, day: date) -> list[str]:
    names = [table.name for table in ALL_TABLES if "day" in table.partition]
    return [key for name in names for key in store.keys(store.at.table_folder(name, day))]


def remove_reports(store: Storage, day: date) -> int:
    """Remove the report of the day's week, which names campaigns; the next event of the week makes it anew."""
    return store.delete(_reports_of(store, day))


def _reports_of(store: Storage, day: date) -> list[str]:
    return store.keys(store.at.report(week_name(day - timedelta(days=day.weekday()))))


def has_traces(store: Storage, day: date, campaigns: Collection[str]) -> bool:
    """Whether answers about campaigns, or their rows in a stored list, are left: they are removed last of all."""
    if _answers_about(store, day, campaigns):
        return True
    lists = [key for key in store.keys(store.at.lists(day)) if is_usable_list(key)]
    return any(_names(store.read_list(key), campaigns) for key in lists)


def remove_answers(store: Storage, day: date, campaigns: Collection[str]) -> int:
    """Remove the answers about campaigns, and their rows in the stored lists; tells how many objects that touched."""
    return remove_rows(store, day, campaigns) + store.delete(_answers_about(store, day, campaigns))


def remove_rows(store: Storage, day: date, campaigns: Collection[str]) -> int:
    """Remove the rows of campaigns from the stored lists; tells how many objects that touched."""
    removed, lists = _lists_with(store, day, campaigns)
    for key in lists:  # read once more, one at a time: all of a day may be too much to hold
        store.write(key, _cut(store.read_list(key), campaigns).pack())
    return store.delete(removed) + len(lists)


def _about(store: Storage, day: date, campaigns: Collection[str]) -> tuple[list[str], list[str]]:
    """Give the raw objects that go with campaigns, and the lists that have rows of them."""
    removed, named = _lists_with(store, day, campaigns)
    return _answers_about(store, day, campaigns) + removed, named


def _answers_about(store: Storage, day: date, campaigns: Collection[str]) -> list[str]:
    return [key for campaign_id in campaigns for key in store.keys(store.at.answers(day, campaign_id))]


def _lists_with(store: Storage, day: date, campaigns: Collection[str]) -> tuple[list[str], list[str]]:
    """Give the lists that go with campaigns, and those that have rows of them."""
    lists = store.keys(store.at.lists(day))
    # Rejected or half-written: nobody reads it, and it may name them.
    removed = [key for key in lists if not is_usable_list(key)]
    named = [key for key in lists if is_usable_list(key) and _names(store.read_list(key), campaigns)]
    return removed, named


def _names(stored: StoredList, campaigns: Collection[str]) -> bool:
    return _cut(stored, campaigns) is not stored


def without(stored: StoredList, tombstone: Tombstone | None) -> StoredList | None:
    """Give a list as it may be kept; None where it may not: of a purged day, or where nobody can read whom it names."""
    if tombstone is None:
        return stored
    if tombstone.campaigns is None or stored.outcome is not CallOutcome.FETCHED:
        return None
    return _cut(stored, tombstone.campaigns)


def _cut(stored: StoredList, campaigns: Collection[str]) -> StoredList:
    pages = [_without_rows(page, campaigns) for page in stored.pages]
    return stored if pages == stored.pages else stored.model_copy(update={"pages": pages, "cut": True})


def remove_old_revisions(store: Storage, manifest: Manifest, before: ManifestHead | None = None) -> int:
    """
    Remove the files and details of revisions that are no longer published; tells how many there were.

    Args:
        before: What was published until now: a listing that lags may not have its newest objects yet.
    """
    named = {file.key for file in before.objects} if before else set()
    published = {file.key for file in manifest.objects}
    return store.delete(sorted(named.union(store.keys(store.at.revisions(manifest.day))) - published))


def scrub_changes(store: Storage, manifest: Manifest, tombstone: Tombstone) -> Manifest:
    """Take purged campaigns out of what earlier revisions changed; gives the manifest to make the next one from."""
    changes: list[PublishedFile] = []
    for file in manifest.changes:
        data = store.read_file(file)
        rows = from_parquet(data).to_pylist() if data else []
        left = [row for row in rows if not tombstone.covers(row["campaign_id"])]
        written = {CHANGES.name: (to_parquet(to_arrow(CHANGES, left)), len(left))}
        changes += store.write_revision(manifest.day, revision_in(file.key), written).values()
    return manifest.model_copy(update={"changes": changes})


def _changed(store: Storage, file: PublishedFile) -> set[str]:
    """Name the campaigns whose moves a file has."""
    data = store.read_file(file)
    return set(from_parquet(data)["campaign_id"].to_pylist()) if data else set()


def emptied_account_check(store: Storage) -> bytes | None:
    """
    Give the last check's report without findings, which have figures of a campaign and, by older versions, its id.

    To be written anew and not removed, since a purge's credentials may remove no state. None if there is nothing in it.
    """
    data = store.read_if_there(store.at.account_check)
    if data is None:
        return None
    try:
        said = json.loads(data)
    except ValueError:  # it is damaged, and may name anybody
        said = {}
    emptied = json.dumps((said if isinstance(said, dict) else {}) | {"findings": []}, indent=1).encode()
    return None if emptied == data else emptied


def forget_campaigns(store: Storage, days: Collection[date], campaigns: Collection[str]) -> int:
    """
    Remove what no published day has any more from the account's campaigns.

    Args:
        days: The days of which something was purged.
        campaigns: The campaigns that were purged from them; empty is the whole days, with all that they had.

    Returns:
        How many campaigns it removed.
    """
    files = {key: from_parquet(store.read(key)) for key in map(store.at.campaign_file, store.campaign_files())}
    lives = {
        row["campaign_id"]: (row["first_day"], row["last_day"])
        for table in files.values()
        for row in table.select(["campaign_id", "first_day", "last_day"]).to_pylist()
    }
    doubtful = {
        key
        for key, (first, last) in lives.items()
        if (key in campaigns if campaigns else first <= max(days) and min(days) <= last)
    }
    for day in sorted(store.days_published(), reverse=True):
        looked_for = {key for key in doubtful if lives[key][0] <= day <= lives[key][1]}
        if looked_for and (manifest := store.read_manifest(day)):
            doubtful -= manifest.campaigns.keys()
    for key, table in files.items():
        rows = table.to_pylist() if doubtful.intersection(table["campaign_id"].to_pylist()) else []
        if rows:
            left = [row for row in rows if row["campaign_id"] not in doubtful]
            store.write(key, to_parquet(to_arrow(CAMPAIGNS, left)))
    return len(doubtful)


def _without_rows(page: StoredPage, campaigns: Collection[str]) -> StoredPage:
    """Take campaigns out of a stored list, which is otherwise as it came."""
    decoded = json.loads(page.body)
    inner = decoded["data"] if isinstance(decoded.get("data"), dict) and "data" in decoded["data"] else decoded
    rows = inner.get("data")
    left: object = rows
    if isinstance(rows, list):
        left = [row for row in rows if campaign_id_in(row) not in campaigns]
    elif isinstance(rows, dict):
        left = {key: row for key, row in rows.items() if campaign_id_in(row) not in campaigns}
    if left == rows:
        return page
    inner["data"] = left
    # Escaped: half an emoji in some name could not be encoded otherwise.
    return page.model_copy(update={"body": json.dumps(decoded).encode()})
