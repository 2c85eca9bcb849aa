"""Tables as Arrow and as Parquet files: equal rows give equal bytes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from insider_web_push.tables.parquet_bounds import bounded_file
from insider_web_push.tables.schemas import SCHEMA_VERSION, Row, Table


def to_arrow(table: Table, rows: Sequence[Row], *, version: int = SCHEMA_VERSION) -> pa.Table:
    """
    Build the Arrow table of *rows*, sorted by the table's key, so that equal rows give equal files.

    Args:
        version: Of the table's columns, for a file as an older version of the code wrote it.
    """
    ordered = sorted(rows, key=lambda row: [str(row[name]) for name in table.key])
    return arrow_of(map(dict, ordered), table.schema_of(version))


def arrow_of(rows: Iterable[dict[str, Any]], schema: pa.Schema) -> pa.Table:
    """Build an Arrow table of *rows* as they come; a column that a row does not have is null."""
    # At once: made one by one, each column asks the environment how to take instants.
    return pa.Table.from_arrays(pa.array(rows, pa.struct(list(schema))).flatten(), schema=schema)


def from_parquet(data: bytes) -> pa.Table:
    """Read what `to_parquet` wrote, by this version or an older one."""
    # Not by read_table, which opens a dataset and starts threads: five times as long for a day's file.
    return bounded_file(data).read(use_threads=False)


def to_parquet(data: pa.Table) -> bytes:
    """Write Parquet; the same table gives the same bytes with the same pyarrow."""
    out = pa.BufferOutputStream()  # not BytesIO, which is called back for each piece
    pq.write_table(data, out, compression="zstd")
    return bytes(out.getvalue())
