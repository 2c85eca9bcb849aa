"""
The tables of a day as Arrow, where a campaign takes a twentieth of what its rows take as dicts. Pure.

Rows as dicts are made of a batch at a time, so that what a day takes in memory hardly follows its campaigns. They stand
in the order in which they were made; files are sorted when they are written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from insider_web_push.tables.campaign_day import TableRows
from insider_web_push.tables.files import arrow_of
from insider_web_push.tables.schemas import PROVENANCE, TABLES

T = TypeVar("T")
DayTables = Mapping[str, pa.Table]
"""The tables by name, without the columns that only a revision knows."""
BATCH = 250
"""How many campaigns, or rows of a table, are dicts at a time."""
_SCHEMAS = {
    name: pa.schema([field for field in table.schema if field.name not in PROVENANCE - {"fetched_at"}])
    for name, table in TABLES.items()
}


def in_batches(items: Iterable[T]) -> Iterator[list[T]]:
    """Give items a batch at a time."""
    every = list(items)
    for start in range(0, len(every), BATCH):
        yield every[start : start + BATCH]


def day_tables(rows: TableRows) -> DayTables:
    """Make tables of rows."""
    return {name: arrow_of(rows[name], schema) for name, schema in _SCHEMAS.items()}


def from_file(name: str, file: pa.Table) -> pa.Table:
    """Take a table from a revision's file; columns that came after the file are null."""
    columns = [
        file[field.name] if field.name in file.column_names else pa.nulls(len(file), field.type)
        for field in _SCHEMAS[name]
    ]
    return pa.table(columns, schema=_SCHEMAS[name])


def joined(parts: Sequence[DayTables]) -> DayTables:
    """Put the rows of parts behind each other; a part may lack tables."""
    return {
        name: pa.concat_tables([schema.empty_table(), *(part[name] for part in parts if name in part)])
        for name, schema in _SCHEMAS.items()
    }


def campaigns_in(tables: DayTables) -> list[str]:
    """Give the ids of the campaigns that have rows."""
    return list(tables["campaign_day"]["campaign_id"].to_pylist())


def only(tables: DayTables, campaigns: Collection[str]) -> DayTables:
    """Leave the rows of some campaigns."""
    return {name: of_campaigns(table, campaigns) for name, table in tables.items()}


def of_campaigns(table: pa.Table, campaigns: Collection[str]) -> pa.Table:
    """Leave the rows of some campaigns in one table."""
    mask = pc.is_in(table["campaign_id"], value_set=pa.array(campaigns, pa.string()))
    return table if pc.all(mask).as_py() else table.filter(mask)  # which would copy it


def each_row(table: pa.Table, *columns: str) -> Iterator[dict[str, Any]]:
    """Give a table's rows as dicts; by default without what says where they come from."""
    chosen = table.select(list(columns)) if columns else table.drop_columns(list(PROVENANCE & {*table.column_names}))
    for start in range(0, len(chosen), BATCH):
        yield from chosen.slice(start, BATCH).to_pylist()


def rows_in(tables: DayTables, campaigns: Collection[str]) -> TableRows:
    """Give the rows of some campaigns as dicts, without what says where they come from."""
    return {name: list(each_row(table)) for name, table in only(tables, campaigns).items()}


def stamped(tables: DayTables, fetched_at: Mapping[str, datetime]) -> DayTables:
    """Give tables with other instants, by campaign id; a campaign that is not among them keeps its own."""
    ids = pa.array(fetched_at, pa.string())
    return {name: _stamped(table, ids, list(fetched_at.values())) for name, table in tables.items()}


def _stamped(table: pa.Table, ids: pa.Array, instants: list[datetime]) -> pa.Table:
    at = table.schema.get_field_index("fetched_at")
    field = table.schema.field(at)
    found = pa.array(instants, field.type).take(pc.index_in(table["campaign_id"], value_set=ids))
    return table.set_column(at, field, pc.coalesce(found, table["fetched_at"]))
