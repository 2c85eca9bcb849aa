"""Depth `totals`: the lists alone, for years of history."""

from collections.abc import Callable

import pytest

from include.simulator.process import Simulator
from insider_web_push.errors import IncompleteDay, InvalidRequest
from insider_web_push.vocabulary import DayStatus, DetailStatus
from tests.integration.pipeline import DAY, Pipeline

RANGE = {"first_day": DAY, "last_day": DAY}


def details(sim: Simulator) -> int:
    """Count the calls of campaign-metrics."""
    return sum(request["endpoint"] == "campaign-metrics" for request in sim.requests())


def test_a_day_of_totals_takes_its_list_alone(sim: Simulator, day: Pipeline) -> None:
    """Counters and revenue are there, devices and reasons are not; nobody is told that the day is complete."""
    day.refresh(**RANGE, depth="totals")
    assert (details(sim), day.events) == (0, [])
    manifest = day.manifest
    assert (manifest.status, manifest.revision) == (DayStatus.TOTALS, 1)
    assert sorted(campaign.status for campaign in manifest.campaigns.values()) == [
        "quiet",
        "totals",
        "totals",
        "totals",
    ]
    rows = day.reader.read(manifest.day, allow_partial=True).to_pylist()
    assert sum(row["sent"] for row in rows) == manifest.totals["sent"] > 0
    assert day.reader.read(manifest.day, "campaign_day_device", allow_partial=True).num_rows == 0


def test_a_reader_is_told_that_details_are_not_there(day: Pipeline) -> None:
    """Unless it asks for what there is."""
    day.refresh(**RANGE, depth="totals")
    with pytest.raises(IncompleteDay, match=rf"{DAY} \(totals\)"):
        day.read()


def test_details_come_by_any_other_run(day: Pipeline) -> None:
    """As a revision, with an event."""
    day.refresh(**RANGE, depth="totals")
    day.run()
    assert (day.manifest.status, day.revision, day.events) == (DayStatus.COMPLETE, 2, [{DAY}])
    assert {campaign.status for campaign in day.manifest.campaigns.values()} == {
        DetailStatus.FETCHED,
        DetailStatus.QUIET,
    }


def test_a_day_that_has_details_keeps_them(sim: Simulator, day: Pipeline) -> None:
    """It is left out, without a call."""
    day.run()
    before = day.manifest
    sim.clear_log()
    day.form = RANGE | {"depth": "totals"}
    assert day.choose() == []
    assert sim.requests() == []
    # Also where it was published while the run was under way.
    day.run(
        [
            {
                "day": DAY,
                "why": "asked",
                "mode": "changed",
                "depth": "totals",
                "only": [],
                "closing": True,
                "rebuild": False,
            }
        ]
    )
    assert day.manifest.status is DayStatus.COMPLETE
    assert day.manifest.files == before.files


def test_totals_that_moved_are_a_revision(sim: Simulator, day: Pipeline, at_age: Callable[[float], None]) -> None:
    """When somebody asks again; the refresh does not by itself."""
    at_age(5)
    day.refresh(**RANGE, depth="totals")
    at_age(40)
    assert day.choose() == []
    sim.move("late", day.plan_of_one(), DAY, device="Mobile", clicks=2, conversions=2, revenue="151.30")
    at_age(41)
    day.refresh(**RANGE, depth="totals")
    assert (day.manifest.status, day.revision) == (DayStatus.TOTALS, 2)


def test_a_day_of_totals_can_be_rebuilt(sim: Simulator, day: Pipeline) -> None:
    """From its list, without a call."""
    day.refresh(**RANGE, depth="totals")
    before = day.manifest
    for file in day.folder.rglob("revisions/**/*.parquet"):
        file.unlink()
    sim.clear_log()
    day.refresh(**RANGE, rebuild=True)
    assert sim.requests() == []
    assert day.manifest.files == before.files


def test_totals_need_days(day: Pipeline) -> None:
    """Nobody wants them of the days that are due for a look."""
    day.form = {"depth": "totals"}
    with pytest.raises(InvalidRequest, match="depth need days"):
        day.choose()
