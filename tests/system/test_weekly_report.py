"""The weekly report under a real scheduler: the days' events start it, and so does a correction that matters."""

import json

import pendulum
import pytest

from tests.system.conftest import REFRESH, WEEKLY, System

pytestmark = pytest.mark.system

ACCOUNT = "reported"
MONDAY = pendulum.today("Europe/Istanbul").start_of("week").subtract(weeks=2).date()


def refresh(system: System, **form: object) -> None:
    """Refresh days of the week, which must succeed."""
    dag = system.dag(ACCOUNT, of=REFRESH)
    run_id = system.airflow.api.trigger(dag, logical_date=pendulum.now("UTC"), conf=form)
    assert system.airflow.api.wait_for_run(dag, run_id)["state"] == "success"


def reports(system: System, number: int) -> list[str]:
    """Wait until so many runs of the report's DAG have ended; gives the states of their task, the first run's first."""
    dag = system.dag(ACCOUNT, of=WEEKLY)

    def ended() -> list[dict[str, object]]:
        runs = [run for run in system.airflow.api.runs(dag) if run["state"] in {"success", "failed"}]
        return runs if len(runs) >= number else []

    runs = system.airflow.api.wait_for(ended, f"{number} runs of {dag}")
    assert {run["partition_key"] for run in runs} == {MONDAY.isoformat()}
    return [
        str(task["state"])
        for run in sorted(runs, key=lambda run: str(run["run_after"]))
        for task in system.airflow.api.task_instances(dag, str(run["dag_run_id"]))
    ]


def test_a_week_is_reported_once_and_again_when_a_correction_matters(system):
    """Seven days in one event are one run; a small correction skips, a large one makes the report anew."""
    system.sim.patch(now=pendulum.now("UTC"))
    refresh(system, first_day=str(MONDAY), last_day=str(MONDAY.add(days=6)), mode="missing")
    assert reports(system, 1) == ["success"]
    year, week, _ = MONDAY.isocalendar()
    partner = f"partner_id={system.sim.partner_id}"
    folder = system.storage / ACCOUNT / "reports" / "weekly" / partner / f"week={year}-W{week:02}"
    page = (folder / "report.html").read_text()
    assert page.startswith("<!DOCTYPE html>")

    rows = system.reader(ACCOUNT).read(MONDAY).to_pylist()
    largest = max(rows, key=lambda row: row["clicks"])["campaign_id"]
    system.sim.move("late", largest, MONDAY, device="Mobile", clicks=1)
    refresh(system, first_day=str(MONDAY), last_day=str(MONDAY))
    assert reports(system, 2) == ["success", "skipped"]
    assert (folder / "report.html").read_text() == page

    for row in rows:
        if row["detail_status"] == "fetched":
            system.sim.move("scale", row["campaign_id"], MONDAY, factor="1.5")
    refresh(system, first_day=str(MONDAY), last_day=str(MONDAY))
    assert reports(system, 3) == ["success", "skipped", "success"]
    assert "1 day corrected since first published" in (folder / "report.html").read_text()
    built = json.loads((folder / "report.json").read_text())
    assert built["revisions"][MONDAY.isoformat()] == 3
