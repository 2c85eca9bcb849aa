"""The tables that people read."""

from datetime import date
from io import BytesIO

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from insider_web_push.publishing.revision import content_of, files_of
from insider_web_push.tables.schemas import (
    ALL_TABLES,
    CAMPAIGNS,
    CHANGES,
    PROVENANCE,
    SCHEMA_VERSION,
    TABLES,
    Table,
)
from insider_web_push.vocabulary import DayStatus
from tests.builders import FETCHED_AT, gathered_day, sample, snapshot, swept

every_table = pytest.mark.parametrize("table", ALL_TABLES, ids=lambda table: table.name)
every_snapshot = pytest.mark.parametrize("table", TABLES.values(), ids=TABLES.keys())


def published() -> dict[str, pa.Table]:
    """Give the tables of a day of two campaigns, as read back from its files."""
    stored = {f"key-{campaign}": snapshot(campaign, baseline=None) for campaign in ("1", "2")}
    day = gathered_day([swept("2"), swept("1"), swept("3", clicks=0)], stored)
    content = content_of(day, lambda _: stored, status=DayStatus.COMPLETE, accepted={})
    return {name: pq.read_table(BytesIO(data)) for name, (data, _) in files_of(content.tables, revision=7).items()}


@every_table
def test_keys_are_columns_that_are_never_null(table: Table) -> None:
    """A key that may be null identifies nothing."""
    assert all(not table.schema.field(name).nullable for name in table.key)


@every_table
def test_every_column_says_what_it_means(table: Table) -> None:
    """In the file itself, for whoever opens it."""
    assert all((field.metadata or {}).get(b"description") for field in table.schema)


@every_table
def test_partition_columns_are_not_in_the_file(table: Table) -> None:
    """They are in the path, and readers of the folder would get them twice."""
    assert not set(table.partition) & set(table.schema.names)
    assert set(table.schema.names) >= PROVENANCE


@every_table
def test_counts_rates_money_and_instants_have_one_type_each(table: Table) -> None:
    """The same everywhere."""
    kinds = {
        "revenue": pa.decimal128(38, 9),
        "revenue_reported": pa.decimal128(38, 9),
        "delta": pa.decimal128(38, 9),
        "starts_at": pa.timestamp("us", tz="UTC"),
        "ends_at": pa.timestamp("us", tz="UTC"),
        "changed_at": pa.timestamp("us", tz="UTC"),
        "revision": pa.int64(),
        "schema_version": pa.int32(),
        "fetched_at": pa.timestamp("us", tz="UTC"),
        "sent": pa.int64(),
        "clicks": pa.int64(),
        "count": pa.int64(),
        "ctr": pa.float64(),
        "percentage_reported": pa.float64(),
        "currency": pa.string(),
    }
    for name in set(kinds) & set(table.schema.names):
        assert table.schema.field(name).type == kinds[name], name


@every_snapshot
def test_a_days_rows_have_unique_keys(table: Table) -> None:
    """Over several campaigns of the same answer."""
    rows = published()[table.name].select(list(table.key)).to_pylist()
    assert len(rows) >= 2
    assert len({tuple(row.values()) for row in rows}) == len(rows)


@every_snapshot
def test_a_files_schema_is_the_tables(table: Table) -> None:
    """Types, nullability and descriptions survive the file."""
    assert published()[table.name].schema.equals(table.schema, check_metadata=True)


@every_snapshot
def test_a_day_without_campaigns_writes_a_file_of_no_rows(table: Table) -> None:
    """With all its columns, so that a reader needs no special case."""
    empty = content_of(gathered_day([], {}), lambda _: {}, status=DayStatus.COMPLETE, accepted={})
    read = pq.read_table(BytesIO(files_of(empty.tables, revision=1)[table.name][0]))
    assert read.num_rows == 0
    assert read.schema.names == table.schema.names


def test_only_the_campaigns_are_kept_once_for_an_account() -> None:
    """Everything else is of a day."""
    assert [table.name for table in ALL_TABLES if table.partition == ("partner_id",)] == [CAMPAIGNS.name]
    assert {table.partition for table in (*TABLES.values(), CHANGES)} == {("partner_id", "day")}


def test_every_row_carries_its_revision() -> None:
    """With when it was fetched, and which schema it follows."""
    rows = published()["campaign_day"].to_pylist()
    assert {row["revision"] for row in rows} == {7}
    assert {row["schema_version"] for row in rows} == {SCHEMA_VERSION}
    assert rows[0]["fetched_at"] == FETCHED_AT


def test_a_day_can_be_read_with_the_types_that_people_expect() -> None:
    """Sorted by campaign, lists as lists, instants in UTC."""
    rows = published()["campaign_day"].to_pylist()
    assert [row["campaign_id"] for row in rows] == ["1", "2", "3"]
    assert rows[0]["name"] == sample("campaign_metrics_older")["name"]
    assert (rows[0]["failed_checks"], rows[2]["detail_status"]) == ([], "quiet")
    assert rows[0]["fetched_at"].date() == date(2026, 11, 23)
