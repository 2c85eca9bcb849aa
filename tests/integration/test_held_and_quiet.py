"""Days of which an answer says less than it should, a later one or the first: by the real operators, over looks."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowSkipException

from include.simulator.process import Simulator
from insider_web_push.days.rules import Rules
from insider_web_push.errors import IncompleteDay, InsiderError, PagesDrifted, QuietDay
from insider_web_push.operators.base import TROUBLES
from insider_web_push.vocabulary import DAILY, DayStatus
from tests.integration.mending import fetched_while_added_up
from tests.integration.pipeline import DAY, Pipeline
from tests.supervisor import Instance

Clock = Callable[[float], None]
THAT = {"first_day": DAY, "last_day": DAY}


def calls(sim: Simulator) -> list[str]:
    """Name the campaigns that were asked for."""
    return [request["campaign_id"] for request in sim.requests() if request["endpoint"] == "campaign-metrics"]


def figures(day: Pipeline, campaign: str) -> tuple[Any, ...]:
    """Give what is published of a campaign."""
    return next(
        (sent, clicks, revenue)
        for key, sent, clicks, revenue in zip(
            day.read(), day.read("sent"), day.read("clicks"), day.read("revenue"), strict=True
        )
        if key == campaign
    )


def says_less(sim: Simulator, campaign: str, how: str) -> None:
    """Let the API's next answer about a campaign say less, and move another campaign on."""
    match how:
        case "unreadable":
            sim.campaign(campaign, spoil={"overview.revenue": "411.840", "overview.ctr.clicks": "411.840"})
        case "no-devices":
            sim.campaign(campaign, spoil={"deviceMetrics": []})
        case "gone":
            sim.campaign(campaign, quiet=True, exists=False)
        case "fell":
            sim.move("scale", campaign, DAY, factor=0.5)


@pytest.mark.parametrize("how", ["unreadable", "no-devices", "gone", "fell"])
def test_a_second_look_that_says_less_of_one_campaign(sim: Simulator, day: Pipeline, at_age: Clock, how: str) -> None:
    """It keeps its figures and is named; the others go on; the form accepts it."""
    at_age(3)
    day.run()
    campaign, other = _largest(day)
    before = figures(day, campaign)
    says_less(sim, campaign, how)
    sim.move("scale", other, DAY, factor=2)
    at_age(7)
    day.run_id = "scheduled__2"
    swept = day.discover(day.choose())
    for planned in day.plan(swept):
        with suppress(AirflowSkipException):  # gone
            day.fetch(**planned)
    if campaign not in calls(sim)[3:]:  # totals do not show what is gone from the answer alone
        day.fetch(campaign, day=DAY, baseline=None)
    day.publish(swept)
    manifest = day.manifest
    assert (list(manifest.held), manifest.status, day.revision) == ([campaign], DayStatus.COMPLETE, 2)
    assert (figures(day, campaign), figures(day, other) != before) == (before, True)
    assert other in manifest.moved
    assert campaign not in manifest.moved
    at_age(7.1)
    day.run_id = "manual__accepts"
    sim.clear_log()
    day.rules = Rules(check_thresholds=dict.fromkeys(["unreadable", "device_sum", "rate", "list"], 1))
    day.refresh(**THAT, accept_fall=True)
    assert (day.manifest.held, figures(day, campaign) != before or how == "no-devices") == ({}, True)
    assert campaign in calls(sim)
    day.verify(swept)


def _largest(day: Pipeline) -> tuple[str, str]:
    by_sent = sorted(zip(day.read("sent"), day.read(), strict=True), reverse=True)
    return by_sent[0][1], by_sent[1][1]


def test_a_held_campaign_is_asked_again_by_the_next_refresh_and_let_go(
    sim: Simulator, day: Pipeline, at_age: Clock
) -> None:
    """The day is due for that alone, and costs one call more than its list."""
    at_age(3)
    day.run()
    campaign, _ = _largest(day)
    frozen = sim.settings()["now"]
    says_less(sim, campaign, "unreadable")
    day.run_id = "manual__2"
    with pytest.raises(IncompleteDay, match=rf"{campaign} .*there is no readable clicks \(was"):
        day.refresh(**THAT, mode="all")
    sim.clear()
    at_age(4)
    sim.patch(now=frozen)
    day.run_id = "scheduled__3"
    works = day.choose()
    assert {work["day"]: work["why"] for work in works} == {DAY: "held"}
    day.run(works)
    assert (calls(sim), day.estimate["by_cause"]["held"]) == ([campaign], 1)
    assert (day.manifest.held, day.revision) == ({}, 1)
    at_age(5)
    assert day.choose() == []


