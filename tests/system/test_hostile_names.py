"""A campaign of each hostile name, under a real scheduler on PostgreSQL: fetched, published, reported and shown."""

import json

import httpx
import pendulum
import pytest
from markupsafe import escape

from include.simulator.account import Account
from include.simulator.settings import SimulatorSettings
from insider_web_push.answers.texts import clean_name
from insider_web_push.coverage.addresses import page_path
from insider_web_push.days.handover import unpacked
from tests.hostile_texts import HOSTILE, as_json, unfit
from tests.system.conftest import REFRESH, WEEKLY, System

pytestmark = pytest.mark.system

ACCOUNT = "hostile"
MONDAY = pendulum.today("Europe/Istanbul").start_of("week").subtract(weeks=3).date()
LABEL_COLUMN = 250
NAMES = {what: clean_name(text) for what, text in HOSTILE.items()}


@pytest.fixture
def named(system: System) -> dict[str, str]:
    """Give each campaign of the simulator a hostile name; the names as published, by id."""
    system.sim.patch(campaigns=len(HOSTILE), quiet_campaigns=0, now=pendulum.now("UTC"))
    settings = SimulatorSettings(campaigns=len(HOSTILE), quiet_campaigns=0)
    ids = [str(campaign.builder_id) for campaign in Account().listed(settings, until=MONDAY)]
    for campaign_id, text in zip(ids, HOSTILE.values(), strict=True):
        system.sim.campaign(campaign_id, name=as_json(text))
    return dict(zip(ids, map(str, NAMES.values()), strict=True))


def test_a_week_of_hostile_names_is_fetched_published_reported_and_shown(system: System, named: dict[str, str]) -> None:
    """The first day by its own run, with a task and a label for each name; the others by a refresh."""
    run_id, state = system.run_day(MONDAY, ACCOUNT)
    assert state == "success"
    fetches = [task for task in system.tasks(run_id, ACCOUNT) if task["task_id"] == "fetch"]
    labels = [str(task["rendered_map_index"]) for task in fetches]
    assert len(labels) == len(HOSTILE)
    for label in labels:
        assert (unfit(label), len(label) <= LABEL_COLUMN) == ([], True)
    planned = map(unpacked, system.airflow.api.xcom(system.dag(ACCOUNT), run_id, "plan"))
    assert {item["campaign_name"] for item in planned} == set(named.values())
    rows = system.reader(ACCOUNT).read(MONDAY).to_pylist()
    assert {row["campaign_id"]: row["name"] for row in rows} == named
    for task_id in ("discover", "plan", "publish", "verify"):
        assert unfit(system.airflow.api.log(system.dag(ACCOUNT), run_id, task_id), lines=True) == []

    password = json.loads(system.airflow.home.passwords_file.read_text())["admin"]
    with httpx.Client(base_url=system.airflow.url, trust_env=False, timeout=30) as browser:
        login = browser.post("/auth/token", json={"username": "admin", "password": password})
        browser.cookies.set("_token", login.json()["access_token"])
        page = browser.get(page_path(ACCOUNT, MONDAY.isoformat()))
    assert (page.status_code, unfit(page.text, lines=True)) == (200, [])
    assert [name for name in named.values() if escape(name) not in page.text] == []
    assert "<script>alert" not in page.text

    system.sim.patch(campaigns=1)
    refresh, weekly = system.dag(ACCOUNT, of=REFRESH), system.dag(ACCOUNT, of=WEEKLY)
    form = {"first_day": str(MONDAY.add(days=1)), "last_day": str(MONDAY.add(days=6)), "mode": "missing"}
    others = system.airflow.api.trigger(refresh, logical_date=pendulum.now("UTC"), conf=form)
    assert system.airflow.api.wait_for_run(refresh, others)["state"] == "success"

    def reported() -> list[str]:
        runs = [run for run in system.airflow.api.runs(weekly) if run["partition_key"] == MONDAY.isoformat()]
        tasks = [task for run in runs for task in system.airflow.api.task_instances(weekly, run["dag_run_id"])]
        return [str(task["state"]) for task in tasks if task["state"] in {"success", "failed"}]

    assert system.airflow.api.wait_for(reported, f"a report by {weekly}") == ["success"]
    year, week, _ = MONDAY.isocalendar()
    partner = f"partner_id={system.sim.partner_id}"
    folder = system.storage / ACCOUNT / "reports" / "weekly" / partner / f"week={year}-W{week:02}"
    report = (folder / "report.html").read_text(encoding="utf-8")
    assert unfit(report, lines=True) == []
    assert "<script>alert" not in report


def test_what_lacks_is_named_in_words_that_steer_nothing(system: System, named: dict[str, str]) -> None:
    """A red run of a day on which every campaign has a hostile name, and none an answer."""
    for campaign_id in named:
        system.sim.fault("not_found", campaign_id=campaign_id)
    run_id, state = system.run_day(MONDAY.subtract(days=1), ACCOUNT)
    assert state == "failed"
    said = system.airflow.api.log(system.dag(ACCOUNT), run_id, "verify")
    assert unfit(said, lines=True) == []
    assert "Sale" in said
