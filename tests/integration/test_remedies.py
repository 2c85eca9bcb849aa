"""Each remedy that an operator can carry out: break something, read what to do, do it, and see the day complete."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from airflow.sdk.exceptions import AirflowSkipException

from include.simulator.process import Simulator
from insider_web_push.days.remedies import Names, what_to_do
from insider_web_push.days.rules import Rules
from insider_web_push.days.troubles import Trouble, trouble_of
from insider_web_push.errors import IncompleteDay, InsiderError, LostFile
from insider_web_push.hook import InsiderWebPushHook
from insider_web_push.vocabulary import Check
from tests.integration.pipeline import DAY, Pipeline

Clock = Callable[[float], None]
NAMES = Names(conn_id="integration")
RANGE = {"first_day": DAY, "last_day": DAY}


def red(day: Pipeline, run: Callable[[], object], *troubles: Trouble) -> str:
    """Run what verify is red for, for these causes and no other; gives what it says to do."""
    with pytest.raises(IncompleteDay) as raised:
        run()
    assert set(raised.value.troubles) == set(map(str, troubles))
    said = str(raised.value).partition("What to do: ")[2]
    assert all(what_to_do(trouble, NAMES, days=[DAY]) in said for trouble in troubles)
    day.run_id += "_again"
    return said


def failed(run: Callable[[], object], trouble: Trouble) -> str:
    """Run what ends before verify; gives what an alert says to do."""
    with pytest.raises(InsiderError) as raised:
        run()
    assert trouble_of(raised.value) is trouble
    return what_to_do(trouble, NAMES, days=[DAY])


def clear_failed(day: Pipeline) -> None:
    """Clear the failed fetches with downstream: each calls again, then publish and verify."""
    day.run_id = day.run_id.removesuffix("_again")
    swept = day.discover()
    for planned in day.plan(swept):
        day.fetch(**planned)
    day.publish(swept)
    day.verify(swept)


def is_whole(day: Pipeline) -> bool:
    """Whether the day is there, with all that the API says of it."""
    return day.manifest.is_complete and set(day.read("detail_status")) == {"fetched", "quiet"}


@pytest.mark.parametrize(
    ("fault", "trouble"),
    [("list_200", Trouble.REJECTED), ("not_found", Trouble.NOT_FOUND), ("upstream_424", Trouble.UNAVAILABLE)],
)
@pytest.mark.parametrize("way", ["the failed tasks cleared", "the refresh with mode changed", "the next refresh"])
def test_a_campaign_that_could_not_be_fetched_is_fetched_again_when_the_api_is_well(
    sim: Simulator, day: Pipeline, at_age: Clock, fault: str, trouble: Trouble, way: str
) -> None:
    """All three remedies begin with it; a rebuild helps none of them."""
    at_age(1)
    broken = day.plan_of_one()
    sim.fault(fault, campaign_id=broken)
    said = red(day, day.run_all, trouble)
    assert "clear the failed tasks with downstream" in said
    with pytest.raises(IncompleteDay, match=f"{broken} .* missing"):
        day.refresh(**RANGE, rebuild=True)
    sim.clear()
    if way == "the failed tasks cleared":
        clear_failed(day)
    elif way == "the next refresh":
        at_age(2)
        day.refresh()
    else:
        day.refresh(**RANGE, mode="changed")
    assert is_whole(day)


@pytest.mark.parametrize(("fault", "trouble"), [("list_200", Trouble.REJECTED), ("not_found", Trouble.NOT_FOUND)])
def test_a_campaign_that_cannot_be_had_can_be_done_without(
    sim: Simulator, day: Pipeline, at_age: Clock, fault: str, trouble: Trouble
) -> None:
    """The list's figures stand for it, whatever the API says."""
    at_age(1)
    broken = day.plan_of_one()
    sim.fault(fault, campaign_id=broken)
    assert "accept_missing" in red(day, day.run_all, trouble)
    day.refresh(**RANGE, accept_missing=[broken])
    assert day.manifest.is_complete
    assert day.manifest.campaigns[broken].accepted_by == day.run_id


def test_a_later_look_that_is_rejected_is_repaired_by_mode_changed(
    sim: Simulator, day: Pipeline, at_age: Clock
) -> None:
    """Mode missing would leave the older answer, and say that nothing is wrong."""
    at_age(1)
    day.run()
    moved = day.plan_of_one()
    sim.move("scale", moved, DAY, factor=1.1)
    sim.fault("list_200", campaign_id=moved)
    day.run_id = "manual__2"
    assert "with mode changed" in red(day, day.run_all, Trouble.REJECTED)
    assert day.revision == 1
    sim.admin.delete("/faults")
    day.refresh(**RANGE, mode="changed")
    assert (day.revision, is_whole(day)) == (2, True)


def test_two_campaigns_with_two_causes_have_two_remedies(sim: Simulator, day: Pipeline, at_age: Clock) -> None:
    """What helps the one would not help the other."""
    at_age(1)
    one, other = [planned["campaign_id"] for planned in day.plan(day.discover())][:2]
    sim.fault("list_200", campaign_id=one)
    sim.fault("not_found", campaign_id=other)
    said = red(day, day.run_all, Trouble.REJECTED, Trouble.NOT_FOUND)
    assert said.index(f"[rejected: {one}]") < said.index(f"[not found: {other}]")


