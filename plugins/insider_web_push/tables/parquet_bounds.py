"""How much a Parquet file may unpack to: a small one can say that it holds millions of equal rows. Pure."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq

from insider_web_push.errors import DamagedObject

MOST_ROWS = 5_000_000
"""Of one table of a day, or of an account's campaigns: fifty times what the longest list that is believed can give."""
MOST_BYTES = 2**30


def bounded_file(data: bytes) -> pq.ParquetFile:
    """
    Open a Parquet file that may be read whole.

    Raises:
        DamagedObject: it says itself that it is larger than any that this package writes.
    """
    file = pq.ParquetFile(pa.BufferReader(data))
    found = file.metadata
    size = sum(found.row_group(number).total_byte_size for number in range(found.num_row_groups))
    if found.num_rows > MOST_ROWS or size > MOST_BYTES:
        raise DamagedObject(
            f"a stored table of {len(data)} bytes unpacks to {found.num_rows} rows of {size} bytes, more than "
            f"{MOST_ROWS} rows or {MOST_BYTES // 2**20} MiB: remove it, and rebuild the day"
        )
    return file
