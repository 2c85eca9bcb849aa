"""
Who sends a revision's event, so that it comes once. Pure.

The manifest says which task owes it. Airflow sends a task's events in one step with its success, but not every success
has sent them: somebody may have marked the task *success* by hand. So an event counts as sent when Airflow has it.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from insider_web_push.lake.manifest import EventOwed, Manifest

TaskState = str | None


class Event(StrEnum):
    """
    What becomes of an event that is owed.

    send: this task does. sent: Airflow has it, or none is owed. pending: the task that owes it is still at it.
    """

    SEND = "send"
    SENT = "sent"
    PENDING = "pending"


_ENDED = frozenset({"success", "failed", "skipped", "upstream_failed", "removed"})
UNKNOWN = "unknown"
"""The state of a run that Airflow does not know any more."""


def event_of(
    manifest: Manifest,
    *,
    me: EventOwed,
    state_of: Callable[[EventOwed], TaskState],
    was_sent: Callable[[Manifest], bool],
) -> Event:
    """
    Decide about an event that may be lost.

    Args:
        manifest: Of the day; it names the task that owes the event, if any does.
        me: This task: it owes what it owed before a crash.
        state_of: Gives the state of another run's task; `UNKNOWN` if that run is gone.
        was_sent: Tells whether Airflow has the event of this revision. Asked after the state: a task that succeeds in
            between has sent it.
    """
    owed = manifest.event
    if owed is None:
        return Event.SENT
    if owed != me:
        state = state_of(owed)
        if state != UNKNOWN and state not in _ENDED:
            return Event.PENDING
    return Event.SENT if was_sent(manifest) else Event.SEND
