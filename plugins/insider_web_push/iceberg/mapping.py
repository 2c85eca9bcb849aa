"""What the tables are in Iceberg: their columns, their partitions, and rows as they are written. Pure."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.transforms import IdentityTransform, MonthTransform
from pyiceberg.types import (
    BooleanType,
    DateType,
    DecimalType,
    DoubleType,
    IcebergType,
    IntegerType,
    ListType,
    LongType,
    NestedField,
    StringType,
    TimestamptzType,
)

from insider_web_push.tables.schemas import CHANGES, TABLES, Table, column

PARTNER, DAY = "partner_id", "day"
DAY_TABLES = (*(table for name, table in TABLES.items() if name != "campaign_day"), CHANGES, TABLES["campaign_day"])
"""
The tables of a day, in the order in which they are written: where `campaign_day` has a revision of a day, the others
have it as well, or a later one.
"""

_PARTITION_COLUMNS = {
    PARTNER: column(PARTNER, pa.string(), "The account.", nullable=False),
    DAY: column(DAY, pa.date32(), "The day, in the account's time zone.", nullable=False),
}
_TYPES: dict[pa.DataType, IcebergType] = {
    pa.bool_(): BooleanType(),
    pa.int32(): IntegerType(),
    pa.int64(): LongType(),
    pa.float64(): DoubleType(),
    pa.string(): StringType(),
    pa.date32(): DateType(),
    pa.timestamp("us", tz="UTC"): TimestamptzType(),
}


def arrow_schema(table: Table) -> pa.Schema:
    """Give a table's columns as they are written: those that stand in the lake's paths come first."""
    return pa.schema([*(_PARTITION_COLUMNS[name] for name in table.partition), *table.schema])


def iceberg_schema(table: Table) -> Schema:
    """
    Give a table's columns in Iceberg, with their meaning; its key, with the partition, are the identifier fields.

    The catalog that creates the table gives the fields numbers of its own.
    """
    arrow = arrow_schema(table)
    fields = [
        NestedField(
            field_id=number,
            name=field.name,
            field_type=_type_of(field.type, element_id=len(arrow) + number),
            required=not field.nullable,
            doc=field.metadata[b"description"].decode(),
        )
        for number, field in enumerate(arrow, start=1)
    ]
    keys = {*table.partition, *table.key}
    return Schema(*fields, identifier_field_ids=[field.field_id for field in fields if field.name in keys])


def partitions(table: Table) -> PartitionSpec:
    """Give how a table is partitioned: by account, and where it has days by their month."""
    schema = iceberg_schema(table)
    fields = [PartitionField(schema.find_field(PARTNER).field_id, 1000, IdentityTransform(), PARTNER)]
    if DAY in table.partition:
        fields.append(PartitionField(schema.find_field(DAY).field_id, 1001, MonthTransform(), f"{DAY}_month"))
    return PartitionSpec(*fields)


def as_written(table: Table, rows: pa.Table, *, partner_id: str, day: date | None = None) -> pa.Table:
    """
    Give a reader's rows with the columns of their partition.

    Args:
        day: The day of all of them; None for the table of the account.
    """
    values: dict[str, str | date | None] = {PARTNER: partner_id, DAY: day}
    schema = arrow_schema(table)
    columns = [
        pa.array([values[field.name]] * len(rows), field.type) if field.name in table.partition else rows[field.name]
        for field in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def _type_of(kind: pa.DataType, *, element_id: int) -> IcebergType:
    if pa.types.is_decimal(kind):
        return DecimalType(kind.precision, kind.scale)
    if pa.types.is_list(kind):
        element = _type_of(kind.value_type, element_id=0)
        return ListType(element_id=element_id, element_type=element, element_required=False)
    return _TYPES[kind]
