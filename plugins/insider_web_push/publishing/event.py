"""
Who sends a revision's event, so that it comes once. Pure.

The manifest says which run owes it. Airflow sends a task's events when the task succeeds, and not otherwise: so
whether it was sent is the state of that run's publish.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from insider_web_push.lake.manifest import EventOwed

TaskState = str | None


class Event(StrEnum):
    """
    What becomes of an event that is owed.

    send: this task does. sent: another run has. pending: the run that owes it is still at it.
    """

    SEND = "send"
    SENT = "sent"
    PENDING = "pending"


_SUCCEEDED = "success"
_ENDED_WITHOUT_IT = frozenset({"failed", "skipped", "upstream_failed", "removed"})
UNKNOWN = "unknown"
"""The state of a run that Airflow does not know any more."""


def event_of(owed: EventOwed, *, me: EventOwed, state_of: Callable[[EventOwed], TaskState]) -> Event:
    """
    Decide about an event that may be lost.

    Args:
        owed: The run that owes it.
        me: This run: it owes what it owed before a crash.
        state_of: Gives the state of another run's publish; `UNKNOWN` if that run is gone.
    """
    if owed == me:
        return Event.SEND
    state = state_of(owed)
    if state == _SUCCEEDED:
        return Event.SENT
    return Event.SEND if state == UNKNOWN or state in _ENDED_WITHOUT_IT else Event.PENDING
