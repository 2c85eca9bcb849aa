"""What an event says, and which event is a revision's."""

from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk import Asset

from insider_web_push.days.handover import DayResult
from insider_web_push.lake.manifest import EventOwed
from insider_web_push.operators.events import Events, announce
from tests.builders import DAY, SWEPT_AT, manifest

ASSET = Asset("days")
ME = EventOwed(dag_id="daily", run_id="manual__1")
OWING = manifest(revision=3, event=ME)


class Inlet:
    """The events of one asset, as Airflow gives them."""

    def __init__(self, *events: Any) -> None:
        self.events = events
        self.since = ""

    def after(self, since: str) -> tuple[Any, ...]:
        """Give the later ones."""
        self.since = since
        return self.events


def event(*, day: str = DAY.isoformat(), extra: Any = None, run_id: str = ME.run_id) -> Any:
    """An event of the task that owes it, unless another run is named."""
    return SimpleNamespace(
        partition_key=day, extra=extra, source_dag_id=ME.dag_id, source_run_id=run_id, source_task_id=ME.task_id
    )


def was_sent(inlet: Inlet) -> bool:
    """Ask."""
    context: Any = {"inlet_events": {ASSET: inlet}}
    return Events(context=context, asset=ASSET, me=ME).was_sent(OWING)


@pytest.mark.parametrize(
    ("found", "is_sent"),
    [
        (event(extra={"revisions": {"2026-11-22": 3}}), True),
        (event(extra={"revisions": {"2026-11-22": 3}}, run_id="whoever took it over"), True),
        (event(extra={"revisions": {"2026-11-22": 2}}), False),
        (event(extra={"revisions": {"2026-11-21": 3}}, day="2026-11-21"), False),
        (event(extra={"revisions": {"2026-11-21": 3}}), False),
        (event(extra={}), True),
        (event(extra=None), True),
        (event(extra={}, run_id="another"), False),
        (event(extra={}, day="2026-11-21"), False),
        (event(extra={"revisions": "by somebody else"}, run_id="another"), False),
    ],
)
def test_an_event_is_the_revisions_if_it_names_it(found: Any, *, is_sent: bool) -> None:
    """Or, without revisions, as earlier versions sent them, if it is of the task that owes it."""
    assert was_sent(Inlet(found)) is is_sent


def test_only_events_since_the_revision_are_asked_for() -> None:
    """A day that was purged and fetched again begins with revision 1 once more."""
    inlet = Inlet()
    assert not was_sent(inlet)
    assert inlet.since == "2026-11-23 00:50:00+00:00"
    assert SWEPT_AT.isoformat(" ") == "2026-11-23 01:00:00+00:00"


def test_an_event_names_the_revision_of_each_day() -> None:
    """And only days that are announced."""
    accessor = SimpleNamespace(extra={}, days=[])
    accessor.add_partitions = accessor.days.extend
    context: Any = {"outlet_events": {ASSET: accessor}}
    results = [
        DayResult(day=day, outcome="published", revision=revision, why="", announced=announced, wrote=True)
        for day, revision, announced in [("2026-11-21", 2, True), ("2026-11-22", 1, False), ("2026-11-23", 5, True)]
    ]
    assert announce(context, ASSET, results)
    assert accessor.days == ["2026-11-21", "2026-11-23"]
    assert accessor.extra == {"revisions": {"2026-11-21": 2, "2026-11-23": 5}}
    assert not announce(context, ASSET, results[1:2])
