"""What the tables are in Iceberg."""

from datetime import date

import pyarrow as pa
import pytest
from pyiceberg.io.pyarrow import schema_to_pyarrow
from pyiceberg.types import DecimalType, IntegerType, ListType, LongType, StringType, TimestamptzType

from insider_web_push.iceberg.mapping import DAY_TABLES, arrow_schema, as_written, iceberg_schema, partitions
from insider_web_push.tables.schemas import ALL_TABLES, CAMPAIGNS, CHANGES, TABLES, Table

DAY = date(2026, 11, 22)
BY_NAME = {table.name: table for table in ALL_TABLES}


def without_metadata(schema: pa.Schema) -> list[tuple[str, str, bool]]:
    """Give names, types and nullability; Iceberg reads texts and lists in Arrow's large kinds."""
    return [(field.name, str(field.type).replace("large_", ""), field.nullable) for field in schema]


@pytest.mark.parametrize("table", ALL_TABLES, ids=lambda table: table.name)
def test_every_column_comes_with_its_type_its_meaning_and_whether_it_may_be_null(table: Table) -> None:
    """By pyiceberg's own way back to Arrow."""
    schema = iceberg_schema(table)
    assert without_metadata(schema_to_pyarrow(schema)) == without_metadata(arrow_schema(table))
    assert schema.column_names[: len(table.partition)] == list(table.partition)
    meanings = [field.metadata[b"description"].decode() for field in table.schema]
    assert [field.doc for field in schema.fields][len(table.partition) :] == meanings
    assert len({*schema._lazy_id_to_name}) == len(schema._lazy_id_to_name)


def test_types_are_those_that_lose_nothing() -> None:
    schema = iceberg_schema(TABLES["campaign_day"])
    kinds = {name: schema.find_field(name).field_type for name in ("sent", "revenue", "fetched_at", "schema_version")}
    assert kinds == {
        "sent": LongType(), "revenue": DecimalType(38, 9), "fetched_at": TimestamptzType(),
        "schema_version": IntegerType(),
    }  # fmt: skip
    listed = schema.find_field("failed_checks").field_type
    assert isinstance(listed, ListType)
    assert (listed.element_type, listed.element_required) == (StringType(), False)


@pytest.mark.parametrize("table", ALL_TABLES, ids=lambda table: table.name)
def test_a_row_is_identified_by_its_partition_and_its_key(table: Table) -> None:
    """All of which are there in every row."""
    schema = iceberg_schema(table)
    assert schema.identifier_field_names() == {*table.partition, *table.key}
    assert all(schema.find_field(name).required for name in schema.identifier_field_names())


def test_days_are_partitioned_by_account_and_month_and_campaigns_by_account() -> None:
    shown = {
        table.name: [f"{field.name} {field.transform}" for field in partitions(table).fields]
        for table in (CHANGES, CAMPAIGNS)
    }
    assert shown == {
        "campaign_day_change": ["partner_id identity", "day_month month"],
        "campaign": ["partner_id identity"],
    }


def test_the_tables_of_a_day_are_all_there_and_the_campaigns_come_last() -> None:
    """Whoever waits for `campaign_day` finds the others written."""
    assert {table.name for table in DAY_TABLES} == set(BY_NAME) - {CAMPAIGNS.name}
    assert DAY_TABLES[-1].name == "campaign_day"


def test_rows_are_written_with_their_account_and_day() -> None:
    """Columns in Iceberg's order, whatever else the reader gives."""
    table = TABLES["campaign_day_goal"]
    rows = table.schema.empty_table().append_column("later", pa.array([], pa.string()))
    assert as_written(table, rows, partner_id="brand", day=DAY).schema == arrow_schema(table)
    one = pa.Table.from_pylist(
        [
            {"campaign_id": "1", "goal": "camp-join", "label": None, "revision": 1, "fetched_at": None}
            | {"schema_version": 3}
        ],
        table.schema,
    )
    (row,) = as_written(table, one, partner_id="007", day=DAY).to_pylist()
    assert (row["partner_id"], row["day"], row["goal"]) == ("007", DAY, "camp-join")
