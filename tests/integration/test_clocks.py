"""Workers' clocks that are wrong by seconds: what was fetched later counts as later."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from airflow.sdk.exceptions import AirflowSkipException

from include.simulator.process import Simulator
from insider_web_push.days.handover import chunked
from insider_web_push.lake.keys import read_raw_key
from insider_web_push.lake.storage import Storage
from insider_web_push.vocabulary import DayStatus
from tests.integration.pipeline import DAY, Pipeline

Clock = Callable[[float], None]
TRUE = datetime(2026, 3, 11, 4, tzinfo=UTC)
WRONG = [-60, -3, 3, 60]
"""Seconds that a worker's clock is ahead; each pair of workers differs by two of them."""


@pytest.fixture
def clock(sim: Simulator) -> Iterator[Clock]:
    """Set this machine's clock so many seconds ahead of the true one, which goes on by a second each time."""
    true = [TRUE]
    sim.patch(now=TRUE)
    with time_machine.travel(TRUE, tick=False) as traveller:

        def ahead(seconds: float) -> None:
            true[0] += timedelta(seconds=1)
            traveller.move_to(true[0] + timedelta(seconds=seconds))

        yield ahead


def fetched(day: Pipeline, planned: Any, **arguments: Any) -> str:
    """Fetch one campaign; gives its key."""
    (key,) = day.fetch(**planned, **arguments)
    return key


@pytest.mark.parametrize("of_fetch", WRONG)
@pytest.mark.parametrize("is_first", [True, False])
def test_an_answer_is_later_than_the_list_that_it_was_fetched_for(
    day: Pipeline, clock: Clock, of_fetch: float, *, is_first: bool
) -> None:
    """Nothing of the day is missing then: of its first run, and of one that asks for everything again."""
    clock(0)
    if not is_first:
        day.run()
        day.form = {"first_day": DAY, "last_day": DAY, "mode": "all"}
    clock(0)
    swept = day.discover() if is_first else day.discover(day.choose())
    planned = day.plan(swept)
    clock(of_fetch)
    for item in planned:
        day.fetch(**item)
    assert (len(planned), day.plan(swept)) == (3, [])
    with suppress(AirflowSkipException):  # nothing moved
        day.publish(swept)
    day.verify(swept)


@pytest.mark.parametrize("first", WRONG)
@pytest.mark.parametrize("second", WRONG)
def test_a_later_list_is_the_newest(day: Pipeline, clock: Clock, first: float, second: float) -> None:
    """Whoever reads it."""
    clock(first)
    (before,) = day.discover()
    clock(second)
    (after,) = day.discover()
    assert after["sweep"] > before["sweep"]
    assert Storage(day.storage, "brand").newest_list(TRUE.date() - timedelta(days=1)) == after["sweep"]


@pytest.mark.parametrize("first", WRONG)
@pytest.mark.parametrize("second", WRONG)
def test_a_list_is_later_than_the_answers_before_it(
    sim: Simulator, day: Pipeline, clock: Clock, first: float, second: float
) -> None:
    """Or a campaign that moved since would count as fresh."""
    clock(first)
    day.run()
    before = sum(day.read("clicks"))
    sim.patch(now=TRUE + timedelta(days=100))
    clock(second)
    day.run()
    assert sum(day.read("clicks")) > before


@pytest.mark.parametrize("first", WRONG)
@pytest.mark.parametrize("second", WRONG)
@pytest.mark.parametrize("again", ["cleared", "another run"])
def test_an_answer_that_was_fetched_again_is_the_newest(
    sim: Simulator, day: Pipeline, clock: Clock, first: float, second: float, again: str
) -> None:
    """By a retry, by a clear, and by the next run."""
    clock(0)
    swept = day.discover()
    planned, *_ = day.plan(swept)
    clock(first)
    older = fetched(day, planned)
    sim.patch(now=TRUE + timedelta(days=100))
    clock(second)
    if again == "cleared":
        day.try_number = 2
    else:
        day.form = {"mode": "all", "first_day": DAY, "last_day": DAY}
        planned = next(
            one for one in day.plan(day.discover(day.choose())) if one["campaign_id"] == planned["campaign_id"]
        )
    newer = fetched(day, planned)
    assert newer > older
    store = Storage(day.storage, "brand")
    assert store.newest_snapshots(TRUE.date() - timedelta(days=1))[planned["campaign_id"]] == newer


@pytest.mark.parametrize("first", WRONG)
@pytest.mark.parametrize("second", WRONG)
def test_a_task_of_several_knows_what_it_has_fetched(
    sim: Simulator, day: Pipeline, clock: Clock, first: float, second: float
) -> None:
    """Its retry, and its clear, run on another machine."""
    sim.patch(campaigns=4, quiet_campaigns=0)
    clock(0)
    planned: Any = [{k: v for k, v in one.items() if k != "also"} for one in day.plan(day.discover())]
    (task,) = chunked(planned, most=1)
    sim.fault("not_found", campaign_id=planned[1]["campaign_id"], times=1)
    clock(first)
    with pytest.raises(Exception, match="Campaign not found"):
        day.fetch(**task)
    clock(second)
    day.try_number = 2
    retried = day.fetch(**task)
    assert [read.campaign_id for key in retried if (read := read_raw_key(key))] == [planned[1]["campaign_id"]]
    clock(first)
    day.try_number, day.max_tries = 3, 6
    cleared = day.fetch(**task)
    assert len(cleared) == 4
    newest = Storage(day.storage, "brand").newest_snapshots(TRUE.date() - timedelta(days=1))
    assert sorted(cleared) == sorted(newest.values())


def test_a_plan_of_an_older_version_is_carried_out(day: Pipeline) -> None:
    """Its XCom says nothing of an instant."""
    swept = day.discover()
    for planned in day.plan(swept):
        del planned["after"]
        day.fetch(**planned)
    day.publish(swept)
    assert day.manifest.status is DayStatus.COMPLETE
