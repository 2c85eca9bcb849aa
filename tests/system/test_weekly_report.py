"""The weekly report under a real scheduler: the days' events start it, and so does a correction that matters."""

import json
from datetime import date

import pendulum
import pytest

from tests.system.conftest import EVERY_WEEK, REFRESH, WEEKLY, System

pytestmark = pytest.mark.system

ACCOUNT = "reported"
MONDAY = pendulum.today("Europe/Istanbul").start_of("week").subtract(weeks=2).date()


def refresh(system: System, **form: object) -> None:
    """Refresh days of the week, which must succeed."""
    dag = system.dag(ACCOUNT, of=REFRESH)
    run_id = system.airflow.api.trigger(dag, logical_date=pendulum.now("UTC"), conf=form)
    assert system.airflow.api.wait_for_run(dag, run_id)["state"] == "success"


def weeks(system: System, monday: date) -> list[dict[str, object]]:
    """Give the runs that have ended of the DAG that waits for a whole week."""
    runs = [run for run in system.airflow.api.runs(EVERY_WEEK) if run["partition_key"] == monday.isoformat()]
    return [run for run in runs if run["state"] in {"success", "failed"}]


def reports(system: System, number: int) -> list[str]:
    """Wait until so many reports of the week have ended; gives the states of their task, the first run's first."""
    dag = system.dag(ACCOUNT, of=WEEKLY)

    def ended() -> list[dict[str, object]]:
        of_week = [run for run in system.airflow.api.runs(dag) if run["partition_key"] == MONDAY.isoformat()]
        runs = [run for run in of_week if run["state"] in {"success", "failed"}]
        return runs if len(runs) >= number else []

    runs = system.airflow.api.wait_for(ended, f"{number} runs of {dag}")
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


def test_a_week_from_daily_runs_and_a_refresh_at_once_is_reported(system):
    """Its days come by four tasks that publish at the same time, as the scheduler has it (apache/airflow#71070)."""
    system.sim.patch(now=pendulum.now("UTC"), campaigns=1, quiet_campaigns=0)
    monday = MONDAY.subtract(weeks=1)
    daily = [system.trigger(monday.add(days=number), ACCOUNT) for number in range(3)]
    refresh(system, first_day=str(monday.add(days=3)), last_day=str(monday.add(days=6)), mode="missing")
    assert [system.wait(run_id, ACCOUNT) for run_id in daily] == ["success"] * 3
    system.airflow.api.wait_for(lambda: weeks(system, monday), "the DAG that waits for a week")
    assert [run["state"] for run in weeks(system, monday)] == ["success"]
    assert [len(system.events(monday.add(days=number), ACCOUNT)) for number in range(7)] == [1] * 7
