"""The main job under a real scheduler: what a run leaves behind."""

import pendulum
import pytest

from tests.system.conftest import CONSUMER, KEY, System

pytestmark = pytest.mark.system

YESTERDAY = pendulum.yesterday("Europe/Istanbul").date()


@pytest.fixture(scope="module", autouse=True)
def run_id(system: System) -> str:
    """One good run of yesterday."""
    run_id, state = system.run_day(YESTERDAY)
    assert state == "success"
    return run_id


def test_every_campaign_of_the_day_is_a_row(system):
    """The list's campaigns, active and quiet, are the table's rows."""
    rows = {row["campaign_id"]: row for row in system.reader().read(YESTERDAY).to_pylist()}
    assert sorted(row["detail_status"] for row in rows.values()) == ["fetched"] * 4 + ["quiet"]
    assert all(row["sent"] == row["delivered"] + row["undelivered"] for row in rows.values())


def test_tasks_are_labelled_with_day_name_and_id(system, run_id):
    """The grid shows what each map index is about."""
    rows = system.reader().read(YESTERDAY).to_pylist()
    expected = {
        f"{YESTERDAY} · {row['name']} ({row['campaign_id']})" for row in rows if row["detail_status"] == "fetched"
    }
    assert {task["rendered_map_index"] for task in system.tasks(run_id, task_id="fetch")} == expected


def test_the_layout_is_as_documented(system):
    """Raw answers, revision, manifest and copies lie where downstream people look for them."""
    root, partition = system.storage / "default", f"partner_id={system.sim.partner_id}/day={YESTERDAY}"
    assert len(list(root.glob(f"raw/campaign_metrics/{partition}/campaign_id=*/*.json.gz"))) == 4
    assert len(list(root.glob(f"raw/overall_metrics/{partition}/*.json.gz"))) == 1
    (revision,) = root.glob(f"revisions/{partition}/rev=1/campaign_day-*.parquet")
    assert revision.read_bytes() == (root / f"tables/campaign_day/{partition}/part-0.parquet").read_bytes()
    assert (root / f"manifests/{partition}.json").exists()


def test_one_event_and_the_consumer_reads_the_day(system):
    """The day's partition is announced once, and starts the consumer, which adds it up."""
    (event,) = system.events(YESTERDAY)
    (started,) = event["created_dagruns"]
    consumer = system.airflow.api.wait_for_run(CONSUMER, started["run_id"])
    assert (consumer["state"], consumer["partition_key"]) == ("success", YESTERDAY.isoformat())
    totals = system.airflow.api.xcom(CONSUMER, started["run_id"], "totals")
    rows = system.reader().read(YESTERDAY).to_pylist()
    assert (totals["campaigns"], totals["sent"]) == (5, sum(row["sent"] for row in rows))


@pytest.mark.parametrize(
    ("form", "state", "said"),
    [({"day": YESTERDAY.isoformat()}, "success", "5 campaigns"), ({}, "failed", "fill in Day of the form")],
    ids=["with-a-day", "without"],
)
def test_the_consumer_is_triggered_by_hand(system, form, state, said):
    """Such a run has no partition: its day is the form's, or its log says what to fill in."""
    run_id = system.airflow.api.trigger(CONSUMER, logical_date=None, conf=form)
    run = system.airflow.api.wait_for_run(CONSUMER, run_id)
    assert (run["state"], run["partition_key"]) == (state, None)
    assert said in system.airflow.api.log(CONSUMER, run_id, "totals")


def test_the_event_is_no_longer_owed(system):
    """Verify has noted that publish succeeded."""
    assert system.reader().manifest(YESTERDAY).event is None


def test_a_second_run_spends_calls_only_where_figures_moved(system):
    """Nothing moved: the list is read, nothing is fetched, and there is no new revision and no event."""
    system.sim.patch(now=pendulum.now("UTC"))
    _, first = system.run_day(YESTERDAY)
    system.sim.clear()
    before = system.reader().manifest(YESTERDAY).revision, len(system.events(YESTERDAY))
    _, second = system.run_day(YESTERDAY)
    assert (first, second) == ("success", "success")
    assert system.calls(YESTERDAY) == []
    assert (system.reader().manifest(YESTERDAY).revision, len(system.events(YESTERDAY))) == before


def test_a_day_without_campaigns_is_published_empty(system):
    """An empty list is an answer: zero-row tables, a manifest and an event."""
    day = YESTERDAY.subtract(days=1)
    system.sim.patch(campaigns=0, quiet_campaigns=0)
    run_id, state = system.run_day(day, "empty")
    assert state == "success"
    assert {task["state"] for task in system.tasks(run_id, "empty", task_id="fetch")} == {"skipped"}
    assert system.reader("empty").manifest(day).campaigns == {}
    assert [system.reader("empty").read(day, table).num_rows for table in ("campaign_day", "campaign_day_goal")] == [
        0,
        0,
    ]
    assert len(system.events(day, "empty")) == 1


def test_the_key_is_written_nowhere(system, run_id):
    """Neither logs nor objects hold it; XCom and rendered fields are in the logs' place, the API."""
    folders = [system.airflow.home.logs, system.airflow.home.airflow, system.storage]
    written = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    assert [str(file) for file in written if KEY.encode() in file.read_bytes()] == []
    shown = [
        system.airflow.api.get(f"/dags/{system.dag()}/dagRuns/{run_id}/taskInstances"),
        system.airflow.api.get(f"/dags/{system.dag()}/dagRuns/{run_id}/taskInstances/~/xcomEntries"),
    ]
    assert KEY not in str(shown)