def test_a_first_answer_that_says_less_than_its_list_is_asked_again_at_the_next_look(
    sim: Simulator, day: Pipeline, at_age: Clock
) -> None:
    """The list does not move; a call that fails costs the day nothing, and the next look asks again."""
    at_age(1)
    day.rules = Rules(check_thresholds={"list": 1})
    campaign, morning = day.plan_of_one(), sim.settings()["now"]
    day.publish(fetched_while_added_up(sim, day, 0.5, campaign))
    half = figures(day, campaign)

    def look(age: int) -> list[str]:
        """Look as the refresh does, at figures that nothing was added to; gives the campaigns that it calls for."""
        sim.clear_log()
        at_age(age)
        sim.patch(now=morning)
        day.run_id = f"scheduled__{age}"
        swept = day.discover(day.choose())
        for planned in day.plan(swept):
            with suppress(InsiderError):
                day.fetch(**planned)
        with suppress(AirflowSkipException):
            day.publish(swept)
        day.verify(swept)
        return calls(sim)

    sim.fault("not_found", campaign_id=campaign)
    assert (set(look(2)), day.estimate["by_cause"]) == ({campaign}, {"sweep": 2, "less": 1})
    assert (figures(day, campaign), day.manifest.status, day.revision) == (half, DayStatus.COMPLETE, 1)
    sim.clear()
    assert (look(3), day.revision) == ([campaign], 2)
    assert abs(figures(day, campaign)[0] - 2 * half[0]) < 2
    assert look(7) == []


def test_first_answers_that_are_empty_though_the_list_is_not_hold_the_day(
    sim: Simulator, day: Pipeline, at_age: Clock
) -> None:
    """As an empty list does; the refresh of the same morning asks for them again."""
    at_age(1)
    a_week_before(day)
    swept = fetched_while_added_up(sim, day, 0)
    with pytest.raises(AirflowSkipException, match=r"4 campaigns with 0 sent and clicks, where each of the last 7"):
        day.publish(swept)
    with pytest.raises(IncompleteDay, match="the API may not have added the day up yet; the day is not published"):
        day.verify(swept)
    at_age(1 + 2 / 24)
    day.run_id = "scheduled__2"
    day.refresh()
    assert (len(calls(sim)), len(day.read()), day.events) == (3, 4, [{DAY}])
    assert min(figures(day, campaign)[0] for campaign in calls(sim)) > 0


def a_week_before(day: Pipeline, **form: Any) -> None:
    """Publish the seven days before, as lists alone."""
    last = date.fromisoformat(DAY) - timedelta(days=1)
    first = last - timedelta(days=6)
    day.refresh(first_day=first.isoformat(), last_day=last.isoformat(), depth="totals", **form)
    day.events.clear()
    day.states.clear()


@pytest.fixture
def too_early(sim: Simulator, day: Pipeline, at_age: Clock) -> Pipeline:
    """A morning on which the list is empty, after a week of days with activity."""
    at_age(1)
    a_week_before(day)
    sim.patch(campaigns=0, quiet_campaigns=0)
    return day


def test_an_empty_list_in_the_morning_is_read_again_half_an_hour_later(
    sim: Simulator, too_early: Pipeline, at_age: Clock
) -> None:
    """By the tries of the same task; then the day is published as any other."""
    for hours in (0, 0.5, 1.0):
        at_age(1 + hours / 24)
        with pytest.raises(QuietDay, match=r"0 campaigns with 0 sent and clicks, where each of the last 7") as raised:
            too_early.discover()
        assert raised.value.retry_after_s == 1800
    sim.patch(campaigns=3)
    at_age(1 + 1.5 / 24)
    too_early.run()
    assert (len(too_early.read()), too_early.events) == (3, [{DAY}])


def test_the_last_try_hands_the_list_on_and_the_day_is_held(sim: Simulator, too_early: Pipeline, at_age: Clock) -> None:
    """Verify is red for it; the refresh of the same morning looks again, though the list is fresh."""
    too_early.max_tries = 0
    swept = too_early.discover()
    assert too_early.plan(swept) == []
    with pytest.raises(AirflowSkipException, match=r"where each of the last 7 published days had at least [0-9,]+:"):
        too_early.publish(swept)
    with pytest.raises(IncompleteDay, match="the API may not have added the day up yet; the day is not published"):
        too_early.verify(swept)
    assert {work["day"]: work["why"] for work in too_early.choose()} == {DAY: "incomplete"}
    sim.patch(campaigns=3)
    at_age(1 + 2 / 24)
    too_early.run_id = "scheduled__2"
    too_early.refresh()
    assert (len(too_early.read()), too_early.events) == (3, [{DAY}])


