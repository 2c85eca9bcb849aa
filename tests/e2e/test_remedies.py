"""
Each remedy of docs/runbook-causes.md that an operator carries out, on a running Airflow: broken, read, mended.

Those with a button of the page are in test_page_buttons, those of a task that does not start in test_stuck_tasks.
"""

import re
import tempfile
from collections.abc import Iterator
from datetime import date
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pendulum
import pytest

from include.servers import free_ports, valkey
from insider_web_push.days.remedies import Names, what_to_do
from insider_web_push.days.troubles import Trouble
from insider_web_push.vocabulary import Check, DayCheck
from tests.e2e.remedy_house import REFRESH, House, campaigns, running_house

TODAY = pendulum.today("Europe/Istanbul").date()
DAY = TODAY.subtract(days=5)
_ALL_TRIES_S = 900
"""Longer than the retries of a task that fails each time: 20, 40, 80 and 160 s apart."""


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    # Not tmp_path: PostgreSQL has a user of its own, and another pytest of root would close the folder above to it.
    with tempfile.TemporaryDirectory(prefix="insider-web-push-e2e-") as folder, running_house(Path(folder)) as house:
        yield house


@pytest.fixture(scope="module", autouse=True)
def long_ones(house: House) -> SimpleNamespace:
    """What takes all retries of a task begins at once, and is looked at in the end."""
    (port,) = free_ports(1)
    house.airflow.api.upsert_connection("budget_store", conn_type="redis", host="127.0.0.1", port=port)
    house.connect("store", budget_conn_id="budget_store")
    house.refresh("outage", DAY.subtract(days=1))  # a day that tells what others cost
    house.sims["limit"].fault("throttled_200")
    house.sims["outage"].fault("error_500")
    _revisions(house).parent.mkdir()
    _revisions(house).write_text("a file where a folder should be")
    return SimpleNamespace(**{account: house.start(account, DAY) for account in ("store", "limit", "outage", "commit")})


@pytest.fixture(scope="module")
def days() -> Iterator[date]:
    """Days of the account `answers` that nobody looked at, the youngest first."""
    return (DAY.subtract(days=number) for number in count())


@pytest.fixture(autouse=True)
def _undisturbed() -> None:
    """Stand in for the office's: this module has a house of its own."""


def remedy(trouble: Trouble, account: str, day: date = DAY) -> str:
    """What the runbook's table, verify and alerts say to do."""
    names = Names.of_dag(f"{REFRESH}__{account}", conn_id=f"insider_{account}")
    return what_to_do(trouble, names, days=[str(day)])


def test_a_new_key_is_put_into_the_connection_and_the_failed_tasks_are_cleared(house):
    house.connect("key", key="an-old-key-0123456789")
    run_id = house.refresh("key", DAY, expected="failed")
    assert "401" in house.said("key", run_id)
    house.connect("key")
    house.clear_failed("key", run_id)
    assert house.is_whole("key", DAY)


def test_a_setting_that_lacks_is_filled_in_and_the_failed_tasks_are_cleared(house):
    house.connect("setting", partner_id=None)
    run_id = house.refresh("setting", DAY, expected="failed")
    assert "partner_id" in house.said("setting", run_id)
    house.connect("setting")
    house.clear_failed("setting", run_id)
    assert house.is_whole("setting", DAY)


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


@pytest.mark.parametrize(
    ("fault", "trouble", "mode"),
    [
        ("list_200", Trouble.REJECTED, None),
        ("list_200", Trouble.REJECTED, "changed"),
        ("not_found", Trouble.NOT_FOUND, None),
        ("not_found", Trouble.NOT_FOUND, "missing"),
        ("not_found", Trouble.NOT_FOUND, "changed"),
    ],
)
def test_an_answer_that_was_wrong_is_fetched_again_when_the_api_is_well(house, days, fault, trouble, mode):
    """The failed tasks cleared, or the form."""
    day = next(days)
    house.sims["answers"].fault(fault, campaign_id=campaigns(day)[0])
    run_id = house.refresh("answers", day, expected="failed")
    assert remedy(trouble, "answers", day) in house.said("answers", run_id)
    house.sims["answers"].clear()
    if mode is None:
        house.clear_failed("answers", run_id)
    else:
        house.refresh("answers", day, mode=mode)
    assert house.is_whole("answers", day)


@pytest.mark.parametrize(("fault", "trouble"), [("list_200", Trouble.REJECTED), ("not_found", Trouble.NOT_FOUND)])
def test_an_answer_that_stays_wrong_is_done_without(house, days, fault, trouble):
    day = next(days)
    (campaign, *_) = campaigns(day)
    house.sims["answers"].fault(fault, campaign_id=campaign)
    run_id = house.refresh("answers", day, expected="failed")
    assert remedy(trouble, "answers", day) in house.said("answers", run_id)
    run_id = house.refresh("answers", day, accept_missing=[campaign])
    manifest = house.manifest("answers", day)
    assert (manifest.is_complete, manifest.campaigns[campaign].accepted_by) == (True, run_id)
    house.sims["answers"].clear()


