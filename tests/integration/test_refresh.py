"""The second look: a day that is followed through its ages, by the real operators, with the clock moved on."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowSkipException

from include.simulator.process import Simulator
from insider_web_push.days.rules import DEFAULT_AGES, Rules
from insider_web_push.errors import IncompleteDay, InvalidRequest
from insider_web_push.vocabulary import Finality
from tests.integration.pipeline import DAY, Pipeline

Clock = Callable[[float], None]


def days_of(works: list[Any]) -> dict[str, str]:
    """Give the chosen days, and why."""
    return {work["day"]: work["why"] for work in works}


def calls(sim: Simulator) -> int:
    """Count the calls of campaign-metrics."""
    return sum(request["endpoint"] == "campaign-metrics" for request in sim.requests())


def test_every_look_of_the_ladder_is_had_once(day: Pipeline, at_age: Clock) -> None:
    """Run every day for four months."""
    day.run()
    looks = []
    for age in range(2, 120):
        at_age(age)
        day.run_id = f"scheduled__{age}"
        works = day.choose()
        if works:
            looks.append(age)
            day.run(works)
    assert tuple(looks) == DEFAULT_AGES
    assert {campaign.finality for campaign in day.manifest.campaigns.values()} == {Finality.FINAL}


def test_a_late_conversion_is_in_the_table_and_in_one_event(sim: Simulator, day: Pipeline, at_age: Clock) -> None:
    """After the next look; a look at nothing new says nothing."""
    at_age(30)
    day.run()
    campaign = day.plan_of_one()
    sim.move("late", campaign, DAY, device="Mobile", clicks=2, conversions=2, revenue="151.30")
    at_age(60)
    before = dict(zip(day.read(), day.read("conversions"), strict=True))
    day.set_state("success", "publish", run_id="manual__1")
    day.run_id = "scheduled__2"
    day.refresh()
    after = dict(zip(day.read(), day.read("conversions"), strict=True))
    assert after == before | {campaign: before[campaign] + 2}
    moved = [row for row in day.changes() if row["table_name"] == "campaign_day" and row["campaign_id"] == campaign]
    assert {(row["metric"], row["delta"]) for row in moved} >= {("conversions", 2), ("clicks", 2)}
    assert (day.revision, day.events) == (2, [{DAY}, {DAY}])


def test_a_look_at_nothing_new_says_nothing(sim: Simulator, day: Pipeline, at_age: Clock) -> None:
    """No revision, no event; the look is had."""
    at_age(30)
    day.run()
    frozen = sim.settings()["now"]
    at_age(60)
    sim.patch(now=frozen)
    day.run_id = "scheduled__2"
    day.refresh()
    assert (day.revision, day.events, day.manifest.looked_at) == (1, [{DAY}], 60)
    assert day.choose() == []


def test_an_end_of_delivery_that_totals_cannot_show_is_there_by_the_closing_age(
    sim: Simulator, day: Pipeline, at_age: Clock
) -> None:
    """`isTTLEnded` turned over; no count moved."""
    at_age(7)
    day.run()
    frozen, campaign = sim.settings()["now"], day.plan_of_one()
    before = dict(zip(day.read(), day.read("is_ttl_ended"), strict=True))[campaign]
    sim.move("ttl_ended", campaign, DAY, ended=not before)
    at_age(11)
    sim.patch(now=frozen)
    day.run_id = "scheduled__2"
    day.refresh()
    moved = [row for row in day.changes() if row["metric"] == "is_ttl_ended"]
    assert [(row["campaign_id"], row["after"]) for row in moved] == [(campaign, str(not before).lower())]


@pytest.mark.parametrize("kind", ["device", "reason"])
def test_what_totals_cannot_show_is_there_by_the_closing_age(
    sim: Simulator, day: Pipeline, at_age: Clock, kind: str
) -> None:
    """Totals stand still, so the looks before it fetch nothing of that campaign."""
    at_age(7)
    day.run()
    frozen = sim.settings()["now"]
    campaign = day.plan_of_one()
    if kind == "device":
        sim.move("device_shift", campaign, DAY, device="Mobile", to_device="Desktop", delivered=3)
    else:
        sim.move("reason_shift", campaign, DAY, reason="frequencyCapped", to_reason="internalErrors", count=1)
    at_age(8)
    sim.patch(now=frozen)
    sim.clear_log()
    day.run_id = "scheduled__2"
    day.refresh(first_day=DAY, last_day=DAY)
    assert calls(sim) == 0
    at_age(11)
    sim.patch(now=frozen)
    day.run_id = "scheduled__3"
    day.refresh()
    assert calls(sim) == 3
    table = {"device": "campaign_day_device", "reason": "campaign_day_unsuccessful"}[kind]
    moved = [row for row in day.changes() if row["table_name"] == table]
    assert {row["campaign_id"] for row in moved} == {campaign}
    assert sum(row["delta"] for row in moved if row["delta"] is not None) == 0
    assert day.manifest.sentinel.missed == [campaign]


def test_three_days_paused_are_caught_up(sim: Simulator, day: Pipeline, at_age: Clock) -> None:
    """Due looks once each; days that nobody published are not touched; the calls are those of the estimate."""
    day.run()
    at_age(5)  # the looks at 2 and 3 are missed, and the days after it were never run
    sim.clear_log()
    day.run_id = "scheduled__2"
    works = day.choose()
    assert days_of(works) == {DAY: "age"}
    day.run(works)
    assert day.estimate["calls"] == len(sim.requests()) == day.estimate["by_cause"]["sweep"] + calls(sim)
    assert {request["start_date"] for request in sim.requests()} == {DAY}
    assert day.manifest.looked_at == 5
    assert day.choose() == []


def test_a_partial_day_is_readable_by_its_deadline_and_complete_once_it_is_accepted(
    sim: Simulator, day: Pipeline, at_age: Clock
) -> None:
    """Red and without an event until then; the manifest keeps who accepted it."""
    day.rules = Rules(partial_after_h=2)
    broken = day.plan_of_one()
    sim.fault("not_found", campaign_id=broken)
    with pytest.raises(IncompleteDay, match=rf"{broken}.* of 4 missing; the day is published as partial, revision 1"):
        day.run_all()
    assert day.events == []
    with pytest.raises(IncompleteDay, match=r"2026-03-10 \(partial\)"):
        day.read()
    rows = day.reader.read(datetime.fromisoformat(DAY).date(), allow_partial=True).to_pylist()
    (row,) = [row for row in rows if row["detail_status"] == "missing"]
    assert (row["campaign_id"], row["sent"] > 0) == (broken, True)
    day.run_id = "manual__accepts"
    day.refresh(first_day=DAY, last_day=DAY, accept_missing=[broken])
    assert (day.manifest.is_complete, day.manifest.campaigns[broken].accepted_by) == (True, "manual__accepts")
    assert day.events == [{DAY}]
    at_age(2)
    day.run_id = "scheduled__2"
    day.refresh()  # is not asked for again, though it still fails
    assert day.manifest.is_complete


def test_a_day_that_fell_is_held_until_it_is_accepted(sim: Simulator, day: Pipeline, at_age: Clock) -> None:
    """Red with the figures, campaign by campaign; the form publishes what they answer now."""
    at_age(20)
    day.run()
    for campaign in day.read():
        if day.manifest.campaigns[campaign].snapshot:
            sim.move("scale", campaign, DAY, factor=0.5)
    day.run_id = "manual__2"
    with pytest.raises(IncompleteDay, match=r"sent fell from .* \(50 %\).*accept_fall"):
        day.refresh(last_day=DAY)
    assert (day.revision, len(day.manifest.held)) == (1, 3)
    sim.clear_log()
    day.run_id = "manual__3"
    day.refresh(last_day=DAY, accept_fall=True)
    assert (day.revision, calls(sim), day.manifest.held) == (2, 3, {})


def test_a_list_of_campaigns_is_a_filter(sim: Simulator, day: Pipeline, at_age: Clock) -> None:
    """One campaign of one day costs its call and the list; the others stay as they are."""
    at_age(5)
    day.run()
    one = day.plan_of_one()
    sim.clear_log()
    day.run_id = "manual__2"
    day.refresh(last_day=DAY, mode="all", campaigns=[one])
    assert [request["campaign_id"] for request in sim.requests() if request["campaign_id"]] == [one]


def test_a_dry_run_tells_the_cost_and_changes_nothing(sim: Simulator, day: Pipeline, at_age: Clock) -> None:
    """Only the list is read, and the account's totals."""
    day.form = {"dry_run": True, "last_day": DAY, "mode": "all"}
    at_age(3)
    swept = day.discover(day.choose())
    with pytest.raises(AirflowSkipException, match="dry run"):
        day.plan(swept)
    with pytest.raises(AirflowSkipException, match="dry run"):
        day.publish(swept)
    assert day.verify(swept) == {"days": 0}
    assert (day.estimate["calls"], day.estimate["by_cause"]) == (5, {"sweep": 2, "new": 3})
    assert calls(sim) == 0


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"first_day": "2026-03-10", "last_day": "2026-03-09"}, "swap them"),
        ({"rebuild": True}, "rebuild needs days"),
        ({"mode": "all"}, "need days"),
        ({"campaigns": ["1"]}, "need days"),
    ],
)
def test_a_form_that_cannot_be_spends_nothing(
    sim: Simulator, day: Pipeline, at_age: Clock, form: dict[str, Any], said: str
) -> None:
    """What a schema cannot say."""
    at_age(5)
    with pytest.raises(InvalidRequest, match=said):
        day.refresh(**form)
    assert sim.requests() == []


