"""Each remedy of docs/runbook-causes.md for a day's answers, lists, files and figures: broken, read, mended."""

import pytest

from insider_web_push.days.troubles import Trouble
from insider_web_push.vocabulary import Check, DayCheck
from tests.e2e.remedies.house import DAY, campaigns


@pytest.mark.parametrize(
    ("fault", "trouble", "mode"),
    [
        ("list_200", Trouble.REJECTED, None),
        ("list_200", Trouble.REJECTED, "changed"),
        ("not_found", Trouble.NOT_FOUND, None),
        ("not_found", Trouble.NOT_FOUND, "missing"),
        ("not_found", Trouble.NOT_FOUND, "changed"),
        ("upstream_424", Trouble.UNAVAILABLE_ALONE, None),
    ],
)
def test_an_answer_that_was_wrong_is_fetched_again_when_the_api_is_well(house, days, fault, trouble, mode):
    """The failed tasks cleared, or the form."""
    day = next(days)
    house.sims["answers"].fault(fault, campaign_id=campaigns(day)[0])
    run_id = house.refresh("answers", day, expected="failed")
    assert house.remedy(trouble, "answers", day) in house.said("answers", run_id)
    house.sims["answers"].clear()
    if mode is None:
        house.clear_failed("answers", run_id)
    else:
        house.refresh("answers", day, mode=mode)
    assert house.is_whole("answers", day)


@pytest.mark.parametrize(
    ("fault", "trouble"),
    [
        ("list_200", Trouble.REJECTED),
        ("not_found", Trouble.NOT_FOUND),
        ("upstream_424", Trouble.UNAVAILABLE_ALONE),
    ],
)
def test_an_answer_that_stays_wrong_is_done_without(house, days, fault, trouble):
    day = next(days)
    (campaign, *_) = campaigns(day)
    house.sims["answers"].fault(fault, campaign_id=campaign)
    run_id = house.refresh("answers", day, expected="failed")
    assert house.remedy(trouble, "answers", day) in house.said("answers", run_id)
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


def test_a_damaged_tombstone_is_removed_and_written_anew_by_purging_again(house):
    day = DAY.subtract(days=4)
    house.refresh("objects", day)
    (gone, *_) = campaigns(day)
    house.purge("objects", day, campaigns=[gone])
    (tombstone,) = (house.storage / "objects").glob(f"tombstones/*/day={day}.json")
    tombstone.write_bytes(b"damaged")
    run_id = house.refresh("objects", day, expected="failed")
    said = house.said("objects", run_id)
    assert tombstone.name in said
    assert "remove it, and purge again" in said
    tombstone.unlink()
    house.purge("objects", day, campaigns=[gone])
    house.refresh("objects", day, mode="all")
    assert house.is_whole("objects", day)
    assert gone not in house.reader("objects").read(day)["campaign_id"].to_pylist()


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
    assert house.remedy(Trouble.CHECK_TIME_ZONE, "zone") in house.said("zone", run_id)
    house.set_rules("zone", timezone="Europe/London")
    house.refresh("zone", DAY, mode="all")
    assert house.is_whole("zone", DAY)
    assert "time_zone" not in house.manifest("zone", DAY).checks
