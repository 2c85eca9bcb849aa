"""The events of published days: what they say, and which of them Airflow has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import Asset

from insider_web_push.days.handover import DayResult
from insider_web_push.lake.manifest import EventOwed, Manifest
from insider_web_push.publishing.event import UNKNOWN, Event, TaskState, event_of

if TYPE_CHECKING:
    from airflow.sdk import Context

REVISIONS = "revisions"
"""Key of an event's extra: the revision of each day that it announces."""

_CLOCKS_DIFFER = timedelta(minutes=10)
"""By at most as much, a worker's clock is ahead of the API server's, which stamps the events."""


def announce(context: Context, asset: Asset, results: Iterable[DayResult]) -> bool:
    """Give the task's event the days that it announces, and their revisions; tells whether there are any."""
    revisions = {result["day"]: result["revision"] for result in results if result["announced"]}
    if revisions:
        event = context["outlet_events"][asset]
        event.add_partitions(list(revisions))
        event.extra |= {REVISIONS: dict(revisions)}
    return bool(revisions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """
    What Airflow knows of the events of an account's days.

    Attributes:
        context: Of the task that asks; the asset has to be one of its inlets.
        me: The task that owes what it commits.
    """

    context: Context
    asset: Asset
    me: EventOwed

    def of(self, manifest: Manifest) -> Event:
        """Tell what becomes of the event that a manifest owes."""
        return event_of(manifest, me=self.me, state_of=self._state_of, was_sent=self.was_sent)

    def was_sent(self, manifest: Manifest) -> bool:
        """Whether Airflow has the event of this revision."""
        events = self.context["inlet_events"][self.asset].after(str(manifest.published_at - _CLOCKS_DIFFER))
        return any(_is_of(manifest, event) for event in events)

    def _state_of(self, owed: EventOwed) -> TaskState:
        states = self.context["ti"].get_task_states(dag_id=owed.dag_id, task_ids=[owed.task_id], run_ids=[owed.run_id])
        state: TaskState = states.get(owed.run_id, {}).get(owed.task_id, UNKNOWN)
        return state


def _is_of(manifest: Manifest, event: Any) -> bool:
    """Whether an event announced this revision; those of earlier versions of this package name none."""
    day = manifest.day.isoformat()
    if event.partition_key != day:
        return False
    revisions = (event.extra or {}).get(REVISIONS)
    if isinstance(revisions, dict):
        return bool(revisions.get(day) == manifest.revision)
    owed = manifest.event
    return owed == EventOwed(dag_id=event.source_dag_id, run_id=event.source_run_id, task_id=event.source_task_id)
