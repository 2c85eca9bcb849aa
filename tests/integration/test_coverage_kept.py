"""The coverage index follows what publish and purge do, and never stands in their way."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta

import pytest
from airflow.sdk.exceptions import AirflowSkipException

from include.simulator.process import Simulator
from insider_web_push.coverage.index import DayEntry
from insider_web_push.coverage.keeping import read_index
from insider_web_push.errors import IncompleteDay
from insider_web_push.lake.storage import Storage
from tests.integration.pipeline import DAY, Pipeline


def entry(day: Pipeline) -> DayEntry | None:
    index = read_index(Storage(day.storage, "brand"))
    assert index is not None
    return index.days.get(date.fromisoformat(DAY))


def test_a_published_day_is_in_the_index_and_a_correction_too(sim: Simulator, day: Pipeline) -> None:
    """With the run that committed it."""
    sim.patch(now="2026-03-11T01:00:00+03:00")
    day.run()
    first = entry(day)
    assert first is not None
    assert (first.status, first.revision, first.run, first.details) == (
        "complete", 1, "manual__1", {"fetched": 3, "quiet": 1},
    )  # fmt: skip
    sim.patch(now="2026-03-20T01:00:00+03:00")
    day.run_id = "manual__2"
    day.run()
    later = entry(day)
    assert later is not None
    assert (later.revision, later.run) == (2, "manual__2")


def test_a_day_that_is_not_published_is_in_the_index_with_the_words(day: Pipeline) -> None:
    """Of the log and of verify; they go when the day is published after all."""
    swept = day.discover()
    planned = day.plan(swept)
    with pytest.raises(AirflowSkipException):
        day.publish(swept)
    tried = entry(day)
    assert tried is not None
    assert (tried.status, tried.run) == ("incomplete", "manual__1")
    assert "3 campaigns" in tried.why
    for one in planned:
        day.fetch(**one)
    day.publish(swept)
    published = entry(day)
    assert published is not None
    assert (published.status, published.why) == ("complete", "")


def test_a_purged_day_says_so_and_a_purged_campaign_leaves_the_words(day: Pipeline) -> None:
    """Also of a day that was never published: its id must not stay in the words."""
    swept = day.discover()
    day.plan(swept)
    with pytest.raises(AirflowSkipException):
        day.publish(swept)
    gone = day.plan_of_one()
    assert gone in str(entry(day))
    with pytest.raises(AirflowSkipException):
        day.purge(campaigns=[gone])
    tried = entry(day)
    assert tried is not None
    assert (tried.status, gone in tried.why) == ("incomplete", False)
    with pytest.raises(AirflowSkipException):
        day.purge()
    purged = entry(day)
    assert purged is not None
    assert purged.status == "purged"


def test_purging_a_campaign_of_days_that_nobody_looked_at_brings_them_nowhere(day: Pipeline) -> None:
    """They were never there."""
    day.run()
    before = (date.fromisoformat(DAY) - timedelta(days=1)).isoformat()
    with suppress(AirflowSkipException):
        day.purge(first_day=before, last_day=before, campaigns=["1"])
    index = read_index(Storage(day.storage, "brand"))
    assert index is not None
    assert set(index.days) == {date.fromisoformat(DAY)}


def test_an_index_that_cannot_be_written_fails_no_publish(day: Pipeline) -> None:
    """The day is committed and announced; the run stays green."""
    place = day.folder / Storage(day.storage, "brand").at.coverage
    place.mkdir(parents=True)
    day.run()
    assert (day.revision, day.events) == (1, [{DAY}])


def test_a_held_day_shows_its_version_and_why_the_newer_one_is_not_there(
    sim: Simulator, day: Pipeline, at_age: Callable[[float], None]
) -> None:
    """What an operator has to look at, without opening a log."""
    at_age(20)
    day.run()
    for campaign in day.read():
        if day.manifest.campaigns[campaign].snapshot:
            sim.move("scale", campaign, DAY, factor=0.5)
    day.run_id = "manual__2"
    with pytest.raises(IncompleteDay):
        day.run()
    held = entry(day)
    assert held is not None
    assert (held.status, held.revision) == ("complete", 1)
    assert "sent fell from" in held.why
