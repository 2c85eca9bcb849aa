"""A catalog, and a lake whose days are followed into it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from airflow.providers.apache.iceberg.hooks.iceberg import IcebergHook
from pyiceberg.catalog import Catalog

from include.servers import iceberg_rest
from tests.integration.iceberg.lakehouse import NAMESPACE, Lakehouse, sql_catalog


@pytest.fixture(scope="package")
def rest() -> Iterator[dict[str, Any]]:
    """The connection of a REST catalog."""
    with iceberg_rest() as connection:
        yield connection


@pytest.fixture
def catalog(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Catalog]:
    """A catalog without tables, by Airflow's hook; in SQL, unless a test is about both."""
    kind = getattr(request, "param", "sql")
    connection = sql_catalog(tmp_path) if kind == "sql" else request.getfixturevalue("rest")
    monkeypatch.setenv("AIRFLOW_CONN_ICEBERG_DEFAULT", json.dumps(connection))
    found = IcebergHook("iceberg_default").catalog
    yield found
    for identifier in found.list_tables(NAMESPACE) if found.namespace_exists(NAMESPACE) else []:
        found.drop_table(identifier)


@pytest.fixture
def house(tmp_path: Path, catalog: Catalog) -> Lakehouse:
    """A published day, which nothing follows yet."""
    found = Lakehouse(tmp_path / "lake", catalog)
    found.publish()
    return found
