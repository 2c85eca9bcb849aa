"""The second look, rebuild and purge under a real scheduler: what a refresh brings, announces, and leaves alone."""

import json
from datetime import date
from pathlib import Path

import pendulum
import pytest

from tests.system.conftest import PURGE, REFRESH, System

pytestmark = pytest.mark.system

ACCOUNT = "refreshed"
TODAY = pendulum.today("Europe/Istanbul").date()
DAY = TODAY.subtract(days=8)


@pytest.fixture(scope="module", autouse=True)
def campaign(system: System) -> str:
    """One good run of a day a week ago; gives its largest campaign."""
    system.sim.patch(now=pendulum.now("UTC"))  # figures stand still, but for what a test moves
    _, state = system.run_day(DAY, ACCOUNT)
    assert state == "success"
    rows = system.reader(ACCOUNT).read(DAY).to_pylist()
    return str(max(rows, key=lambda row: row["clicks"])["campaign_id"])


def as_if_looked_at(system: System, day: date, age: int) -> None:
    """Turn the day's last look back."""
    path = system.storage / ACCOUNT / "manifests" / f"partner_id={system.sim.partner_id}" / f"day={day}.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {"looked_at": age}))


def refresh(system: System, **form: object) -> tuple[str, str]:
    """Trigger the refresh with a form; gives the run's id and final state."""
    dag = system.dag(ACCOUNT, of=REFRESH)
    run_id = system.airflow.api.trigger(dag, logical_date=pendulum.now("UTC"), conf=form)
    return run_id, str(system.airflow.api.wait_for_run(dag, run_id)["state"])


def freeze(system: System) -> None:
    """Keep the figures' clock where the module's first run put it: each test leaves it at real time."""
    system.sim.patch(now=pendulum.now("UTC"))


def test_a_late_conversion_comes_with_the_next_look_and_in_one_event(system, campaign):
    """Table, changes and manifest have it; both assets say so once; a look at nothing new says nothing."""
    freeze(system)
    before = {row["campaign_id"]: row for row in system.reader(ACCOUNT).read(DAY).to_pylist()}
    system.sim.move("late", campaign, DAY, device="Mobile", clicks=2, conversions=2, revenue="151.30")
    as_if_looked_at(system, DAY, 3)
    events, plain = len(system.events(DAY, ACCOUNT)), len(system.plain_events(ACCOUNT))
    _, state = refresh(system)
    assert state == "success"
    after = {row["campaign_id"]: row for row in system.reader(ACCOUNT).read(DAY).to_pylist()}
    assert after[campaign]["conversions"] == before[campaign]["conversions"] + 2
    changes = system.reader(ACCOUNT).read(DAY, "campaign_day_change").to_pylist()
    (moved,) = [
        row for row in changes
        if (row["campaign_id"], row["table_name"], row["metric"]) == (campaign, "campaign_day", "conversions")
    ]  # fmt: skip
    assert moved["delta"] == 2
    assert len(system.events(DAY, ACCOUNT)) == events + 1
    assert len(system.plain_events(ACCOUNT)) == plain + 1

    as_if_looked_at(system, DAY, 3)
    _, state = refresh(system)
    assert state == "success"
    assert (len(system.events(DAY, ACCOUNT)), len(system.plain_events(ACCOUNT))) == (events + 1, plain + 1)
    assert system.reader(ACCOUNT).manifest(DAY).looked_at == 8


def test_nothing_due_is_green_and_free(system):
    """No call at all."""
    system.sim.clear()
    _, state = refresh(system)
    assert state == "success"
    assert system.sim.requests() == []


def test_a_rebuild_restores_lost_files_without_a_call(system):
    """Byte for byte."""
    root = system.storage / ACCOUNT
    kept = {path: path.read_bytes() for path in root.rglob("*.parquet") if "campaign_day_change" not in str(path)}
    kept = {path: data for path, data in kept.items() if "rev=1/" not in str(path)}
    for path in kept:
        path.unlink()
    system.sim.clear()
    _, state = refresh(system, first_day=str(DAY), last_day=str(DAY), rebuild=True)
    assert state == "success"
    assert {path: path.read_bytes() for path in kept} == kept
    assert system.sim.requests() == []


