"""What the purge removes from the lake leaves Iceberg's files too, by the run that follows."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from airflow.sdk.exceptions import AirflowSkipException
from pyiceberg.catalog.sql import SqlCatalog

from include.simulator.process import Simulator
from insider_web_push.iceberg.catalog import IcebergTables
from insider_web_push.iceberg.following import Following
from insider_web_push.lake.storage import Storage
from insider_web_push.reader import DayReader
from insider_web_push.tables.schemas import ALL_TABLES
from tests.integration.iceberg.lakehouse import NAMESPACE, sql_catalog
from tests.integration.pipeline import Pipeline


@pytest.fixture
def followed(sim: Simulator, day: Pipeline, tmp_path: Path) -> Following:
    """A day that was published and corrected, and followed each time."""
    connection = sql_catalog(tmp_path)
    found = Following(
        store=Storage(day.storage, "brand"),
        reader=DayReader(day.storage, "brand"),
        tables=IcebergTables(SqlCatalog("lakehouse", uri=connection["host"], **connection["extra"]), NAMESPACE),
        now=lambda: datetime.now(UTC),
    )
    for number, now in enumerate(("2026-03-11T01:00:00+03:00", "2026-03-20T01:00:00+03:00"), start=1):
        sim.patch(now=now)
        day.run_id = f"manual__{number}"
        day.run()
        found.follow(None)
    return found


def again(followed: Following) -> Following:
    """Give what a later task follows with: it has kept nothing."""
    return Following(store=followed.store, reader=followed.reader, tables=followed.tables, now=followed.now)


def rows_of(warehouse: Path, campaign: str) -> Iterator[dict[str, Any]]:
    """Read a campaign's rows from every data file, whichever snapshot it belongs to."""
    for path in warehouse.rglob("*.parquet"):
        with pq.ParquetFile(path) as file:
            yield from (row for row in file.read().to_pylist() if row["campaign_id"] == campaign)


def manifests(warehouse: Path) -> set[Path]:
    """Name the files that say what is in data files, with the least and the greatest of each column."""
    return set(warehouse.rglob("*.avro"))


def test_a_purged_campaign_is_in_no_file_any_more(followed: Following, day: Pipeline, tmp_path: Path) -> None:
    """Not in what moved, nor among the campaigns; nor in what describes the files."""
    gone = day.plan_of_one()
    before = manifests(tmp_path)
    assert len(list(rows_of(tmp_path / "warehouse", gone))) > len(ALL_TABLES)
    day.run_id = "manual__3"
    day.purge(campaigns=[gone])
    assert again(followed).follow(None)
    assert list(rows_of(tmp_path / "warehouse", gone)) == []
    assert not before & manifests(tmp_path)
    rows = followed.tables.open(ALL_TABLES[0]).scan().to_arrow()
    assert set(rows["campaign_id"].to_pylist()) == set(day.read())


def test_a_purged_day_leaves_no_row(followed: Following, day: Pipeline, tmp_path: Path) -> None:
    """And the account has no campaign then."""
    with pytest.raises(AirflowSkipException, match="objects removed"):
        day.purge()
    assert again(followed).follow(None)
    assert list((tmp_path / "warehouse").rglob("*.parquet")) == []
    assert [followed.tables.open(table).scan().to_arrow().num_rows for table in ALL_TABLES] == [0] * len(ALL_TABLES)
    assert again(followed).follow(None) == []
