"""Each remedy of docs/runbook-causes.md for what lies around a day: key, storage, bounds, limit, store, outage."""

import re
from pathlib import Path

import pytest

from include.servers import valkey
from insider_web_push.days.troubles import Trouble
from tests.e2e.remedies.house import DAY

_ALL_TRIES_S = 900
"""Longer than the retries of a task that fails each time: 20, 40, 80 and 160 s apart."""


@pytest.mark.parametrize(
    ("account", "wrong", "said"),
    [("key", {"key": "an-old-key-0123456789"}, "401"), ("setting", {"partner_id": None}, "partner_id")],
)
def test_a_connection_is_corrected_and_the_failed_tasks_are_cleared(house, account, wrong, said):
    house.connect(account, **wrong)
    run_id = house.refresh(account, DAY, expected="failed")
    assert said in house.said(account, run_id)
    house.connect(account)
    house.clear_failed(account, run_id)
    assert house.is_whole(account, DAY)


def test_a_storage_that_can_be_written_again_lets_the_failed_tasks_go_on(house):
    """Before a call was spent."""
    folder = house.storage / "disk"
    folder.write_text("a file where a folder should be")
    run_id = house.refresh("disk", DAY, expected="failed")
    assert "StorageNotWritable" in house.said("disk", run_id)
    assert house.sims["disk"].requests() == []
    folder.unlink()
    house.clear_failed("disk", run_id)
    assert house.is_whole("disk", DAY)


def test_a_storage_that_refuses_in_the_middle_needs_nobody_and_no_second_call(house):
    """Airflow tries again by itself; what lies there already is not asked for again."""
    sim, day = house.sims["disk"], DAY.subtract(days=1)
    folder, real = house.storage / "disk", house.storage / "disk.real"
    real.mkdir()
    _lead(folder, to=real)
    sim.patch(campaigns=14, latency_s=0.7)
    sim.clear_log()
    run_id = house.start("disk", day)
    house.airflow.api.wait_for(lambda: house.calls("disk")[3:], "the first answers")
    file = folder.with_name("disk.file")
    file.write_text("a file where a folder should be")
    _lead(folder, to=file)
    retried = {"task_id": "fetch", "state": "up_for_retry"}
    house.airflow.api.wait_for(
        lambda: list(house.airflow.api.task_instances(house.dag("disk"), run_id, **retried)), "a task that is retried"
    )
    _lead(folder, to=real)
    answers = real.glob(f"raw/campaign_metrics/*/day={day}/*/*.json.gz")
    kept = {path.parent.name.removeprefix("campaign_id=") for path in answers}
    assert 0 < len(kept) < 14
    sim.clear_log()
    house.end_of("disk", run_id, expected="success")
    assert not kept & set(house.calls("disk"))
    assert house.is_whole("disk", day)
    assert house.reader("disk").read(day).num_rows == 14


def _lead(link: Path, *, to: Path) -> None:
    """Let a path lead somewhere else, in one step: between two, a task would make the folder anew."""
    if link.is_dir() and not link.is_symlink():
        link.rename(link.with_name("disk.before"))
    new = link.with_name("disk.new")
    new.symlink_to(to)
    new.replace(link)


def test_a_list_that_is_too_long_is_read_with_max_calls(house):
    """As many as the message says: here that is enough for the campaigns as well, since most are quiet."""
    house.refresh("endless", DAY)
    day = DAY.subtract(days=1)
    house.sims["endless"].patch(quiet_campaigns=1100)
    run_id = house.refresh("endless", day, expected="failed")
    said = re.search("max_calls of at least ([0-9]+)", house.said("endless", run_id))
    assert said
    house.refresh("endless", day, max_calls=int(said[1]) + 4)
    assert house.reader("endless").read(day).num_rows == 1104
    assert house.is_whole("endless", day)


def test_a_plan_that_is_too_large_is_given_more_calls(house):
    run_id = house.refresh("calls", DAY, expected="failed", max_calls=2)
    assert "more than max_calls = 2" in house.said("calls", run_id)
    house.refresh("calls", DAY, max_calls=10)
    assert house.is_whole("calls", DAY)


