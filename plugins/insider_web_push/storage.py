"""
Where everything of an account lies in the object storage.

    raw/campaign_metrics/partner_id=P/day=D/campaign_id=C/<fetched_at>.json.gz   immutable
    raw/overall_metrics/partner_id=P/day=D/<swept_at>.json.gz                    immutable
    revisions/partner_id=P/day=D/rev=N/<table>-<hash>.parquet                    immutable
    manifests/partner_id=P/day=D.json                                            the commit, one PUT
    tombstones/partner_id=P/day=D.json                                           what was purged
    tables/<table>/partner_id=P/day=D/part-0.parquet                             a copy for plain SQL
    tables/campaign_day_change/partner_id=P/day=D/rev-00002.parquet              one file a revision
    tables/campaign/partner_id=P/part-0.parquet                                  one file an account
    reports/weekly/partner_id=P/week=2026-W47/…                                  what people read, made from the days
    state/partner_id=P/unknown_fields.json                                       undocumented fields seen so far
    state/partner_id=P/coverage.json                                             the days in short, for the page
    state/partner_id=P/account_check.json                                        what the last check of the API found
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date

from insider_web_push.errors import IncompleteDay
from insider_web_push.manifest import Manifest, ManifestHead, PublishedFile, parse_head, parse_manifest
from insider_web_push.objects import Objects
from insider_web_push.planning import Known
from insider_web_push.snapshots import (
    Outcome,
    Snapshot,
    SweepSnapshot,
    pack,
    parse_file_name,
    unpack_snapshot,
    unpack_sweep,
)
from insider_web_push.tables import CAMPAIGNS, CHANGES
from insider_web_push.tombstones import Tombstone, parse_tombstone


class Storage(Objects):
    """
    One account's objects.

    Args:
        url: Root of the layout: `s3://conn_id@bucket/prefix`, `file:///folder`, any URL of `ObjectStoragePath`.
        partner_id: The account.
    """

    def __init__(self, url: str, partner_id: str) -> None:
        super().__init__(url)
        self.partner_id = partner_id
        self._partner = f"partner_id={partner_id}"

    def check_usable(self) -> None:
        """
        Try to write.

        Raises:
            StorageNotWritable: names the storage.
        """
        self.check_writable(f"_write_check/{self._partner}")

    # raw answers

    def write_sweep(self, sweep: SweepSnapshot) -> str:
        """Keep a sweep; gives its key."""
        return self.write(f"{self.raw_sweeps(sweep.day)}/{sweep.file_name}", pack(sweep))

    def read_sweep(self, key: str) -> SweepSnapshot:
        """Read a sweep by its key."""
        return unpack_sweep(self.read(key), where=key)

    def newest_sweep(self, day: date) -> str | None:
        """Find a day's newest usable sweep; None if it was never swept."""
        usable = [key for key in self.keys(self.raw_sweeps(day)) if _outcome(key) is Outcome.FETCHED]
        return max(usable, default=None)

    def write_snapshot(self, snapshot: Snapshot) -> str:
        """Keep an answer; gives its key."""
        folder = f"{self.raw_answers(snapshot.day)}/campaign_id={snapshot.campaign_id}"
        return self.write(f"{folder}/{snapshot.file_name}", pack(snapshot))

    def read_snapshots(self, keys: Iterable[str]) -> dict[str, Snapshot]:
        """Read snapshots by key, many at a time."""
        return self.read_all(keys, lambda key, data: unpack_snapshot(data, where=key))

    def known(self, day: date, published: Manifest | None) -> dict[str, Known]:
        """
        Find the newest usable snapshot of each campaign of a day.

        Only those that the manifest does not know are opened.
        """
        before = {
            campaign_id: known
            for campaign_id, campaign in (published.campaigns.items() if published else ())
            if (known := campaign.as_known())
        }
        newest = self.newest_snapshots(day)
        unread = [
            key for campaign_id, key in newest.items() if campaign_id not in before or before[campaign_id].key != key
        ]
        opened = {
            snapshot.campaign_id: Known(key, snapshot.outcome, snapshot.fetched_at, snapshot.baseline)
            for key, snapshot in self.read_snapshots(unread).items()
        }
        return before | opened

    def newest_snapshots(self, day: date) -> dict[str, str]:
        """Give the key of the newest usable snapshot by campaign id, from names alone."""
        newest: dict[str, str] = {}
        for key in sorted(self.keys(self.raw_answers(day))):
            if _outcome(key) in {Outcome.FETCHED, Outcome.SKIPPED}:
                newest[key.rpartition("/")[0].rpartition("campaign_id=")[2]] = key
        return newest

    def newest_answer(self, day: date, campaign_id: str) -> str | None:
        """Find a campaign's newest stored answer, usable or not; None if there is none."""
        stored = self.keys(f"{self.raw_answers(day)}/campaign_id={campaign_id}")
        return max((key for key in stored if _outcome(key)), default=None)

    def days_swept(self) -> list[date]:
        """List the days that were ever swept."""
        return _days(self.folders(f"raw/overall_metrics/{self._partner}"))

    # manifests and tombstones

    def read_manifest(self, day: date) -> Manifest | None:
        """Read a day's manifest; None if the day was never published."""
        key = self.manifest_key(day)
        data = self.read_if_there(key)
        return None if data is None else parse_manifest(data, where=key)

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
        return _days(name.removesuffix(".json") for name in self.folders(f"manifests/{self._partner}"))

    def read_heads(self, days: Iterable[date]) -> list[ManifestHead]:
        """Read what the manifests of published days say of them as wholes, many at a time."""
        keys = [self.manifest_key(day) for day in days]
        return list(self.read_all(keys, lambda key, data: parse_head(data, where=key)).values())

    def campaigns_published(self) -> set[str]:
        """Name the campaigns of every published day."""
        keys = [self.manifest_key(day) for day in self.days_published()]
        found = self.read_all(keys, lambda key, data: frozenset(parse_manifest(data, where=key).campaigns))
        return set().union(*found.values())

    def write_manifest(self, manifest: Manifest) -> str:
        """Commit a day; gives the manifest's key."""
        return self.write(self.manifest_key(manifest.day), manifest.to_json())

    def read_tombstone(self, day: date) -> Tombstone | None:
        """Read what was purged of a day; None if nothing was."""
        key = self.tombstone_key(day)
        data = self.read_if_there(key)
        return None if data is None else parse_tombstone(data, where=key)

    def days_with_tombstones(self) -> list[date]:
        """List the days of which something was purged."""
        return _days(name.removesuffix(".json") for name in self.folders(f"tombstones/{self._partner}"))

    def write_tombstone(self, tombstone: Tombstone) -> str:
        """Keep what was purged of a day; gives its key."""
        return self.write(self.tombstone_key(tombstone.day), tombstone.to_json())

    # what readers get

    def write_revision(
        self, day: date, revision: int, files: Mapping[str, tuple[bytes, int]]
    ) -> dict[str, PublishedFile]:
        """
        Write the files of a revision that no manifest names yet: bytes and number of rows, by table.

        The names carry the content's hash, so that two who publish at once never write over each other's.
        """
        described: dict[str, PublishedFile] = {}
        for table, (data, rows) in files.items():
            digest = hashlib.sha256(data).hexdigest()
            key = f"{self.revisions(day)}/rev={revision}/{table}-{digest[:12]}.parquet"
            self.write(key, data)
            described[table] = PublishedFile(key=key, sha256=digest, bytes=len(data), rows=rows)
        return described

    def read_file(self, file: PublishedFile) -> bytes | None:
        """Read a published file; None if it is gone, or not what was published."""
        data = self.read_if_there(file.key)
        return data if data is not None and hashlib.sha256(data).hexdigest() == file.sha256 else None

    def read_campaigns(self) -> bytes | None:
        """Read the account's campaigns; None if no day was published yet."""
        return self.read_if_there(self.campaigns_key)

    def read_unknown_fields(self) -> dict[str, str]:
        """Read the undocumented fields that were seen so far: path, and the first day with it."""
        data = self.read_if_there(self._unknown_fields_key)
        return dict(json.loads(data)) if data else {}

    def write_unknown_fields(self, fields: Mapping[str, str]) -> None:
        """Keep the undocumented fields that were seen so far."""
        self.write(self._unknown_fields_key, json.dumps(fields, indent=1, sort_keys=True).encode())

    def raw_answers(self, day: date) -> str:
        """Tell where a day's answers lie."""
        return f"raw/campaign_metrics/{self._day(day)}"

    def raw_sweeps(self, day: date) -> str:
        """Tell where a day's sweeps lie."""
        return f"raw/overall_metrics/{self._day(day)}"

    def revisions(self, day: date) -> str:
        """Tell where a day's revisions lie."""
        return f"revisions/{self._day(day)}"

    def report_folder(self, week: str) -> str:
        """Tell where the report of a week lies: of `2026-W47`."""
        return f"reports/weekly/{self._partner}/week={week}"

    def manifest_key(self, day: date) -> str:
        """Tell where a day's manifest lies."""
        return f"manifests/{self._day(day)}.json"

    def tombstone_key(self, day: date) -> str:
        """Tell where a day's tombstone lies."""
        return f"tombstones/{self._day(day)}.json"

    def table_folder(self, table: str, day: date) -> str:
        """Tell where a day's copies of a table lie."""
        return f"tables/{table}/{self._day(day)}"

    def table_key(self, table: str, day: date) -> str:
        """Tell where a day's copy of a table lies."""
        return f"{self.table_folder(table, day)}/part-0.parquet"

    def changes_key(self, day: date, revision: int) -> str:
        """Tell where the copy of what a revision changed lies."""
        return f"{self.table_folder(CHANGES.name, day)}/rev-{revision:05}.parquet"

    @property
    def campaigns_key(self) -> str:
        """Where the account's campaigns lie."""
        return f"tables/{CAMPAIGNS.name}/{self._partner}/part-0.parquet"

    @property
    def _unknown_fields_key(self) -> str:
        return f"state/{self._partner}/unknown_fields.json"

    def _day(self, day: date) -> str:
        return f"{self._partner}/day={day}"


def revision_in(key: str) -> int:
    """Read the revision that a file's key names."""
    return int(key.partition("/rev=")[2].partition("/")[0])


def _outcome(key: str) -> Outcome | None:
    parsed = parse_file_name(key.rpartition("/")[2])
    return parsed[1] if parsed else None


def _days(names: Iterable[str]) -> list[date]:
    """Read folder names like `day=2026-11-22`; whatever else lies there is none of ours."""
    days = []
    for name in names:
        kind, _, text = name.partition("=")
        try:
            if kind == "day":
                days.append(date.fromisoformat(text))
        except ValueError:
            continue
    return sorted(days)
