"""Who sends an event that may be lost."""

import pytest

from insider_web_push.lake.manifest import EventOwed
from insider_web_push.publishing.event import UNKNOWN, Event, event_of

ME = EventOwed(dag_id="refresh", run_id="mine")
OTHER = EventOwed(dag_id="daily", run_id="another")


@pytest.mark.parametrize(
    ("state", "event"),
    [
        ("success", Event.SENT),
        ("running", Event.PENDING),
        ("queued", Event.PENDING),
        ("scheduled", Event.PENDING),
        ("up_for_retry", Event.PENDING),
        ("up_for_reschedule", Event.PENDING),
        (None, Event.PENDING),
        ("failed", Event.SEND),
        ("skipped", Event.SEND),
        ("upstream_failed", Event.SEND),
        ("removed", Event.SEND),
        (UNKNOWN, Event.SEND),
    ],
)
def test_the_state_of_the_task_that_owes_it_decides(state: str | None, event: Event) -> None:
    """Airflow sends a task's events when it succeeds, and not otherwise; a cleared task has no state yet."""
    assert event_of(OTHER, me=ME, state_of=lambda _: state) == event


def test_a_task_that_crashed_sends_what_it_owes() -> None:
    """Nobody need be asked."""
    assert event_of(ME, me=ME, state_of=lambda _: "running") == Event.SEND
