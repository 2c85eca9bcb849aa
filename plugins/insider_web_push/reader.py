"""
Read published days, from another DAG or anywhere else.

    from insider_web_push.reader import DayReader

    lake = DayReader("s3://aws_default@lake/insider", partner_id="acme")
    table = lake.read(date(2026, 11, 22))
    month = lake.read_range(date(2026, 10, 1), date(2026, 10, 31), "campaign_day_device")
    lake.relation(date(2026, 10, 1), date(2026, 10, 31)).aggregate("day, sum(clicks)").show()

The reader follows the manifests: it gives whole days, each at one revision, or an error. It never gives half a day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from insider_web_push.dates import days_between
from insider_web_push.errors import IncompleteDay, InvalidRequest, LostFile, first_of
from insider_web_push.lake.manifest import Manifest, ManifestHead, PublishedFile
from insider_web_push.lake.storage import Storage
from insider_web_push.tables.campaign_parts import all_of
from insider_web_push.tables.files import from_parquet, to_arrow
from insider_web_push.tables.schemas import ALL_TABLES, CAMPAIGNS, CHANGES
from insider_web_push.vocabulary import DayStatus

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, DuckDBPyRelation

_PARALLEL_READS = 8
_NAMED = 10


class DayReader:
    """
    Reads one account's published days.

    Args:
        storage: Root of the layout, as in the account's `storage`.
        partner_id: The account.
    """

    def __init__(self, storage: str, partner_id: str) -> None:
        self._storage = Storage(storage, partner_id)

    def manifest(self, day: date) -> Manifest:
        """
        Tell what a day consists of, campaign by campaign.

        Raises:
            IncompleteDay: the day was never published.
            DamagedObject: its manifest, or the details that it names, are damaged or lost.
        """
        return self._storage.require_manifest(day)

    def heads(self, first: date, last: date) -> list[ManifestHead]:
        """
        Tell what a range of days consists of, both ends included: a small object a day, whatever it has of campaigns.

        Returns:
            The published days in order, complete or not; their files are named relative to the storage.

        Raises:
            InvalidRequest: there is no such range.
            DamagedObject: a manifest is damaged; names it.
        """
        if last < first:
            raise InvalidRequest(f"the last day {last} is before the first day {first}: swap them")
        return self._storage.read_heads(day for day in self._storage.days_published() if first <= day <= last)

    def read(self, day: date, table: str = "campaign_day", *, allow_partial: bool = False) -> pa.Table:
        """
        Read one table of a day, at the revision that is committed now.

        Raises:
            IncompleteDay: the day is not complete, or was published before this table existed.
            InvalidRequest: there is no such table of a day.
            LostFile: a file is not the one that was published.
        """
        return self.read_range(day, day, table, allow_partial=allow_partial).drop_columns(["day"])

    def read_range(
        self, first: date, last: date, table: str = "campaign_day", *, allow_partial: bool = False
    ) -> pa.Table:
        """
        Read one table of a range of days, both ends included, each day at the revision that is committed now.

        Args:
            allow_partial: Also take days that were published after `partial_after_h` without some campaigns, or with
                the list's totals alone: their rows have the `detail_status` missing, or totals.

        Returns:
            The table's columns behind the column `day`, a date32; sorted by day. campaign_day_change has every move of
            the days, of all their revisions.

        Raises:
            IncompleteDay: names the days that are not complete, or were published before this table existed.
            InvalidRequest: there is no such table of a day, or no such range.
            LostFile: a file is not the one that was published.
        """
        schema = _schema(table)
        files = [
            (head.day, file)
            for head in self._good_heads(first, last, allow_partial=allow_partial)
            for file in _files(head, table)
        ]
        with ThreadPoolExecutor(_PARALLEL_READS) as pool:
            parts = list(pool.map(lambda item: _with_day(item[0], self._read(item[1])), files))
        # Older files lack the columns that came later: those are null there.
        return pa.concat_tables([_with_day(first, schema.empty_table()), *parts], promote_options="default")

    def relation(
        self,
        first: date,
        last: date,
        table: str = "campaign_day",
        *,
        allow_partial: bool = False,
        connection: DuckDBPyConnection | None = None,
    ) -> DuckDBPyRelation:
        """
        Read one table of a range of days as a DuckDB relation. Needs the extra `duckdb`.

        Args:
            connection: The database in which the relation lives; DuckDB's default one if left out.

        Raises:
            InsiderError: the same errors as `read_range`.
        """
        import duckdb  # noqa: PLC0415 — an optional extra

        found = self.read_range(first, last, table, allow_partial=allow_partial)
        return duckdb.from_arrow(found, connection=connection or duckdb.default_connection())

    def campaigns(self) -> pa.Table:
        """
        Read the account's campaigns with their latest attributes.

        Raises:
            IncompleteDay: no day was published yet.
        """
        store = self._storage
        keys = [store.at.campaign_file(begin) for begin in store.campaign_files()]
        if not keys:
            raise IncompleteDay(f"no day was published in {store.url('')} yet: run the DAG")
        files = store.read_all(keys, lambda _, data: from_parquet(data)).values()
        found = pa.concat_tables(files, promote_options="default").sort_by("campaign_id")
        if pc.count_distinct(found["campaign_id"]).as_py() == len(found):
            return found
        return to_arrow(CAMPAIGNS, all_of([found.to_pylist()]))

    def _good_heads(self, first: date, last: date, *, allow_partial: bool) -> list[ManifestHead]:
        heads = self.heads(first, last)
        good = [head for head in heads if head.is_complete or allow_partial]
        lacking = sorted(set(days_between(first, last)) - {head.day for head in good})
        if lacking:
            partial = {head.day: head.status for head in heads if head.day in lacking}
            if len(lacking) == 1 and not partial:
                raise IncompleteDay(
                    f"1 day is not complete: {lacking[0]} {self._storage.why_not_published(lacking[0])}"
                )
            raise IncompleteDay(_lacking(lacking, partial, self._storage))
        return good

    def _read(self, file: PublishedFile) -> pa.Table:
        data = self._storage.read_file(file)
        if data is None:
            message = f"{self._storage.url(file.key)} is gone or changed, and the manifest names it: rebuild the day"
            raise LostFile(message)
        return from_parquet(data)


def _schema(table: str) -> pa.Schema:
    per_day = {found.name: found for found in ALL_TABLES if found.name != CAMPAIGNS.name}
    if table == CAMPAIGNS.name:
        raise InvalidRequest(f"{table} is a table of the account and not of a day: read it by campaigns()")
    if table not in per_day:
        raise InvalidRequest(f"there is no table {table!r}; there are {', '.join(per_day)}")
    return per_day[table].schema


def _files(head: ManifestHead, table: str) -> Sequence[PublishedFile]:
    if table == CHANGES.name:
        return head.changes
    if table not in head.files:
        message = f"{head.day} was published before there was a table {table!r}: rebuild the day"
        raise IncompleteDay(message)
    return [head.files[table]]


def _with_day(day: date, rows: pa.Table) -> pa.Table:
    return rows.add_column(0, pa.field("day", pa.date32(), nullable=False), pa.array([day] * len(rows), pa.date32()))


def _lacking(lacking: list[date], partial: Mapping[date, DayStatus], storage: Storage) -> str:
    shown = first_of((f"{day}{f' ({partial[day]})' if day in partial else ''}" for day in lacking), most=_NAMED)
    days = "day is" if len(lacking) == 1 else "days are"
    return f"{len(lacking)} {days} not complete in {storage.url('')}: {shown}. Run or backfill the DAG for them" + (
        ", or read with allow_partial" if partial else ""
    )