@pytest.mark.parametrize("how", ["form", "setting"])
def test_a_real_day_without_pushes_is_accepted(too_early: Pipeline, at_age: Clock, how: str) -> None:
    """By the form of the refresh, or once for all by the account."""
    if how == "setting":
        too_early.rules = Rules(accept_quiet=True)
        too_early.run()
    else:
        at_age(2)
        too_early.refresh(**THAT, accept_quiet=True)
    assert (too_early.read(), too_early.events, too_early.manifest.status) == ([], [{DAY}], DayStatus.COMPLETE)


def test_a_backfill_does_not_wait(too_early: Pipeline, at_age: Clock) -> None:
    """Half an hour changes nothing of a day that is long over; it is held all the same."""
    at_age(4)
    swept = too_early.discover()
    with pytest.raises(AirflowSkipException, match="where each of the last 7"):
        too_early.publish(swept)


def test_totals_of_a_quiet_day_are_held_as_well(too_early: Pipeline, at_age: Clock) -> None:
    """They come from the same list."""
    at_age(2)
    with pytest.raises(IncompleteDay, match="where each of the last 7"):
        too_early.refresh(**THAT, depth="totals")


def test_publish_succeeds_without_an_event_where_no_complete_day_is_new(
    sim: Simulator, day: Pipeline, at_age: Clock
) -> None:
    """It wrote totals, then a partial day: whoever waits for a complete day is told of neither."""
    at_age(2)
    day.refresh(**THAT, depth="totals")
    assert (day.states, day.events, day.manifest.status) == (["success"], [], DayStatus.TOTALS)
    day.rules = Rules(partial_after_h=0)
    sim.fault("not_found", campaign_id=day.plan_of_one())
    with pytest.raises(IncompleteDay):
        day.run_all()
    assert (day.states, day.events, day.manifest.status) == (["success"] * 2, [], DayStatus.PARTIAL)
    with pytest.raises(IncompleteDay):
        day.run_all()
    assert (day.states[2:], day.events) == (["skipped"], [])


def test_the_cause_of_a_partial_day_is_stored(day: Pipeline, at_age: Clock) -> None:
    """In the manifest, by campaign and in one line, as verify says it; it stays where a later run says nothing."""
    at_age(2)
    day.rules = Rules(partial_after_h=0)
    swept = day.discover()
    first, second, third = (planned["campaign_id"] for planned in day.plan(swept))
    day.fetch(third, day=DAY, baseline=None)
    for index, (campaign, why) in enumerate(((first, "the API answered 424"), (second, "gone"))):
        day.airflow.xcoms[Instance(DAILY, day.run_id, "fetch", index), TROUBLES] = [
            {"campaign_id": campaign, "day": DAY, "why": why}, {"campaign_id": third, "day": "2026-03-09", "why": "no"},
        ]  # fmt: skip
    day.publish(swept)
    assert day.manifest.campaigns[first].reason == "the API answered 424"
    assert day.manifest.campaigns[third].reason is None
    assert f"(the API answered 424), {second} " in day.manifest.reason
    assert day.manifest.reason.endswith("(gone)) of 4 missing")
    with pytest.raises(IncompleteDay, match=r"\(the API answered 424\).*\(gone\)\) of 4 missing"):
        day.verify(swept)
    day.airflow.xcoms.clear()
    day.run_id = "manual__2"
    with pytest.raises(AirflowSkipException, match="the API answered 424"):
        day.publish(day.discover())
    assert day.manifest.campaigns[first].reason == "the API answered 424"


def test_a_day_is_said_once_in_its_words(sim: Simulator, day: Pipeline, at_age: Clock) -> None:
    """Of a run with several days by who prints them, of the daily run by the error."""
    at_age(3)
    sim.patch(campaigns=25)
    sim.fault("short", endpoint="overall-metrics", times=12)
    with pytest.raises(IncompleteDay) as red:
        day.refresh(**THAT)
    assert f"{DAY}: {DAY}" not in str(red.value)
    with pytest.raises(PagesDrifted, match=rf"^{DAY}: [0-9]+ unique"):
        day.discover()
