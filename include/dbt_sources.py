"""Writes docs/dbt/models/sources.yml: the tables as dbt knows them, with their keys and closed sets as tests."""

from typing import Any

import pyarrow as pa
import yaml

from insider_web_push.tables.schemas import ALL_TABLES, PER_ACCOUNT, TABLES, Table
from insider_web_push.vocabulary import DetailStatus, Finality, RevenueSource

CLOSED_SETS: dict[str, list[str]] = {
    "detail_status": [*DetailStatus],
    "finality": [*Finality],
    "revenue_source": [*RevenueSource],
    "table_name": [*TABLES],
    "outcome": ["dropped", "undelivered"],
}
"""Columns whose values are a closed set, whichever table they are in."""

_PARTITIONS = {
    "partner_id": "The account, of the path.",
    "day": "The day, in the account's time zone, of the path.",
}


def dbt_sources(command: str) -> str:
    """Give the file; `command` is what writes it."""
    source = {
        "name": "insider_web_push",
        "description": "Web push campaign analytics of Insider. What the columns mean: docs/data-dictionary.md.",
        "schema": "{{ var('insider_schema') }}",
        # DuckDB alone reads it: other engines have tables, as docs/athena.sql makes them.
        "config": {"formatter": "oldstyle"},
        "tables": [_table(table) for table in ALL_TABLES],
    }
    text = yaml.safe_dump({"version": 2, "sources": [source]}, sort_keys=False, width=120, allow_unicode=True)
    return f"# Written by `{command}` from the schemas in the code.\n{text}"


def _table(table: Table) -> dict[str, Any]:
    columns = [
        *(_column(pa.field(name, pa.string(), nullable=False), _PARTITIONS[name]) for name in table.partition),
        *(_column(field, field.metadata[b"description"].decode()) for field in table.schema),
    ]
    return {
        "name": table.name,
        "description": f"A row is {table.grain}.",
        "config": {"external_location": _files(table)},
        "data_tests": [{"unique_together": {"arguments": {"columns": [*table.partition, *table.key]}}}],
        "columns": columns,
    }


def _column(field: pa.Field, description: str) -> dict[str, Any]:
    tests: list[Any] = [] if field.nullable else ["not_null"]
    if field.name in CLOSED_SETS:
        tests.append({"accepted_values": {"arguments": {"values": [str(value) for value in CLOSED_SETS[field.name]]}}})
    return {"name": field.name, "description": description} | ({"data_tests": tests} if tests else {})


def _files(table: Table) -> str:
    """Give the call by which DuckDB reads a table. A partner id may look like a number, and stays a text."""
    types = {"partner_id": "VARCHAR"} | ({} if table.partition == PER_ACCOUNT else {"day": "DATE"})
    written = ", ".join(f"'{name}': {kind}" for name, kind in types.items())
    folders = "/*" * len(table.partition)
    return (
        f"read_parquet('{{{{ var('insider_storage') }}}}/tables/{table.name}{folders}/*.parquet', "
        f"hive_partitioning = true, hive_types = {{{written}}}, union_by_name = true)"
    )
