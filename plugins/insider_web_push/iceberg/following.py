"""Writes what is stale in Iceberg, month by month and table by table, and removes what was purged there too."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

import pyarrow as pa
from pyiceberg.table import Table as IcebergTable

from insider_web_push.errors import IncompleteDay, RetryableError
from insider_web_push.iceberg.catalog import (
    IcebergTables,
    days_of,
    expire,
    led_to,
    of_account,
    overwrite,
    snapshots_of,
)
from insider_web_push.iceberg.expiry import DAYS, expired, max_age, summary_of
from insider_web_push.iceberg.mapping import DAY_TABLES, as_written
from insider_web_push.iceberg.standing import by_month, campaigns_noted, month_of, noted, stale, standing_in
from insider_web_push.lake.manifest import ManifestHead
from insider_web_push.lake.storage import Storage
from insider_web_push.lake.tombstones import Tombstone
from insider_web_push.reader import DayReader
from insider_web_push.tables.files import to_arrow
from insider_web_push.tables.schemas import CAMPAIGNS, Table
from insider_web_push.vocabulary import DayStatus

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Following:
    """
    One account's days on their way into Iceberg.

    Attributes:
        store: The account's objects.
        reader: The same, as everybody reads them.
        tables: Where the rows go.
        now: Present instant, UTC.
    """

    store: Storage
    reader: DayReader
    tables: IcebergTables
    now: Callable[[], datetime]

    def follow(self, day: date | None) -> list[str]:
        """
        Write what is stale of a day's month, or of all days; and remove what was purged.

        A refresh corrects many days at once, each with an event: the first of a month writes all of it, in one commit.

        Args:
            day: A published day; None is all of them.

        Returns:
            What was written, in words; empty where everything stood there already.

        Raises:
            IncompleteDay: the day is not published, or not complete.
            RetryableError: somebody else committed the day, or one of the tables, at the same time.
        """
        heads = self._heads(day)
        done = self._write_campaigns()
        for table in DAY_TABLES:
            target = self.tables.open(table)
            done += self._write(table, target, heads)
            done += self._remove_purged(table, target)
            self._expire(target)
        return done

    def _heads(self, day: date | None) -> Sequence[ManifestHead]:
        days = self.store.days_published()
        if day is not None:
            days = [other for other in days if month_of(other) == month_of(day)]
        heads = self.store.read_heads(days)
        if day is not None:
            self._require_complete(day, heads)
        return [head for head in heads if head.is_complete]

    def _require_complete(self, day: date, heads: Iterable[ManifestHead]) -> None:
        if day in self._purged and self._purged[day].is_whole_day:
            return
        status = {head.day: head.status for head in heads}
        if day not in status:
            raise IncompleteDay(f"day {day} {self.store.why_not_published(day)}")
        if status[day] is not DayStatus.COMPLETE:
            raise IncompleteDay(f"day {day} is {status[day]}: it is written to Iceberg when it is complete")

    @cached_property
    def _purged(self) -> dict[date, Tombstone]:
        """What was purged, by day."""
        found = self.store.read_tombstones(self.store.days_with_tombstones())
        return {tombstone.day: tombstone for tombstone in found}

    def _write(self, table: Table, target: IcebergTable, heads: Sequence[ManifestHead]) -> list[str]:
        marks = stale(heads, standing_in(target.properties, self.store.partner_id), table.name)
        done = []
        for month in by_month(marks):
            rows = pa.concat_tables(self._rows(table, day) for day in month)
            self._require_unmoved(month, {head.day: head for head in heads})
            done.append(self._commit(table, target, rows, month))
        return done

    def _remove_purged(self, table: Table, target: IcebergTable) -> list[str]:
        standing = standing_in(target.properties, self.store.partner_id)
        gone = {day: None for day in standing if day in self._purged and self._purged[day].is_whole_day}
        nothing = as_written(table, table.schema.empty_table(), partner_id=self.store.partner_id)
        return [self._commit(table, target, nothing, month) for month in by_month(gone)]

    def _commit(self, table: Table, target: IcebergTable, rows: pa.Table, marks: Mapping[date, str | None]) -> str:
        partner_id = self.store.partner_id
        standing = standing_in(target.properties, partner_id)
        summary = summary_of(partner_id, marks)
        overwrite(
            table,
            target,
            rows,
            days_of(partner_id, marks),
            properties=noted(standing, marks, partner_id),
            summary=summary,
        )
        said = summary[DAYS]
        log.info("%s: %d rows, of revisions %s", table.name, len(rows), said)
        return f"{table.name}: {said}"

    def _rows(self, table: Table, day: date) -> pa.Table:
        rows = self.reader.read(day, table.name)
        return as_written(table, rows, partner_id=self.store.partner_id, day=day)

    def _require_unmoved(self, days: Iterable[date], heads: Mapping[date, ManifestHead]) -> None:
        """Refuse rows of another revision than the one that will be noted."""
        for found in self.store.read_heads(days):
            before = heads[found.day]
            if (found.revision, found.files, found.changes) != (before.revision, before.files, before.changes):
                raise RetryableError(f"{found.day} was corrected while it was read: read it again")

    def _write_campaigns(self) -> list[str]:
        partner_id = self.store.partner_id
        target = self.tables.open(CAMPAIGNS)
        found = self.reader.campaigns().to_pylist() if self.store.campaign_files() else []
        campaigns = to_arrow(CAMPAIGNS, found)
        properties = campaigns_noted(campaigns, partner_id)
        done = []
        if not properties.items() <= target.properties.items():
            rows = as_written(CAMPAIGNS, campaigns, partner_id=partner_id)
            summary = summary_of(partner_id, {})
            overwrite(CAMPAIGNS, target, rows, of_account(partner_id), properties=properties, summary=summary)
            done = [f"{CAMPAIGNS.name}: {len(rows)} campaigns"]
        self._expire(target)
        return done

    def _expire(self, target: IcebergTable) -> None:
        target.refresh()
        old = expired(
            snapshots_of(target),
            partner_id=self.store.partner_id,
            purged={day: tombstone.purged_at for day, tombstone in self._purged.items()},
            now=self.now(),
            max_age=max_age(target.properties),
            kept=led_to(target),
        )
        if old:
            removed = expire(target, old)
            log.info("%s: %d snapshots expired, %d files removed", target.name()[-1], len(old), removed)