@pytest.mark.parametrize(
    ("key", "meant"), [("dryrun", "dry_run"), ("max_call", "max_calls"), ("campaign", "campaigns")]
)
def test_a_key_that_nobody_reads_costs_no_call(
    sim: Simulator, day: Pipeline, at_age: Clock, key: str, meant: str
) -> None:
    """Airflow lets it pass; ignored, it would spend what somebody wanted to keep."""
    at_age(5)
    with pytest.raises(InvalidRequest, match=f"no field '{key}'; did you mean {meant}"):
        day.refresh(**{"first_day": DAY, "last_day": DAY, key: 1})
    day.form = {key: 1}
    with pytest.raises(InvalidRequest, match=f"no field '{key}'"):
        day.discover()
    assert sim.requests() == []


def test_a_rebuild_costs_no_call(sim: Simulator, day: Pipeline, at_age: Clock) -> None:
    """And gives the same bytes."""
    at_age(5)
    day.run()
    lake = day.folder
    kept = {path: path.read_bytes() for path in lake.rglob("*.parquet")}
    for path in kept:
        path.unlink()
    sim.clear_log()
    day.run_id = "manual__2"
    day.refresh(first_day="2026-03-01", last_day=DAY, rebuild=True)
    assert sim.requests() == []
    assert {path: path.read_bytes() for path in lake.rglob("*.parquet")} == kept
    assert day.events == [{DAY}]
