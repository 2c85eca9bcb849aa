"""
Airflow's own backfill, in the UI and at the command line; `tests/system/test_local_days.py` uses the API.

The scheduler notices every 30 s that backfills are complete, and there is one of a DAG at a time.
"""

import subprocess
import sys
from datetime import date, timedelta

from playwright.sync_api import expect

from tests.e2e.office import DAILY, LATENCY_S, REFRESH

FIRST, LAST = date(2026, 4, 6), date(2026, 4, 10)
DAYS = [FIRST + timedelta(days=n) for n in range(5)]


def revisions(office, days=DAYS) -> list[int]:
    return [office.reader().manifest(day).revision for day in days]


def test_five_days_are_published_and_then_corrected_in_place(ui, office):
    """The dialog says how many runs; again with All Runs, the same runs publish what moved, and nothing else."""
    dialog = ui.backfill_form(FIRST, LAST, reprocess="Missing Runs")
    expect(dialog.get_by_text("5 runs will be triggered.")).to_be_visible()
    ui.picture("backfill-form", dialog)
    ui.run_backfill(dialog)
    assert revisions(office) == [1] * 5
    assert len(office.calls()) == 50
    runs = office.run_ids(DAILY)

    sim = office.sims["default"]
    moved = office.calls()[0][0]
    sim.move("late", moved, DAYS[2], device="Mobile", clicks=2, conversions=2, revenue="151.30")
    sim.clear_log()
    dialog = ui.backfill_form(FIRST, LAST, reprocess="All Runs")
    ui.run_backfill(dialog)
    assert revisions(office) == [1, 1, 2, 1, 1]
    assert office.calls() == [(moved, str(DAYS[2]))]
    assert office.run_ids(DAILY) == runs
    ui.page.goto(f"/dags/{DAILY}/backfills")
    expect(ui.page.get_by_role("row").filter(has_text="All Runs")).to_be_visible()
    ui.picture("backfills", height=500)


def test_missing_runs_leaves_what_has_a_run(ui, office):
    """Nothing is left to do where each day has a run, also a red one; the dialog says so and refuses."""
    day = date(2026, 4, 13)
    office.sims["default"].fault("not_found", campaign_id=office.campaigns[0])
    ui.run_backfill(ui.backfill_form(day, day, reprocess="Missing Runs"))
    office.sims["default"].clear()
    dialog = ui.backfill_form(day, day, reprocess="Missing Runs")
    expect(dialog.get_by_text("No runs matching selected criteria.")).to_be_visible()
    expect(dialog.get_by_role("button", name="Run Backfill")).to_be_disabled()
    dialog.get_by_role("radio", name="Missing and Errored Runs").check(force=True)
    expect(dialog.get_by_text("1 run will be triggered.")).to_be_visible()
    ui.run_backfill(dialog)
    assert revisions(office, [day]) == [1]


def test_a_cancelled_backfill_is_resumed_at_the_command_line(ui, office):
    """Cancel fails the days that have not begun; `failed` takes those alone: each campaign day is fetched once."""
    days = [date(2026, 4, 20) + timedelta(days=n) for n in range(4)]
    office.sims["default"].patch(latency_s=0.5)
    with office.one_more_backfill():
        dialog = ui.backfill_form(days[0], days[-1], reprocess="Missing Runs", active=1)
        dialog.get_by_role("button", name="Run Backfill").click()
        expect(ui.page.get_by_text("Backfill in progress")).to_be_visible()
        ui.picture("backfill-in-progress", height=320)
        ui.page.get_by_role("button", name="Cancel backfill").click()
    office.sims["default"].patch(latency_s=LATENCY_S)
    office.all_ended(DAILY)
    command = ["airflow", "backfill", "create", "--dag-id", DAILY, "--reprocess-behavior", "failed"]
    window = ["--from-date", f"{days[0]}T00:00:00+03:00", "--to-date", f"{days[-1]}T23:59:00+03:00"]
    with office.one_more_backfill():
        subprocess.run(  # noqa: S603 - Airflow's own command
            [sys.executable, "-m", *command, *window], env=office.airflow.env, check=True, capture_output=True
        )
    assert revisions(office, days) == [1] * 4
    assert len(office.calls()) == len(set(office.calls())) == 40


def test_a_cleared_run_of_a_cancelled_backfill_waits_for_ever_until_somebody_helps(ui, office):
    """By a new backfill, once the run is marked failed; or by the refresh, which needs none (airflow#72337)."""
    days = [date(2026, 4, 27) + timedelta(days=n) for n in range(3)]
    api = office.airflow.api
    office.sims["default"].patch(latency_s=0.5)
    with office.one_more_backfill():
        dialog = ui.backfill_form(days[0], days[-1], reprocess="Missing Runs", active=1)
        dialog.get_by_role("button", name="Run Backfill").click()
        ui.page.get_by_role("button", name="Cancel backfill").click()
    office.sims["default"].patch(latency_s=LATENCY_S)
    office.all_ended(DAILY)
    stuck = [run for run in api.runs(DAILY) if run["run_type"] == "backfill" and run["state"] == "failed"]
    stuck = [run["dag_run_id"] for run in stuck if run["logical_date"] > f"{days[0]}T00:00"]
    assert len(stuck) == 2
    for run_id in stuck:
        api.clear(DAILY, run_id, tasks=["discover"])
    ui.page.wait_for_timeout(15_000)
    assert {api.run(DAILY, run_id)["state"] for run_id in stuck} == {"queued"}

    ui.refresh(REFRESH, first_day=days[1], last_day=days[1])
    office.all_ended(REFRESH)
    assert revisions(office, [days[1]]) == [1]
    for run_id in stuck:
        api.end_run(DAILY, run_id)
    ui.run_backfill(ui.backfill_form(days[0], days[-1], reprocess="Missing and Errored Runs"))
    assert {api.run(DAILY, run_id)["state"] for run_id in stuck} == {"success"}
    assert revisions(office, days) == [1] * 3
