"""What tests of remedies share, and of days that say less: what is red, what is said to do, whether it helped."""

from collections.abc import Callable

import pytest

from include.simulator.process import Simulator
from insider_web_push.days.handover import DiscoveredDay
from insider_web_push.days.remedies import Names, what_to_do
from insider_web_push.days.troubles import Trouble, trouble_of
from insider_web_push.errors import IncompleteDay, InsiderError
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


def fetched_while_added_up(sim: Simulator, day: Pipeline, factor: float, *campaigns: str) -> list[DiscoveredDay]:
    """Fetch the day's campaigns as the API adds some of them up anew since the list was read."""
    swept = day.discover()
    planned = day.plan(swept)
    for campaign in campaigns or [item["campaign_id"] for item in planned]:
        sim.move("scale", campaign, DAY, factor=factor)
    for item in planned:
        day.fetch(**item)
    sim.clear()
    return swept
