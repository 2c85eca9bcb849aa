"""The weekly report as Parquet."""

from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from insider_web_push.reports.weekly_tables import WEEKLY_TABLES, report_files
from tests.weeks import MONDAY, campaign_day, loss, report

ROWS = [
    campaign_day("1"), campaign_day("1", 1, currency="EUR", revenue=Decimal("0.000000001")),
    campaign_day("2", name="\t夏<b>", revenue=None, currency=None, targeted=None),
]  # fmt: skip
BEFORE = [campaign_day("1", -7, clicks=10), campaign_day("3", -7)]
FOUND = report(ROWS, BEFORE, unsuccessful=[loss("undelivered", "offline", 300)])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables as files."""
    path = tmp_path_factory.mktemp("week")
    for name, data in report_files(FOUND).items():
        (path / f"{name}.parquet").write_bytes(data)
    return path


def ask(folder: Path, query: str) -> list[tuple[Any, ...]]:
    """Ask in SQL, where each table is a view."""
    with duckdb.connect() as connection:
        for name in WEEKLY_TABLES:
            connection.execute(f"CREATE VIEW {name} AS FROM '{folder}/{name}.parquet'")
        return connection.execute(query).fetchall()


@pytest.mark.parametrize("name", WEEKLY_TABLES)
def test_a_table_has_its_schema_and_its_key(name: str) -> None:
    """As documented; no two rows have one key."""
    table, written = WEEKLY_TABLES[name], pq.read_table(BytesIO(report_files(FOUND)[name]))
    assert written.schema == table.schema
    keys = [tuple(row[column] for column in table.key) for row in written.to_pylist()]
    assert len(keys) == len(set(keys)) > 0


def test_a_campaign_with_two_currencies_is_counted_once(folder: Path) -> None:
    """Its revenue stands in a table of its own."""
    query = "SELECT campaign_id, name, gone, targeted, clicks, clicks_before FROM campaigns ORDER BY 1"
    assert ask(folder, query) == [
        ("1", "Campaign 1", False, 2200, 80, 10), ("2", "\t夏<b>", False, None, 40, None),
        ("3", "Campaign 3", True, 0, 0, 40),
    ]  # fmt: skip
    assert ask(folder, "FROM campaign_revenue ORDER BY 1, 2") == [
        ("1", "EUR", Decimal("0.000000001"), None), ("1", "TRY", Decimal(100), Decimal(100)),
        ("3", "TRY", None, Decimal(100)),
    ]  # fmt: skip


def test_totals_are_exact(folder: Path) -> None:
    """Money to its last place; a rate is a number beside it."""
    query = "SELECT currency, value, before, change FROM totals WHERE metric = 'revenue' ORDER BY 1"
    assert ask(folder, query) == [
        ("EUR", Decimal("0.000000001"), None, None), ("TRY", Decimal(100), Decimal(200), -0.5),
    ]  # fmt: skip
    assert ask(folder, "SELECT value FROM totals WHERE metric = 'ctr'") == [(Decimal("0.05"),)]


def test_the_tables_add_up_to_the_totals(folder: Path) -> None:
    """By day, by campaign, and by currency."""
    total = ask(folder, "SELECT value FROM totals WHERE metric = 'sent'")
    assert ask(folder, "SELECT sum(sent) FROM daily") == total == [(3000,)]
    assert ask(folder, "SELECT sum(sent) FROM campaigns") == total
    assert ask(folder, "SELECT day, sum(revenue) FROM daily_revenue GROUP BY 1 ORDER BY 1 LIMIT 1") == [
        (MONDAY, Decimal(100))
    ]
    assert ask(folder, "FROM losses") == [("undelivered", "offline", 300, 0.1)]
