"""How much a stored table may unpack to."""

import pyarrow as pa
import pytest

from insider_web_push.errors import DamagedObject
from insider_web_push.tables.files import from_parquet, to_parquet
from insider_web_push.tables.parquet_bounds import MOST_ROWS


def _many_rows() -> pa.Table:
    return pa.table({"x": pa.nulls(MOST_ROWS + 1, pa.bool_())})


def test_a_small_file_of_more_rows_than_any_table_has_is_refused() -> None:
    """Before they are made: equal values take no room in the file."""
    bomb = to_parquet(_many_rows())
    assert len(bomb) < 100_000
    with pytest.raises(DamagedObject, match="unpacks to 5000001 rows"):
        from_parquet(bomb)


@pytest.mark.parametrize("rows", [0, 1, 100_000])
def test_a_table_of_any_real_size_is_read(rows: int) -> None:
    """An account's campaigns, for example."""
    table = pa.table({"x": pa.array(range(rows), pa.int64())})
    assert from_parquet(to_parquet(table)) == table