@pytest.mark.parametrize(
    ("number", "found", "form"),
    [
        (0, "raw/campaign_metrics/*/day={day}/*/*.json.gz", {"mode": "all"}),
        (1, "raw/overall_metrics/*/day={day}/*.json.gz", {"mode": "changed"}),
        (2, "manifests/*/day={day}.json", {"rebuild": True}),
    ],
    ids=["answer", "list", "manifest"],
)
def test_a_damaged_object_is_removed_and_made_anew(house, number, found, form):
    """As the table has it for each kind: for an answer with its campaign's id."""
    day = DAY.subtract(days=number)
    house.refresh("objects", day)
    before = house.reader("objects").read(day)
    (damaged, *_) = sorted((house.storage / "objects").glob(found.format(day=day)))
    damaged.write_bytes(b"damaged")
    for file in (house.storage / "objects").glob(f"revisions/*/day={day}/**/campaign_day-*.parquet"):
        file.unlink()
    run_id = house.refresh("objects", day, expected="failed", rebuild=True)
    said = house.said("objects", run_id)
    assert damaged.name in said
    damaged.unlink()
    if number == 0:
        form = form | {"campaigns": [damaged.parent.name.removeprefix("campaign_id=")]}
    house.refresh("objects", day, **form)
    assert house.is_whole("objects", day)
    assert house.reader("objects").read(day)["sent"].to_pylist() == before["sent"].to_pylist()


def test_a_lost_file_is_made_again_by_a_rebuild(house):
    day = DAY.subtract(days=3)
    house.refresh("objects", day)
    before = house.reader("objects").read(day)
    for file in (house.storage / "objects").glob(f"revisions/*/day={day}/**/*.parquet"):
        file.unlink()
    house.sims["objects"].clear_log()
    house.refresh("objects", day, rebuild=True)
    assert house.reader("objects").read(day).equals(before)
    assert house.sims["objects"].requests() == []


@pytest.mark.parametrize("is_right", [True, False])
def test_what_fell_is_accepted_or_fetched_anew(house, is_right):
    """Whatever the vendor's panel says."""
    day = DAY.subtract(days=int(is_right))
    house.refresh("less", day)
    before = sum(house.reader("less").read(day)["sent"].to_pylist())
    for campaign in campaigns(day):
        house.sims["less"].move("scale", campaign, day, factor=0.5)
    run_id = house.refresh("less", day, expected="failed")
    assert "accept_fall" in house.said("less", run_id)
    assert sum(house.reader("less").read(day)["sent"].to_pylist()) == before
    if is_right:
        house.refresh("less", day, accept_fall=True)
        assert sum(house.reader("less").read(day)["sent"].to_pylist()) < before
    else:
        house.sims["less"].clear()
        house.refresh("less", day, mode="all")
        assert sum(house.reader("less").read(day)["sent"].to_pylist()) == before
    house.sims["less"].clear()
    assert house.is_whole("less", day)


def test_a_check_that_the_account_fails_by_its_nature_is_given_room(house):
    """By the accounts file, which is read without a restart: for a campaign's figures, and for the list's oddities."""
    sim, ids = house.sims["checks"], campaigns(DAY)
    sim.campaign(ids[0], spoil={"overview.ctr.clicks": "1.234"})
    sim.campaign(ids[1], second_row={"clicks": 1})
    sim.campaign(ids[2], spoil_row={"sent": None})
    run_id = house.refresh("checks", DAY, expected="failed")
    said = house.said("checks", run_id)
    thresholds = {check: 1 for check in (*Check, *DayCheck) if f"check {check} failed" in said}
    assert {"unreadable", "listed_twice", "list_figures"} <= thresholds.keys()
    assert "set check_thresholds of account checks" in said
    house.set_rules("checks", check_thresholds={str(check): most for check, most in thresholds.items()})
    house.refresh("checks", DAY)
    assert house.manifest("checks", DAY).is_complete
    sim.clear()


def test_a_wrong_time_zone_is_corrected_and_everything_fetched_anew(house):
    house.sims["zone"].patch(generation="older", timezone="Europe/London")
    run_id = house.refresh("zone", DAY, expected="failed")
    assert remedy(Trouble.CHECK_TIME_ZONE, "zone") in house.said("zone", run_id)
    house.set_rules("zone", timezone="Europe/London")
    house.refresh("zone", DAY, mode="all")
    assert house.is_whole("zone", DAY)
    assert "time_zone" not in house.manifest("zone", DAY).checks


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
    assert remedy(Trouble.NOT_COMMITTED, "commit") in house.said("commit", long_ones.commit)
    _revisions(house).unlink()
    house.sims["commit"].clear_log()
    house.airflow.api.clear(house.dag("commit"), long_ones.commit, tasks=["publish"])
    house.end_of("commit", long_ones.commit, expected="success")
    assert house.is_whole("commit", DAY)
    assert house.sims["commit"].requests() == []


def _revisions(house: House) -> Path:
    """Where publish writes and nobody before it: a file there, where a folder should be, lets it fail."""
    return house.storage / "commit" / "revisions"
