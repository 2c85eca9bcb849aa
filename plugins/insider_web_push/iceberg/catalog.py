"""The tables in an Iceberg catalog: made, written in one commit each, and rid of old snapshots with their files."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pyarrow as pa
from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import (
    CommitFailedException,
    CommitStateUnknownException,
    NoSuchTableError,
    ValidationException,
)
from pyiceberg.expressions import And, BooleanExpression, EqualTo, In
from pyiceberg.manifest import ManifestFile
from pyiceberg.table import Table as IcebergTable
from pyiceberg.table.snapshots import Snapshot

from insider_web_push.errors import RetryableError
from insider_web_push.iceberg.expiry import MAX_AGE, MAX_AGE_PROPERTY, Taken, taken
from insider_web_push.iceberg.mapping import DAY, PARTNER, iceberg_schema, partitions
from insider_web_push.tables.schemas import Table

log = logging.getLogger(__name__)
_AS_CREATED = {
    MAX_AGE_PROPERTY: str(int(MAX_AGE.total_seconds() * 1000)),
    "commit.manifest-merge.enabled": "true",
    "commit.retry.num-retries": "10",  # accounts that publish at the same time share the tables
    "write.metadata.delete-after-commit.enabled": "true",
    f"write.metadata.metrics.column.{PARTNER}": "full",  # a file of one account is known as such, however long its id
}
"""Properties of a new table, in Iceberg's words; whoever changes them is not overruled."""


class IcebergTables:
    """
    The tables of all accounts, in one namespace.

    Args:
        catalog: Any that pyiceberg knows.
        namespace: Database or schema; made if it is not there, which whoever may not has somebody else do.
    """

    def __init__(self, catalog: Catalog, namespace: str) -> None:
        self._catalog = catalog
        self._namespace = namespace
        if not catalog.namespace_exists(namespace):
            catalog.create_namespace_if_not_exists(namespace)

    def open(self, table: Table) -> IcebergTable:
        """Load a table as it is now; one that is not there is made."""
        identifier = (*Catalog.identifier_to_tuple(self._namespace), table.name)
        try:
            return self._catalog.load_table(identifier)
        except NoSuchTableError:
            return self._catalog.create_table_if_not_exists(
                identifier, iceberg_schema(table), partition_spec=partitions(table), properties=_AS_CREATED
            )


def days_of(partner_id: str, days: Collection[date]) -> BooleanExpression:
    """Give the condition for an account's rows of some days."""
    return And(of_account(partner_id), In(DAY, set(days)))  # type: ignore[call-arg]  # its types are not its own


def of_account(partner_id: str) -> BooleanExpression:
    """Give the condition for all rows of an account."""
    return EqualTo(PARTNER, partner_id)  # type: ignore[call-arg]  # as above


def overwrite(
    table: Table,
    target: IcebergTable,
    rows: pa.Table,
    where: BooleanExpression,
    *,
    properties: Mapping[str, str],
    summary: Mapping[str, str],
) -> None:
    """
    Put *rows* in the place of those that a condition finds, and set properties, in one commit.

    Columns that came since the table was made are added in the same commit.

    Args:
        table: What the table is in the lake.
        properties: Of the table.
        summary: Of the snapshots that the commit takes: those that remove, if there is something to remove, and one
            that adds.

    Raises:
        RetryableError: somebody else committed something that this may contradict.
    """
    there = set(target.schema().column_names)
    with _committing(target), target.transaction() as change:
        if missing := [field for field in iceberg_schema(table).fields if field.name not in there]:
            with change.update_schema() as update:
                for field in missing:
                    update.add_column(field.name, field.field_type, field.doc)
        if len(rows):
            change.overwrite(rows, where, snapshot_properties=dict(summary))
        else:
            change.delete(where, snapshot_properties=dict(summary))
        change.set_properties(dict(properties))


def snapshots_of(target: IcebergTable) -> list[Taken]:
    """Tell what snapshots a table has, and what they are about."""
    return [
        taken(
            found.snapshot_id,
            datetime.fromtimestamp(found.timestamp_ms / 1000, UTC),
            found.summary.additional_properties if found.summary else {},
        )
        for found in target.snapshots()
    ]


def led_to(target: IcebergTable) -> set[int]:
    """Name the snapshots that branches and tags lead to."""
    return {ref.snapshot_id for ref in target.refs().values()}


def expire(target: IcebergTable, snapshot_ids: Collection[int]) -> int:
    """
    Take snapshots out of a table, then remove the files that only they had; tells how many.

    Raises:
        RetryableError: somebody else committed at the same time.
    """
    going = [found for found in target.snapshots() if found.snapshot_id in snapshot_ids]
    before = _manifests(target, going)
    lists = {found.manifest_list for found in going}
    with _committing(target):
        target.maintenance.expire_snapshots().by_ids(list(snapshot_ids)).commit()
    target.refresh()
    after = _manifests(target, target.snapshots())
    gone = {path: manifest for path, manifest in before.items() if path not in after}
    data = _data_files(target, gone.values())
    if data:
        data -= _data_files(target, after.values())
    return _remove(target, [*sorted(data), *sorted(gone), *sorted(lists)])


def _manifests(target: IcebergTable, snapshots: Iterable[Snapshot]) -> dict[str, ManifestFile]:
    return {manifest.manifest_path: manifest for found in snapshots for manifest in found.manifests(target.io)}


def _data_files(target: IcebergTable, manifests: Iterable[ManifestFile]) -> set[str]:
    return {entry.data_file.file_path for manifest in manifests for entry in manifest.fetch_manifest_entry(target.io)}


def _remove(target: IcebergTable, paths: Collection[str]) -> int:
    removed = 0
    for path in paths:
        try:
            target.io.delete(path)
            removed += 1
        except OSError as refused:
            # Some catalogs keep that for themselves, as S3 Tables does.
            log.warning("%s is of no snapshot any more, and cannot be removed: %s", path, refused)
    return removed


@contextmanager
def _committing(target: IcebergTable) -> Iterator[None]:
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Delete operation did not match any records")
            yield
    except (CommitFailedException, CommitStateUnknownException, ValidationException) as error:
        name = ".".join(target.name())
        raise RetryableError(
            f"the commit to {name} did not take place, or nobody knows whether it did, since somebody else committed "
            f"or the catalog did not answer: the next try looks at what stands there ({error})"
        ) from error