def test_the_daily_run_and_a_refresh_of_one_day_at_once_lose_nothing(system):
    """Every campaign is there once, and each revision was announced once."""
    day = DAY.subtract(days=1)
    daily = system.trigger(day, ACCOUNT)
    dag = system.dag(ACCOUNT, of=REFRESH)
    form = {"first_day": str(day), "last_day": str(day), "mode": "all"}
    other = system.airflow.api.trigger(dag, logical_date=pendulum.now("UTC"), conf=form)
    states = {system.wait(daily, ACCOUNT), str(system.airflow.api.wait_for_run(dag, other)["state"])}
    assert states == {"success"}
    rows = system.reader(ACCOUNT).read(day).to_pylist()
    assert len({row["campaign_id"] for row in rows}) == len(rows) == 5
    manifest = system.reader(ACCOUNT).manifest(day)
    assert len(system.events(day, ACCOUNT)) == manifest.revision
    assert manifest.event is None


def test_a_publish_that_breaks_between_manifest_and_event_announces_once(system):
    """Its retry sends the event."""
    day = DAY.subtract(days=2)
    run_id, blocked = broken_publish(system, day)
    blocked.unlink()
    assert system.wait(run_id, ACCOUNT) == "success"
    assert len(system.events(day, ACCOUNT)) == 1
    assert (system.reader(ACCOUNT).manifest(day).revision, system.reader(ACCOUNT).manifest(day).event) == (1, None)


def test_an_event_is_not_lost_where_somebody_marks_the_broken_publish_success(system):
    """Airflow sends none for that, and verify says so; the next look sends it, once."""
    day = DAY.subtract(days=9)
    run_id, blocked = broken_publish(system, day)
    blocked.unlink()
    system.airflow.api.mark_success(system.dag(ACCOUNT), run_id, "publish")
    assert system.wait(run_id, ACCOUNT) == "success"
    assert system.events(day, ACCOUNT) == []
    assert system.reader(ACCOUNT).manifest(day).event.run_id == run_id
    for _ in range(2):
        _, state = refresh(system, first_day=str(day), last_day=str(day), mode="missing")
        assert state == "success"
        assert len(system.events(day, ACCOUNT)) == 1
    assert (system.reader(ACCOUNT).manifest(day).revision, system.reader(ACCOUNT).manifest(day).event) == (1, None)


def broken_publish(system: System, day: date) -> tuple[str, Path]:
    """Let publish fail after its manifest: a file stands where the copies go. Gives the run and that file."""
    partition = system.storage / ACCOUNT / "tables" / "campaign_day_goal" / f"partner_id={system.sim.partner_id}"
    blocked = partition / f"day={day}"
    blocked.parent.mkdir(parents=True, exist_ok=True)
    blocked.write_text("in the way")
    run_id = system.trigger(day, ACCOUNT)
    system.airflow.api.wait_for(
        lambda: [task for task in system.tasks(run_id, ACCOUNT, task_id="publish") if task["state"] == "up_for_retry"],
        "publish fails",
    )
    manifest = system.reader(ACCOUNT).manifest(day)
    assert (manifest.revision, manifest.event.run_id, system.events(day, ACCOUNT)) == (1, run_id, [])
    return run_id, blocked


def test_a_purged_campaign_is_published_away(system, campaign):
    """As a revision with an event; the day's next run does not fetch it."""
    dag = system.dag(ACCOUNT, of=PURGE)
    events = len(system.events(DAY, ACCOUNT))
    form = {
        "first_day": str(DAY), "last_day": str(DAY), "campaigns": [campaign], "confirm": system.sim.partner_id
    }  # fmt: skip
    run_id = system.airflow.api.trigger(dag, logical_date=None, conf=form)
    assert system.airflow.api.wait_for_run(dag, run_id)["state"] == "success"
    assert campaign not in system.reader(ACCOUNT).read(DAY)["campaign_id"].to_pylist()
    assert len(system.events(DAY, ACCOUNT)) == events + 1
    system.sim.clear()
    _, state = system.run_day(DAY, ACCOUNT)
    assert state == "success"
    assert campaign not in system.calls(DAY)


@pytest.mark.parametrize(
    "form",
    [
        pytest.param({"campaign": ["1"], "whole_days": True}, id="misspelled"),
        pytest.param({"campaigns": []}, id="nothing-named"),
        pytest.param({"whole_days": True, "dry_run": True}, id="dry-run"),
    ],
)
def test_a_purge_that_is_not_meant_removes_nothing(system, form):
    """Airflow's own check of the form lets all of them pass."""
    dag = system.dag(ACCOUNT, of=PURGE)
    before = system.reader(ACCOUNT).manifest(DAY)
    days = {"first_day": str(DAY), "last_day": str(DAY), "confirm": system.sim.partner_id}
    run_id = system.airflow.api.trigger(dag, logical_date=None, conf=days | form)
    ended = system.airflow.api.wait_for_run(dag, run_id)
    assert ended["state"] == ("success" if form.get("dry_run") else "failed")
    assert system.reader(ACCOUNT).manifest(DAY) == before
