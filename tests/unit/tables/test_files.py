"""Tables as files."""

from datetime import UTC, datetime
from decimal import Decimal

from insider_web_push.tables.files import to_arrow, to_parquet
from insider_web_push.tables.schemas import OLDEST_SCHEMA, SCHEMA_VERSION, SINCE, TABLES


def test_a_file_is_made_as_an_older_version_made_it() -> None:
    """Without the columns that came later, so that a lost one is restored byte for byte."""
    table = TABLES["campaign_day"]
    older = to_arrow(table, [], version=OLDEST_SCHEMA).schema
    assert set(table.schema.names) - set(older.names) == set(SINCE)
    assert to_arrow(table, []).schema == table.schema
    assert all(OLDEST_SCHEMA < version <= SCHEMA_VERSION for version in SINCE.values())


def test_the_largest_amount_fits() -> None:
    """What number_parsing lets through, the file must hold."""
    amount = Decimal("9" * 29 + ".123456789")
    row = {"campaign_id": "1", "device": "Desktop", "revenue": amount}
    assert to_arrow(TABLES["campaign_day_device"], [row])["revenue"].to_pylist() == [amount]


def test_equal_rows_give_equal_bytes() -> None:
    """In whatever order they came: content hashes and stores' etags then mean something."""
    stamp = {"fetched_at": datetime(2026, 11, 23, tzinfo=UTC), "revision": 1, "schema_version": 1}
    rows = [{"campaign_id": str(n), "device": d, "sent": n, **stamp} for n in (2, 10, 1) for d in ("Mobile", "Desktop")]
    table = TABLES["campaign_day_device"]
    assert to_parquet(to_arrow(table, rows)) == to_parquet(to_arrow(table, rows[::-1]))
