"""One account's objects: read, written, listed. Nothing is judged here; the callers decide."""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Iterable, Mapping
from datetime import date

from insider_web_push.errors import DamagedObject, IncompleteDay, StorageNotWritable
from insider_web_push.lake.keys import Keys, days_in, is_usable_list, read_raw_key
from insider_web_push.lake.manifest import Manifest, PublishedFile
from insider_web_push.lake.manifests import Manifests, at_its_place
from insider_web_push.lake.raw import Known, Snapshot, StoredList
from insider_web_push.lake.refusals import advice_on, is_refusal, words_of
from insider_web_push.lake.tombstones import Tombstone
from insider_web_push.vocabulary import CallOutcome, NumberFormat

log = logging.getLogger(__name__)


class Storage(Manifests):
    """
    One account's objects.

    Args:
        url: Root of the layout: `s3://conn_id@bucket/prefix`, `file:///folder`, any URL of `ObjectStoragePath`.
        partner_id: The account.

    Attributes:
        at: Names of the objects.
    """

    def __init__(self, url: str, partner_id: str) -> None:
        super().__init__(url)
        self.partner_id = partner_id
        self.at = Keys(partner_id)

    def _own(self, key: str) -> str:
        """Let a name pass, wherever it was read; whoever hands on another account's is stopped here."""
        if not self.at.is_own(key):
            raise DamagedObject(f"{key[:200]!r} is no object of account {self.partner_id}: nothing there is touched")
        return key

    def check_usable(self) -> None:
        """
        Write one empty object, always the same; and say so where the store cannot compare and swap.

        Raises:
            StorageNotWritable: names the storage; raised before a call is spent on figures that nobody can keep.
        """
        try:
            self.write(self.at.write_check, b"")
            if not self.keeps_conditions(self.at.write_check):
                log.warning(
                    "%s takes no condition on a write: where two Airflows publish one day in the same moment, a "
                    "revision of it may be lost until the next look", self._root,
                )  # fmt: skip
        except Exception as error:  # every store raises its own; what a retry may mend is raised as it is
            if not is_refusal(error):
                raise
            message = f"cannot write to the storage {self._root}: {words_of(error).rstrip('.')}. {advice_on(error)}"
            raise StorageNotWritable(message) from None

    # raw answers

    def write_list(self, stored: StoredList) -> str:
        """Keep a list; gives its key."""
        return self.write(self.at.list(stored.day, stored.swept_at, stored.outcome), stored.pack())

    def read_list(self, key: str) -> StoredList:
        """Read a list by its key."""
        return at_its_place(StoredList.unpack(self.read(key), where=key), key)

    def newest_list(self, day: date) -> str | None:
        """Find a day's newest usable list; None if it was never swept."""
        return max(filter(is_usable_list, self.keys(self.at.lists(day))), default=None)

    def write_snapshot(self, snapshot: Snapshot) -> str:
        """Keep an answer; gives its key."""
        key = self.at.answer(snapshot.day, snapshot.campaign_id, snapshot.fetched_at, snapshot.outcome)
        return self.write(key, snapshot.pack())

    def read_snapshots(self, keys: Iterable[str]) -> dict[str, Snapshot]:
        """Read snapshots by key, many at a time."""
        return self.read_all(keys, _snapshot_in)

    def open_answers(self, wanted: Iterable[Known]) -> dict[str, Snapshot]:
        """Open answers; gives them by key. Of those that were read to know them, nothing is read again."""
        answers = {known.key: known.packed for known in wanted}
        there = {key: _snapshot_in(key, packed) for key, packed in answers.items() if packed is not None}
        return there | self.read_snapshots(key for key in answers if key not in there)

    def known(
        self,
        day: date,
        published: Manifest | None,
        *,
        stored: Mapping[str, str] | None = None,
        numbers: NumberFormat = NumberFormat.POINT,
    ) -> dict[str, Known]:
        """
        Find the newest usable snapshot of each campaign of a day.

        Only those that the manifest does not know are opened.

        Args:
            stored: Keys of answers that were surely written, by campaign id. The store may not list them yet; those
                that it does not show in time are left out.
            numbers: How the account's figures are printed.
        """
        before = published.known if published else {}
        newest = {key: known.key for key, known in before.items()}
        newest |= _later(self.newest_snapshots(day), newest)
        late = _later(stored or {}, newest)
        there = self.there(late.values())
        newest |= {campaign_id: key for campaign_id, key in late.items() if key in there}
        unread = {
            campaign_id: key
            for campaign_id, key in newest.items()
            if campaign_id not in before or before[campaign_id].key != key
        }
        read = self.read_all(
            unread.values(), lambda key, data: _snapshot_in(key, data).as_known(key, numbers, packed=data)
        )
        return before | {campaign_id: read[key] for campaign_id, key in unread.items()}

    def newest_snapshots(self, day: date) -> dict[str, str]:
        """Give the key of the newest usable snapshot by campaign id, from names alone."""
        newest: dict[str, str] = {}
        for key in sorted(self.keys(self.at.answers(day))):
            named = read_raw_key(key)
            if named and named.campaign_id and named.outcome is not CallOutcome.REJECTED:
                newest[named.campaign_id] = key
        return newest

    def newest_answer(self, day: date, campaign_id: str) -> str | None:
        """Find a campaign's newest stored answer, usable or not; None if there is none."""
        return max(filter(read_raw_key, self.keys(self.at.answers(day, campaign_id))), default=None)

    def days_swept(self) -> list[date]:
        """List the days that were ever swept."""
        return days_in(self.folders(self.at.days_with_lists))

    # what is published, and what was purged

    def require_manifest(self, day: date) -> Manifest:
        """
        Read a day's manifest.

        Raises:
            IncompleteDay: the day was never published.
        """
        manifest = self.read_manifest(day)
        if manifest is None:
            raise IncompleteDay(f"day {day} {self.why_not_published(day)}")
        return manifest

    def why_not_published(self, day: date) -> str:
        """Say why a day has no manifest, and what to do."""
        tombstone = self.read_tombstone(day)
        if tombstone and tombstone.is_whole_day:
            return f"was purged from {self._root} on {tombstone.purged_at:%Y-%m-%d} by {tombstone.run_id}: it is gone"
        return f"was never published in {self._root}: run or backfill the DAG for it"

    def days_published(self) -> list[date]:
        """List the days that have a manifest."""
        return days_in(self.folders(self.at.manifests))

    def read_tombstone(self, day: date) -> Tombstone | None:
        """Read what was purged of a day; None if nothing was."""
        key = self.at.tombstone(day)
        data = self.read_if_there(key)
        return None if data is None else _tombstone_in(key, data)

    def read_tombstones(self, days: Iterable[date]) -> list[Tombstone]:
        """Read what was purged of days, of each of which something was, many at a time."""
        return list(self.read_all(map(self.at.tombstone, days), _tombstone_in).values())

    def days_with_tombstones(self) -> list[date]:
        """List the days of which something was purged."""
        return days_in(self.folders(self.at.tombstones))

    # what readers get

    def write_revision(
        self, day: date, revision: int, files: Mapping[str, tuple[bytes, int]]
    ) -> dict[str, PublishedFile]:
        """Write the files of a revision that no manifest names yet: bytes and number of rows, by table."""
        described: dict[str, PublishedFile] = {}
        for table, (data, rows) in files.items():
            digest = hashlib.sha256(data).hexdigest()
            key = self.write(self.at.revision_file(day, revision, table, digest), data)
            described[table] = PublishedFile(key=key, sha256=digest, bytes=len(data), rows=rows)
        return described

    def campaign_files(self) -> list[int]:
        """List where the files of the account's campaigns begin, in ascending order; empty if no day was published."""
        names = (re.fullmatch(r"part-([0-9]+)\.parquet", name) for name in self.folders(self.at.campaigns))
        return sorted(int(name[1]) for name in names if name)

    def read_unknown_fields(self) -> dict[str, str]:
        """Read the undocumented fields that were seen so far: path, and the first day with it."""
        data = self.read_if_there(self.at.unknown_fields)
        return dict(json.loads(data)) if data else {}

    def write_unknown_fields(self, fields: Mapping[str, str]) -> None:
        """Keep the undocumented fields that were seen so far."""
        self.write(self.at.unknown_fields, json.dumps(fields, indent=1, sort_keys=True).encode())


def _snapshot_in(where: str, data: bytes) -> Snapshot:
    return at_its_place(Snapshot.unpack(data, where=where), where)


def _tombstone_in(where: str, data: bytes) -> Tombstone:
    return at_its_place(Tombstone.from_json(data, where=where), where)


def _later(keys: Mapping[str, str], than: Mapping[str, str]) -> dict[str, str]:
    """Give the answers that come after those that are known: a listing that lags has older ones."""
    return {campaign_id: key for campaign_id, key in keys.items() if key > than.get(campaign_id, "")}