@pytest.mark.parametrize("is_right", [True, False])
def test_a_day_that_fell_is_accepted_or_fetched_anew(
    sim: Simulator, day: Pipeline, at_age: Clock, *, is_right: bool
) -> None:
    """By the form, in both cases; never by accept_missing."""
    at_age(20)
    day.run()
    before = day.read("sent")
    for campaign in day.read():
        if day.manifest.campaigns[campaign].snapshot:
            sim.move("scale", campaign, DAY, factor=0.5)
    day.run_id = "manual__2"
    with pytest.raises(IncompleteDay) as raised:
        day.refresh(**RANGE)
    assert {"held_day", "held_campaign"} & set(raised.value.troubles)
    assert "accept_missing" not in str(raised.value)
    day.run_id = "manual__3"
    if is_right:
        assert "with accept_fall" in str(raised.value)
        day.refresh(**RANGE, accept_fall=True)
        assert sum(day.read("sent")) < sum(before)
    else:
        sim.clear()
        day.refresh(**RANGE, mode="all")
        assert day.read("sent") == before
    assert is_whole(day)


def answers(day: Pipeline) -> list[Path]:
    """Give the stored answers."""
    return sorted(day.folder.glob(f"raw/campaign_metrics/*/day={DAY}/campaign_id=*/*.json.gz"))


@pytest.mark.parametrize("is_there", [True, False], ids=["damaged", "gone"])
def test_a_damaged_answer_is_removed_and_fetched_again(day: Pipeline, at_age: Clock, *, is_there: bool) -> None:
    """The message names it; its campaign's id stands in the name."""
    at_age(5)
    day.run()
    (damaged, *_) = answers(day)
    if is_there:
        damaged.write_bytes(b"damaged")
    else:
        damaged.unlink()
    next(day.folder.rglob("*.parquet")).unlink()
    day.run_id = "manual__2"
    said = red(day, lambda: day.refresh(**RANGE, rebuild=True), Trouble.DAMAGED_OBJECT)
    assert "Remove the object that the message names" in said
    damaged.unlink(missing_ok=True)
    campaign = damaged.parent.name.removeprefix("campaign_id=")
    day.refresh(**RANGE, mode="all", campaigns=[campaign])
    assert is_whole(day)


def test_a_damaged_answer_of_a_day_that_was_never_published(day: Pipeline, at_age: Clock) -> None:
    """Plan cannot even ask for the others."""
    at_age(5)
    swept = day.discover()
    for planned in day.plan(swept):
        day.fetch(**planned)
    (damaged, *_) = answers(day)
    damaged.write_bytes(b"damaged")
    red(day, lambda: day.refresh(**RANGE), Trouble.DAMAGED_OBJECT)
    damaged.unlink()
    day.refresh(**RANGE, mode="all", campaigns=[damaged.parent.name.removeprefix("campaign_id=")])
    assert is_whole(day)


@pytest.mark.parametrize("is_there", [True, False], ids=["damaged", "gone"])
def test_a_damaged_list_is_removed_and_read_again(day: Pipeline, at_age: Clock, *, is_there: bool) -> None:
    """A rebuild needs the list that was published."""
    at_age(5)
    day.run()
    (damaged,) = day.folder.glob("raw/overall_metrics/**/*.json.gz")
    if is_there:
        damaged.write_bytes(b"damaged")
    else:
        damaged.unlink()
    day.run_id = "manual__2"
    assert "for a list, with mode changed" in red(
        day, lambda: day.refresh(**RANGE, rebuild=True), Trouble.DAMAGED_OBJECT
    )
    damaged.unlink(missing_ok=True)
    day.refresh(**RANGE, mode="changed")
    assert is_whole(day)


def test_a_damaged_manifest_is_removed_and_rebuilt(sim: Simulator, day: Pipeline, at_age: Clock) -> None:
    """Without a call."""
    at_age(5)
    day.run()
    (damaged,) = day.folder.glob(f"manifests/**/day={DAY}.json")
    damaged.write_bytes(b"{")
    day.run_id = "manual__2"
    said = red(day, lambda: day.refresh(**RANGE), Trouble.DAMAGED_OBJECT)
    assert "for a manifest, with rebuild only" in said
    damaged.unlink()
    sim.clear_log()
    day.refresh(**RANGE, rebuild=True)
    assert (is_whole(day), sim.requests()) == (True, [])


def test_a_lost_file_is_made_again_without_a_call(sim: Simulator, day: Pipeline, at_age: Clock) -> None:
    """Whoever reads the day sees it first."""
    at_age(5)
    day.run()
    before = day.read("sent")
    for lost in day.folder.glob("revisions/**/*.parquet"):
        lost.unlink()
    assert "with rebuild only" in failed(lambda: day.read("sent"), Trouble.LOST_FILE)
    sim.clear_log()
    day.run_id = "manual__2"
    day.refresh(**RANGE, rebuild=True)
    with suppress(LostFile):
        assert day.read("sent") == before
    assert (day.read("sent"), sim.requests()) == (before, [])