def test_a_form_that_is_refused_is_corrected(house):
    """At the field that the message names; it cost no call."""
    house.sims["calls"].clear_log()
    day = DAY.subtract(days=1)
    wrong = {"first_day": str(day), "last_day": str(day.subtract(days=1))}
    run_id = house.start("calls", **wrong)
    house.end_of("calls", run_id, expected="failed")
    said = house.said("calls", run_id)
    assert "is before the first day" in said
    assert house.sims["calls"].requests() == []
    house.refresh("calls", day)
    assert house.is_whole("calls", day)


def test_a_refresh_that_falls_behind_is_let_take_more_hours(house):
    """What it left over is told, and comes with the next one."""
    house.refresh("behind", DAY)
    run_id = house.refresh("behind")
    assert house.airflow.api.xcom(house.dag("behind"), run_id, "choose", key="left")
    house.set_rules("behind", approve_above_h=1)
    run_id = house.refresh("behind")
    assert not house.airflow.api.xcom(house.dag("behind"), run_id, "choose", key="left")
    due = [DAY.subtract(days=number) for number in range(-3, 8)]  # yesterday is the daily run's
    assert all(house.is_whole("behind", day) for day in due)


def test_a_run_that_finds_the_budget_used_by_another_goes_on_by_itself(house, long_ones):
    """Both within the limit, 3 calls a minute."""
    house.end_of("waits", long_ones.others, expected="success", timeout_s=_ALL_TRIES_S)
    house.end_of("waits", long_ones.waits, expected="success", timeout_s=_ALL_TRIES_S)
    assert house.sims["waits"].summary()["throttled"] == 0
    assert house.is_whole("waits", DAY)
    assert house.is_whole("waits", DAY.subtract(days=1))


def test_a_budget_store_that_answers_again_lets_the_failed_tasks_go_on(house, long_ones):
    house.end_of("store", long_ones.store, expected="failed", timeout_s=_ALL_TRIES_S)
    assert "budget_store" in house.said("store", long_ones.store)
    assert house.sims["store"].requests() == []
    with valkey() as server:
        house.airflow.api.upsert_connection("budget_store", **server)
        house.clear_failed("store", long_ones.store)
    assert house.is_whole("store", DAY)


def test_a_limit_that_is_lower_than_the_connection_says_is_set_there(house, long_ones):
    house.end_of("limit", long_ones.limit, expected="failed", timeout_s=_ALL_TRIES_S)
    assert "Throttled" in house.said("limit", long_ones.limit)
    house.sims["limit"].clear()
    house.sims["limit"].patch(limit_requests=30)
    house.connect("limit", per_minute=30)
    house.clear_failed("limit", long_ones.limit)
    assert house.is_whole("limit", DAY)
    assert house.sims["limit"].summary()["throttled"] == 0


def test_a_day_of_an_outage_comes_with_the_next_refresh(house, long_ones):
    """By itself, whoever clears nothing."""
    house.end_of("outage", long_ones.outage, expected="failed", timeout_s=_ALL_TRIES_S)
    assert "ServiceUnavailable" in house.said("outage", long_ones.outage)
    house.sims["outage"].clear()
    house.refresh("outage")
    assert house.is_whole("outage", DAY)


def test_a_publish_that_failed_is_cleared_with_downstream(house, long_ones):
    """Which costs no call."""
    house.end_of("commit", long_ones.commit, expected="failed", timeout_s=_ALL_TRIES_S)
    assert house.remedy(Trouble.NOT_COMMITTED, "commit") in house.said("commit", long_ones.commit)
    house.revisions_of("commit").unlink()
    house.sims["commit"].clear_log()
    house.airflow.api.clear(house.dag("commit"), long_ones.commit, tasks=["publish"])
    house.end_of("commit", long_ones.commit, expected="success")
    assert house.is_whole("commit", DAY)
    assert house.sims["commit"].requests() == []
