"""The runbook's `a task stays queued or scheduled`, each cause that a person can mend from the UI."""

from collections.abc import Iterator
from datetime import date

import pendulum
import pytest
from playwright.sync_api import expect

from tests.e2e.office import DAILY, REFRESH, ZONE

POOL = "insider_web_push"
SLOTS = 6


@pytest.fixture
def run_id(office) -> Iterator[str]:
    """A run of a day that is to wait for something."""

    def start() -> str:
        day = pendulum.datetime(2026, 5, 11, tz=ZONE)
        return office.airflow.api.trigger(DAILY, logical_date=pendulum.now("UTC"), data_interval=(day, day.add(days=1)))

    yield start
    office.airflow.api.pause(DAILY, paused=False)
    if POOL not in pools(office):
        office.airflow.api.make_pool(POOL, SLOTS)
    office.airflow.api.set_slots(POOL, SLOTS)
    office.all_ended(DAILY)


def pools(office) -> dict[str, int]:
    """Slots by pool."""
    return {pool["name"]: pool["slots"] for pool in office.airflow.api.get("/pools", limit=100)["pools"]}


def scheduled(office, run_id: str) -> list[dict]:
    """Tasks of a run that wait for a slot."""
    return list(office.airflow.api.task_instances(DAILY, run_id, state="scheduled"))


def test_a_run_of_a_paused_dag_is_queued(ui, office, run_id):
    """The switch beside the DAG's name lets it go on."""
    office.airflow.api.pause(DAILY)
    waiting = run_id()
    ui.page.goto(f"/dags/{DAILY}")
    ui.page.wait_for_timeout(8_000)
    assert office.airflow.api.run(DAILY, waiting)["state"] == "queued"
    # Chakra's switch hides the input that it is made of: the keyboard reaches it, a click does not.
    ui.page.get_by_role("checkbox").first.press("Space")
    ui.page.wait_for_timeout(1_000)
    if (question := ui.page.get_by_role("button", name="Confirm")).count():
        question.click()
    assert office.airflow.api.wait_for_run(DAILY, waiting, timeout_s=90)["state"] == "success"


def test_a_pool_without_an_open_slot_shows_it(ui, office, run_id):
    """And gives the tasks to whoever waits, once it has one."""
    office.airflow.api.set_slots(POOL, 0)
    waiting = run_id()
    office.airflow.api.wait_for(lambda: scheduled(office, waiting), "a task that waits for a slot")
    ui.page.goto("/pools")
    expect(ui.page.get_by_text(f"{POOL} (0 Slots)")).to_be_visible()
    expect(ui.page.get_by_text("Scheduled: 1")).to_be_visible()
    ui.picture("pools", height=700)
    office.airflow.api.set_slots(POOL, SLOTS)
    assert office.airflow.api.wait_for_run(DAILY, waiting)["state"] == "success"
    assert office.reader().manifest(date(2026, 5, 11)).is_complete


def test_a_pool_that_somebody_deleted_is_made_by_the_next_run_that_starts(ui, office, run_id):
    """Whichever of the package's runs that is."""
    office.airflow.api.set_slots(POOL, 0)
    waiting = run_id()
    office.airflow.api.wait_for(lambda: scheduled(office, waiting), "a task that waits for a slot")
    office.airflow.api.delete_pool(POOL)
    ui.page.goto("/pools")
    ui.page.wait_for_timeout(5_000)
    assert POOL not in pools(office)
    assert scheduled(office, waiting)
    ui.refresh(REFRESH, dry_run=True)
    assert pools(office)[POOL] == SLOTS
    assert office.airflow.api.wait_for_run(DAILY, waiting)["state"] == "success"
