"""
Where everything lies in the object storage, and how it gets there.

    raw/campaign_metrics/partner_id=P/day=D/campaign_id=C/<fetched_at>.json.gz   immutable
    raw/overall_metrics/partner_id=P/day=D/<swept_at>.json.gz                    immutable
    revisions/partner_id=P/day=D/rev=N/<table>.parquet                           immutable once a manifest names it
    manifests/partner_id=P/day=D.json                                            the commit, one PUT
    tables/<table>/partner_id=P/day=D/part-0.parquet                             a copy for plain SQL

Any store that fsspec knows, through Airflow's `ObjectStoragePath`. An object is written whole or not at all: by one
PUT, or on a local file system beside its place and then moved there.
"""

from __future__ import annotations

import errno
import os
import uuid
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

from airflow.sdk import ObjectStoragePath
from airflow.sdk.exceptions import AirflowNotFoundException

from insider_web_push.errors import IncompleteDay, StorageNotWritable
from insider_web_push.manifest import Manifest, parse_manifest
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

_PARALLEL_READS = 16
_NO_CREDENTIALS = frozenset({"NoCredentialsError", "PartialCredentialsError", "DefaultCredentialsError"})
"""Of botocore and google-auth, which are not always installed."""
_REFUSED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.ENOENT, errno.EEXIST, errno.ENOSPC})


class Storage:
    """
    One account's objects.

    Args:
        url: Root of the layout: `s3://conn_id@bucket/prefix`, `file:///folder`, any URL of `ObjectStoragePath`.
        partner_id: The account.
    """

    def __init__(self, url: str, partner_id: str) -> None:
        self._root = ObjectStoragePath(url.rstrip("/"))
        self._partner = f"partner_id={partner_id}"

    def check_writable(self) -> None:
        """
        Write one small object, always the same.

        Raises:
            StorageNotWritable: names the storage; raised before a call is spent on figures that nobody can keep.
        """
        try:
            self.write(f"_write_check/{self._partner}", b"")
        except Exception as error:  # every store raises its own; what a retry may mend is raised as it is
            if not _is_refusal(error):
                raise
            why = getattr(error, "strerror", None) or error
            message = f"cannot write to the storage {self._root}: {why}. Set `storage` of the account"
            raise StorageNotWritable(message) from None

    def write_sweep(self, sweep: SweepSnapshot) -> str:
        """Keep a sweep; gives its key."""
        return self.write(f"raw/overall_metrics/{self._day(sweep.day)}/{sweep.file_name}", pack(sweep))

    def read_sweep(self, key: str) -> SweepSnapshot:
        """Read a sweep by its key."""
        return unpack_sweep(self.read(key), where=key)

    def write_snapshot(self, snapshot: Snapshot) -> str:
        """Keep an answer; gives its key."""
        folder = f"{self._raw_day(snapshot.day)}/campaign_id={snapshot.campaign_id}"
        return self.write(f"{folder}/{snapshot.file_name}", pack(snapshot))

    def read_snapshots(self, keys: Iterable[str]) -> dict[str, Snapshot]:
        """Read snapshots by key, many at a time."""
        wanted = list(keys)
        with ThreadPoolExecutor(_PARALLEL_READS) as pool:
            return dict(
                zip(wanted, pool.map(lambda key: unpack_snapshot(self.read(key), where=key), wanted), strict=True)
            )

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
        newest = self._newest_snapshots(day)
        unread = [
            key for campaign_id, key in newest.items() if campaign_id not in before or before[campaign_id].key != key
        ]
        opened = {
            snapshot.campaign_id: Known(key, snapshot.outcome, snapshot.fetched_at, snapshot.baseline)
            for key, snapshot in self.read_snapshots(unread).items()
        }
        return before | opened

    def _newest_snapshots(self, day: date) -> dict[str, str]:
        """Give the key of the newest usable snapshot by campaign id, from names alone."""
        newest: dict[str, str] = {}
        for key in sorted(self.keys(self._raw_day(day))):
            folder, _, name = key.rpartition("/")
            parsed = parse_file_name(name)
            if parsed and parsed[1] is not Outcome.REJECTED:
                newest[folder.rpartition("campaign_id=")[2]] = key
        return newest

    def read_manifest(self, day: date) -> Manifest | None:
        """
        Read a day's manifest.

        Returns:
            None if the day was never published.
        """
        key = self.manifest_key(day)
        try:
            data = self.read(key)
        except FileNotFoundError:
            return None
        return parse_manifest(data, where=key)

    def require_manifest(self, day: date) -> Manifest:
        """
        Read a day's manifest.

        Raises:
            IncompleteDay: the day was never published.
        """
        manifest = self.read_manifest(day)
        if manifest is None:
            message = f"day {day} was never published in {self._root}: run or backfill the DAG for it"
            raise IncompleteDay(message)
        return manifest

    def write_revision(self, day: date, revision: int, files: Mapping[str, bytes]) -> dict[str, str]:
        """Write the files of a revision that no manifest names yet; gives their keys by table."""
        return {
            table: self.write(f"revisions/{self._day(day)}/rev={revision}/{table}.parquet", data)
            for table, data in files.items()
        }

    def write_tables(self, day: date, files: Mapping[str, bytes]) -> None:
        """Put the copies for plain SQL in place; atomic for each table, not across them."""
        for table, data in files.items():
            self.write(f"{self.table_folder(table)}/day={day}/part-0.parquet", data)

    def write_manifest(self, manifest: Manifest) -> str:
        """Commit a day; gives the manifest's key."""
        return self.write(self.manifest_key(manifest.day), manifest.to_json())

    def manifest_key(self, day: date) -> str:
        """Tell where a day's manifest lies, relative to the storage."""
        return f"manifests/{self._partner}/day={day}.json"

    def table_folder(self, table: str) -> str:
        """Tell where the copies of a table lie, relative to the storage."""
        return f"tables/{table}/{self._partner}"

    def url(self, key: str) -> str:
        """Tell an object's full address."""
        return str(self._root / key)

    def read(self, key: str) -> bytes:
        """Read an object whole."""
        path = self._root / key
        return bytes(path.fs.cat_file(path.path))

    def keys(self, prefix: str) -> list[str]:
        """List all objects below a folder, as they are now."""
        path = self._root / prefix
        path.fs.invalidate_cache()
        root = self._root.path.rstrip("/") + "/"
        return [found.split(root, 1)[1] for found in path.fs.find(path.path) if root in found]

    def write(self, key: str, data: bytes) -> str:
        """Write an object, whole or not at all; gives its key."""
        path = self._root / key
        if path.protocol in {"", "file", "local"}:
            _write_file(Path(path.path), data)
        else:
            path.fs.pipe_file(path.path, data)
        return key

    def _day(self, day: date) -> str:
        return f"{self._partner}/day={day}"

    def _raw_day(self, day: date) -> str:
        return f"raw/campaign_metrics/{self._day(day)}"


def _is_refusal(error: Exception) -> bool:
    """Whether a store said no, or its connection or credentials are missing, in contrast to an outage."""
    if isinstance(error, OSError):
        return isinstance(error, PermissionError | FileNotFoundError) or error.errno in _REFUSED
    return isinstance(error, AirflowNotFoundException) or type(error).__name__ in _NO_CREDENTIALS


def _write_file(path: Path, data: bytes) -> None:
    """Write beside the final place and move: readers, and a crash, see the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
