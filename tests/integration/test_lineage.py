"""What Airflow's OpenLineage provider is told of fetch and publish, as it sends it to a file."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from airflow.providers.openlineage.extractors.manager import ExtractorManager
from airflow.providers.openlineage.plugins.adapter import OpenLineageAdapter
from airflow.providers.openlineage.utils.utils import translate_airflow_asset
from airflow.utils.state import TaskInstanceState
from openlineage.client import OpenLineageClient
from openlineage.client.transport.file import FileConfig, FileTransport

from include.simulator.process import Simulator
from insider_web_push.operators.fetch import CampaignMetricsOperator
from insider_web_push.tables.schemas import TABLES
from tests.integration.pipeline import ASSET, DAY, Pipeline

RUN = "01a21a6d-1243-74e9-9aee-1d8e60cccb5e"
Event = dict[str, Any]


def sent(operator: Any, folder: Path) -> Event:
    """Give the event of a task that has succeeded, as the provider makes it and a file transport writes it."""
    task = ExtractorManager().extract_metadata(
        SimpleNamespace(run_id="manual__1"), operator, TaskInstanceState.SUCCESS, SimpleNamespace()
    )
    file = folder / f"{operator.task_id}.json"
    adapter = OpenLineageAdapter(OpenLineageClient(transport=FileTransport(FileConfig(str(file), append=True))))
    adapter.complete_task(
        RUN, operator.task_id, "2026-03-11T01:00:00Z", task, None, None, owners=None, tags=None, job_description=None
    )
    event: Event = json.loads(file.read_text())
    return event


def places(datasets: list[Event]) -> list[tuple[str, str]]:
    """Give the datasets' names."""
    return [(dataset["namespace"], dataset["name"]) for dataset in datasets]


def test_a_fetch_reads_the_api_and_writes_raw_answers(sim: Simulator, day: Pipeline, tmp_path: Path) -> None:
    """By the names of the naming specification, without a connection's id."""
    operator = CampaignMetricsOperator(
        task_id="fetch", campaign_id="1", day=DAY, conn_id=day.conn_id, storage=day.storage, timezone=day.timezone
    )
    event = sent(operator, tmp_path)
    assert places(event["inputs"]) == [(sim.url, "v1/statistics/campaign-metrics")]
    assert places(event["outputs"]) == [("file", f"{day.folder}/raw/campaign_metrics/partner_id=brand")]


def test_a_publish_writes_the_tables_with_their_columns_rows_and_checks(
    sim: Simulator, day: Pipeline, tmp_path: Path
) -> None:
    """One that only announces a revision again writes none."""
    sim.campaign(day.plan_of_one(), spoil={"overview.targeted.sent": "n/a"})
    swept = day.discover()
    for planned in day.plan(swept):
        day.fetch(**planned)
    operator = day.publish_task(swept)
    day.execute(operator)
    event = sent(operator, tmp_path)
    raw = [f"{day.folder}/raw/{kind}/partner_id=brand" for kind in ("overall_metrics", "campaign_metrics")]
    assert places(event["inputs"]) == [("file", place) for place in raw]
    tables = {dataset["name"].split("/")[-2]: dataset for dataset in event["outputs"]}
    assert list(tables) == list(TABLES)
    for name, table in TABLES.items():
        statistics = tables[name]["outputFacets"]["outputStatistics"]
        assert (statistics["rowCount"], statistics["fileCount"]) == (len(day.read("campaign_id", name)), 1)
        columns = [field["name"] for field in tables[name]["facets"]["schema"]["fields"]]
        assert columns == table.schema.names
    assertions = tables["campaign_day"]["facets"]["dataQualityAssertions"]["assertions"]
    failed = {item["assertion"]: item["actual"] for item in assertions if not item["success"]}
    assert failed.keys() == day.manifest.checks.keys() >= {"unreadable"}
    assert failed["unreadable"] == f"{DAY}: 1 of 4"
    again = day.publish_task(swept)
    day.execute(again)
    (tmp_path / "again").mkdir()
    assert sent(again, tmp_path / "again")["outputs"] == []


def test_assets_are_datasets_as_well() -> None:
    """So that a consumer's lineage leads to the DAG that it waits for."""
    found = translate_airflow_asset(ASSET, None)
    assert found is not None
    assert (found.namespace, found.name) == ("x-insider-web-push://default", "campaign_day")
