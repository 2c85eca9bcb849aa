"""A refresh in which something is wrong: it is red for that, and for nothing else."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from airflow.sdk.exceptions import AirflowSkipException

from include.simulator.process import Simulator
from insider_web_push.errors import IncompleteDay
from tests.integration.pipeline import DAY, Pipeline

Clock = Callable[[float], None]


def test_a_day_that_the_api_refuses_costs_the_others_nothing(sim: Simulator, day: Pipeline, at_age: Clock) -> None:
    """Red, with its reason; the other day is published."""
    at_age(5)
    sim.fault("invalid_400", endpoint="overall-metrics", times=1)
    with pytest.raises(IncompleteDay, match=r"2026-03-09: the API answered 400"):
        day.refresh(first_day="2026-03-09", last_day=DAY)
    assert day.events == [{DAY}]


def test_a_rebuild_that_cannot_be_published_is_red(day: Pipeline, at_age: Clock) -> None:
    """Though the published version is there: a raw answer is gone."""
    at_age(5)
    day.run()
    next(day.folder.rglob("campaign_id=*/*.json.gz")).unlink()
    with pytest.raises(IncompleteDay, match=r"2026-03-10: a stored answer of 2026-03-10 is gone"):
        day.refresh(last_day=DAY, rebuild=True)


@pytest.mark.parametrize(("bad", "times"), [("short", 6), ("list_200", 1)])
def test_one_bad_list_costs_the_other_days_nothing(
    sim: Simulator, day: Pipeline, at_age: Clock, bad: str, times: int
) -> None:
    """Red, with its reason; the calls that it cost are counted."""
    at_age(5)
    sim.patch(campaigns=25)
    sim.fault(bad, endpoint="overall-metrics", times=times)
    with pytest.raises(IncompleteDay, match="2026-03-09: "):
        day.refresh(first_day="2026-03-09", last_day=DAY)
    assert day.events == [{DAY}]
    assert day.estimate["calls"] == len(sim.requests())


def test_a_damaged_answer_of_one_day_costs_the_other_days_nothing(sim: Simulator, day: Pipeline, at_age: Clock) -> None:
    """Plan goes on without it, publish and verify name it."""
    at_age(5)
    with suppress(IncompleteDay):
        day.refresh(first_day="2026-03-09", last_day="2026-03-09")
    sim.patch(now=None)
    manifest = day.folder / "manifests" / "partner_id=brand" / "day=2026-03-09.json"
    manifest.unlink()
    for raw in day.folder.rglob("day=2026-03-09/campaign_id=*/*.gz"):
        raw.write_bytes(b"damaged")
    with pytest.raises(IncompleteDay, match=r"2026-03-09: the stored object .* is damaged"):
        day.refresh(first_day="2026-03-09", last_day=DAY)
    assert day.events[-1] == {DAY}


def test_a_day_that_is_just_being_fetched_is_left_to_whoever_fetches_it(day: Pipeline, at_age: Clock) -> None:
    """An hour later it is incomplete."""
    at_age(2)
    day.discover()
    assert day.choose() == []
    at_age(2.1)
    assert {work["day"]: work["why"] for work in day.choose()} == {DAY: "incomplete"}


def test_a_day_that_was_tried_and_is_incomplete_is_tried_again(sim: Simulator, day: Pipeline, at_age: Clock) -> None:
    """By the next refresh, which completes it."""
    broken = day.plan_of_one()
    sim.fault("not_found", campaign_id=broken)
    with pytest.raises(IncompleteDay, match=broken):
        day.run_all()
    sim.clear()
    at_age(2)
    works = day.choose()
    assert {work["day"]: work["why"] for work in works} == {DAY: "incomplete"}
    day.run(works)
    assert len(day.read()) == 4


def test_a_campaign_that_left_the_list_and_the_api_keeps_its_figures(
    sim: Simulator, day: Pipeline, at_age: Clock
) -> None:
    """The closing look asks once, and is green without it."""
    day.run()
    gone = day.plan_of_one()
    sent = dict(zip(day.read(), day.read("sent"), strict=True))[gone]
    sim.campaign(gone, listed=False, exists=False)
    at_age(11)
    swept = day.discover(day.choose())
    planned = day.plan(swept)
    (asked,) = [fetch for fetch in planned if fetch["campaign_id"] == gone]
    with pytest.raises(
        AirflowSkipException, match=f"campaign {gone} left the list of {DAY}, and keeps its last figures"
    ):
        day.fetch(**asked)
    for fetch in planned:
        if fetch is not asked:
            day.fetch(**fetch)
    day.publish(swept)
    day.verify(swept)
    assert dict(zip(day.read(), day.read("sent"), strict=True))[gone] == sent
    assert day.manifest.looked_at == 11
