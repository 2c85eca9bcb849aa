"""
What tasks read and wrote, for OpenLineage: https://openlineage.io/docs/spec/naming.

Airflow's OpenLineage provider asks an operator for it after its task has succeeded. Without that provider, the extra
`openlineage`, nobody does, and this file cannot be imported.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from airflow.providers.openlineage.extractors import OperatorLineage
from openlineage.client.event_v2 import Dataset, OutputDataset
from openlineage.client.facet_v2 import data_quality_assertions_dataset as quality
from openlineage.client.facet_v2 import output_statistics_output_dataset as statistics
from openlineage.client.facet_v2 import schema_dataset

from insider_web_push.api.endpoints import CAMPAIGN_METRICS
from insider_web_push.lake.manifest import Manifest
from insider_web_push.lake.storage import Storage
from insider_web_push.tables.schemas import TABLES, Table
from insider_web_push.vocabulary import CHECK_MEANINGS, Check, DayCheck


def of_fetch(store: Storage, api: str) -> OperatorLineage[Any, Any]:
    """
    Say what a fetch reads and writes.

    Args:
        store: The account's objects.
        api: Scheme, host and port of the API.
    """
    return OperatorLineage(
        inputs=[Dataset(namespace=api, name=CAMPAIGN_METRICS.strip("/"))],
        outputs=[_dataset(store, store.at.days_with_answers)],
    )


def of_publish(store: Storage, published: Sequence[Manifest]) -> OperatorLineage[Any, Any]:
    """
    Say what a publish reads and writes: the tables with their columns, and of the days that it published, how many rows
    they have and which checks hold.
    """
    return OperatorLineage(
        inputs=[_dataset(store, store.at.days_with_lists), _dataset(store, store.at.days_with_answers)],
        outputs=[_table(store, table, published) for table in TABLES.values()] if published else [],
    )


def _table(store: Storage, table: Table, published: Sequence[Manifest]) -> Dataset:
    fields = [
        schema_dataset.SchemaDatasetFacetFields(name=field.name, type=str(field.type), description=_meaning(field))
        for field in table.schema
    ]
    files = [manifest.files[table.name] for manifest in published if table.name in manifest.files]
    facets: dict[str, Any] = {"schema": schema_dataset.SchemaDatasetFacet(fields=fields)}
    if table.name == "campaign_day":
        facets["dataQualityAssertions"] = _assertions(published)
    rows, size = sum(file.rows for file in files), sum(file.bytes for file in files)
    of_outputs: dict[str, Any] = {
        "outputStatistics": statistics.OutputStatisticsOutputDatasetFacet(
            rowCount=rows, size=size, fileCount=len(files)
        )
    }
    namespace, name = store.place(store.at.table_of_account(table.name))
    return OutputDataset(namespace=namespace, name=name, facets=facets, outputFacets=of_outputs)


def _assertions(published: Sequence[Manifest]) -> Any:
    """Give each check as an assertion: how many campaigns fail it, of each day that has such."""

    def said(check: str, days: Iterable[Manifest]) -> str:
        return ", ".join(
            f"{day.day}: {len(failed)} of {len(day.campaigns)}"
            for day in days
            if (failed := day.checks.get(check) or day.day_checks.get(check))
        )

    return quality.DataQualityAssertionsDatasetFacet(
        assertions=[
            quality.Assertion(
                assertion=str(check),
                success=not (actual := said(check, published)),
                severity="warn",
                description=CHECK_MEANINGS.get(check),
                actual=actual or None,
            )
            for check in (*Check, *DayCheck)
        ]
    )


def _dataset(store: Storage, folder: str) -> Dataset:
    namespace, name = store.place(folder)
    return Dataset(namespace=namespace, name=name)


def _meaning(field: Any) -> str | None:
    said = (field.metadata or {}).get(b"description")
    return said.decode() if said else None
