"""Reruns, as the runbook says them: one campaign day, one day, failed only, a range, five campaigns for a month."""

from datetime import date

import pytest
from playwright.sync_api import expect

from tests.e2e.office import DAILY, REFRESH

BRAND_REFRESH = f"{REFRESH}__brand_b"
MARCH = (date(2026, 3, 1), date(2026, 3, 31))


def test_clearing_one_map_index_costs_one_call(ui, office):
    """One campaign day again: its map index of fetch, with downstream, and nothing else."""
    day = date(2026, 5, 4)
    run_id = office.run_day(day)
    office.sims["default"].clear_log()
    ui.open_task(DAILY, run_id, "fetch/mapped")
    row = ui.page.get_by_role("row", name=str(day)).first
    label = row.get_by_role("link", name=str(day)).first.inner_text()
    row.get_by_role("link", name=str(day)).first.click()
    dialog = ui.open_clear_dialog()
    expect(dialog.get_by_text("Affected Tasks: 3")).to_be_visible()
    ui.picture("clear-one-campaign-day", dialog)
    ui.confirm(dialog)
    assert office.airflow.api.wait_for_run(DAILY, run_id)["state"] == "success"
    ((campaign, asked),) = office.calls()
    assert asked == str(day)
    assert f"({campaign})" in label


def test_clearing_the_run_fetches_what_moved(ui, office):
    """One day again: its list is read, and of its campaigns only the one that moved is fetched."""
    day = date(2026, 5, 5)
    run_id = office.run_day(day)
    sim = office.sims["default"]
    moved = office.calls()[-1][0]
    sim.move("late", moved, day, device="Mobile", clicks=2, conversions=2, revenue="151.30")
    sim.clear_log()
    ui.page.goto(f"/dags/{DAILY}/runs/{run_id}")
    dialog = ui.open_clear_dialog()
    expect(dialog.get_by_text("Affected Tasks:")).to_be_visible()
    ui.picture("clear-one-day", dialog)
    ui.confirm(dialog)
    assert office.airflow.api.wait_for_run(DAILY, run_id)["state"] == "success"
    assert office.calls() == [(moved, str(day))]
    assert office.reader().manifest(day).revision == 2


def test_clearing_what_failed_fetches_that_alone(ui, office):
    """Failed only: the red run names the campaign; cleared, it is the only one that is asked for."""
    day = date(2026, 5, 6)
    sim = office.sims["default"]
    broken = office.campaigns[0]
    sim.fault("not_found", campaign_id=broken)
    run_id = office.run_day(day, expected="failed")
    ui.open_task(DAILY, run_id, "verify")
    expect(ui.log_line(f"1 campaign ({broken} ")).to_be_visible()
    ui.fold_log()
    ui.picture("red-verify", height=480)
    sim.clear()
    ui.open_task(DAILY, run_id, "fetch/mapped?task_state=failed")
    dialog = ui.select_failed()
    expect(dialog.get_by_text("Affected Tasks: 3")).to_be_visible()
    ui.confirm(dialog)
    assert office.airflow.api.wait_for_run(DAILY, run_id)["state"] == "success"
    assert office.calls() == [(broken, str(day))]
    assert office.reader().manifest(day).revision == 1


def test_a_range_again_by_the_form(ui, office):
    """Everything of two days: 10 campaigns each, moved or not."""
    days = [date(2026, 5, 7), date(2026, 5, 8)]
    run_id = ui.refresh(REFRESH, first_day=days[0], last_day=days[1], mode="all")
    assert office.airflow.api.run(REFRESH, run_id)["state"] == "success"
    office.sims["default"].clear_log()
    ui.refresh(REFRESH, first_day=days[0], last_day=days[1], mode="all")
    assert len(office.calls()) == 20


@pytest.fixture
def march(office) -> None:
    """All of March is published."""
    form = {"first_day": str(MARCH[0]), "last_day": str(MARCH[1])}
    run_id = office.airflow.api.trigger(BRAND_REFRESH, logical_date=None, conf=form)
    assert office.airflow.api.wait_for_run(BRAND_REFRESH, run_id)["state"] == "success"
    office.sims["brand_b"].clear_log()


@pytest.mark.usefixtures("march")
def test_march_for_five_campaigns_costs_155_calls_and_the_lists(ui, office):
    """5 campaigns on 31 days, and a list a day, of days with 10 active campaigns each."""
    five = office.campaigns[:5]
    form = {"first_day": MARCH[0], "last_day": MARCH[1], "campaigns": five, "mode": "all"}
    run_id = ui.refresh(BRAND_REFRESH, **form)
    assert office.airflow.api.run(BRAND_REFRESH, run_id)["state"] == "success"
    calls = office.calls(account="brand_b")
    assert len(calls) == len(set(calls)) == 155
    assert {campaign for campaign, _ in calls} == set(five)
    assert len(office.calls("overall-metrics", account="brand_b")) == 31