def test_a_list_that_drifts_is_read_again(sim: Simulator, day: Pipeline, at_age: Clock) -> None:
    """By the form, or by the next refresh."""
    at_age(5)
    sim.patch(campaigns=25)
    sim.fault("drift", endpoint="overall-metrics")
    with pytest.raises(IncompleteDay) as raised:
        day.refresh(**RANGE)
    assert raised.value.troubles in {(str(Trouble.LIST_DRIFTED),), (str(Trouble.LIST_UNSTEADY),)}
    assert f"run insider_web_push_refresh for {DAY}" in str(raised.value).replace("Run", "run")
    sim.clear()
    day.run_id = "manual__2"
    day.refresh(**RANGE)
    assert is_whole(day)


def test_a_day_that_publish_left_out_is_published_without_a_call(sim: Simulator, day: Pipeline) -> None:
    """Publish was killed, say."""
    swept = day.discover()
    for planned in day.plan(swept):
        day.fetch(**planned)
    said = red(day, lambda: day.verify(swept), Trouble.NOT_COMMITTED)
    assert "Clear publish with downstream" in said
    sim.clear_log()
    day.publish(swept)
    day.verify(swept)
    assert (is_whole(day), sim.requests()) == (True, [])


def test_a_check_that_is_too_strict_is_given_room(
    sim: Simulator, day: Pipeline, capsys: pytest.CaptureFixture[str]
) -> None:
    """The campaign is named all the same, as a warning with its remedy."""
    spoiled = day.plan_of_one()
    sim.campaign(spoiled, spoil={"overview.ctr.clicks": "1.234"})
    assert "set check_thresholds" in red(day, day.run, Trouble.CHECK)
    day.rules = Rules(check_thresholds=dict.fromkeys(Check, 0.5))
    capsys.readouterr()
    day.run()
    warned = [line for line in capsys.readouterr().out.splitlines() if "check unreadable failed" in line]
    assert len(warned) == 1
    assert f"1 of 4 campaigns ({spoiled})" in warned[0]
    assert "What to do: See failed_check_details" in warned[0]


def test_a_wrong_time_zone_is_corrected_and_everything_fetched_anew(
    sim: Simulator, day: Pipeline, at_age: Clock
) -> None:
    """Another day's figures were fetched before."""
    at_age(5)
    sim.patch(generation="older", timezone="Europe/London")
    day.rules = Rules(check_thresholds=dict.fromkeys(set(Check) - {Check.TIME_ZONE}, 1))
    assert "Correct the timezone" in red(day, lambda: day.refresh(**RANGE), Trouble.CHECK_TIME_ZONE)
    day.timezone = "Europe/London"
    day.refresh(**RANGE, mode="all")
    assert (is_whole(day), day.manifest.checks.get("time_zone")) == (True, None)


def test_a_new_key_is_put_into_the_connection_that_is_named(
    day: Pipeline, sim: Simulator, hook_for: Callable[..., InsiderWebPushHook]
) -> None:
    """And tried at once."""
    hook_for(sim.url, key="an-old-key-0123456789", requests_per_minute=1000)
    assert f"Admin > Connections > {day.conn_id}" in failed(day.run, Trouble.UNAUTHORIZED)
    hook_for(sim.url, requests_per_minute=1000)
    day.run()
    assert is_whole(day)


def test_a_storage_that_refuses_is_mended(day: Pipeline) -> None:
    """Before a call was spent."""
    day.folder.write_text("a file where a folder should be")
    assert "Let the workers write" in failed(day.run, Trouble.STORAGE)
    day.folder.unlink()
    day.run()
    assert is_whole(day)


def test_a_run_that_is_too_large_is_given_more_calls(day: Pipeline, at_age: Clock) -> None:
    """By the field that is named."""
    at_age(5)
    day.max_calls = 2
    assert "raise max_calls" in failed(lambda: day.refresh(**RANGE), Trouble.TOO_LARGE)
    day.max_calls = 5
    day.refresh(**RANGE)
    assert is_whole(day)


def test_a_campaign_that_the_api_has_nothing_for_any_more_is_held(sim: Simulator, day: Pipeline, at_age: Clock) -> None:
    """It keeps its figures, and is asked again by every look."""
    at_age(1)
    day.run()
    gone = day.plan_of_one()
    sim.move("scale", gone, DAY, factor=0)
    sim.fault("not_found", campaign_id=gone)
    day.run_id = "manual__2"
    swept = day.discover()
    for planned in day.plan(swept):
        with suppress(AirflowSkipException):
            day.fetch(**planned)
    with suppress(AirflowSkipException):
        day.publish(swept)
    said = red(day, lambda: day.verify(swept), Trouble.HELD_CAMPAIGN)
    assert "accept_fall" in said
    sim.clear()
    day.refresh(**RANGE)
    assert is_whole(day)
    assert day.manifest.held == {}
