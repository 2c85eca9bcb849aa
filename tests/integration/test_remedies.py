"""Each remedy that an operator can carry out: break something, read what to do, do it, and see the day complete."""

from collections.abc import Callable

import pytest

from include.simulator.process import Simulator
from insider_web_push.days.rules import Rules
from insider_web_push.days.troubles import Trouble
from insider_web_push.errors import IncompleteDay
from insider_web_push.hook import InsiderWebPushHook
from insider_web_push.vocabulary import Check
from tests.integration.mending import RANGE, Clock, clear_failed, failed, fetched_while_added_up, is_whole, red
from tests.integration.pipeline import DAY, Pipeline


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
    clear = "clearing it with downstream" if fault == "list_200" else "clear the failed tasks with downstream"
    assert clear in said
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


def test_an_answer_that_said_less_than_the_list_is_asked_again_by_the_refresh(
    sim: Simulator, day: Pipeline, at_age: Clock
) -> None:
    """The API was adding the day up anew as it was fetched."""
    at_age(1)
    swept = fetched_while_added_up(sim, day, 0.5, day.plan_of_one())
    day.publish(swept)
    assert "run insider_web_push_refresh for 2026-03-10" in red(day, lambda: day.verify(swept), Trouble.CHECK_LIST)
    day.refresh(**RANGE)
    assert (is_whole(day), day.manifest.checks) == (True, {})


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
    day.fetch_and_publish(swept)
    said = red(day, lambda: day.verify(swept), Trouble.HELD_CAMPAIGN)
    assert "accept_fall" in said
    sim.clear()
    day.refresh(**RANGE)
    assert is_whole(day)
    assert day.manifest.held == {}
