"""Who sends an event that may be lost."""

import pytest

from insider_web_push.lake.manifest import EventOwed
from insider_web_push.publishing.event import UNKNOWN, Event, event_of
from tests.builders import manifest

ME = EventOwed(dag_id="refresh", run_id="mine")
OTHER = EventOwed(dag_id="daily", run_id="another")


@pytest.mark.parametrize(
    ("state", "event"),
    [
        ("running", Event.PENDING),
        ("queued", Event.PENDING),
        ("scheduled", Event.PENDING),
        ("up_for_retry", Event.PENDING),
        ("up_for_reschedule", Event.PENDING),
        (None, Event.PENDING),
        ("success", Event.SEND),
        ("failed", Event.SEND),
        ("skipped", Event.SEND),
        ("upstream_failed", Event.SEND),
        ("removed", Event.SEND),
        (UNKNOWN, Event.SEND),
    ],
)
def test_an_event_that_airflow_does_not_have_is_lost_once_its_task_has_ended(state: str | None, event: Event) -> None:
    """Also by a success that somebody marked by hand; a cleared task has no state yet."""
    owing = manifest(event=OTHER)
    assert event_of(owing, me=ME, state_of=lambda _: state, was_sent=lambda _: False) == event


@pytest.mark.parametrize("owed", [ME, OTHER])
@pytest.mark.parametrize("state", ["success", "failed", UNKNOWN])
def test_an_event_that_airflow_has_is_never_sent_again(owed: EventOwed, state: str) -> None:
    """Whatever became of its task since: it was cleared, it failed then, its run was deleted."""
    owing = manifest(event=owed)
    assert event_of(owing, me=ME, state_of=lambda _: state, was_sent=lambda _: True) == Event.SENT


def test_whether_it_was_sent_is_asked_after_the_state() -> None:
    """A task that succeeds in between has sent it."""
    asked: list[str] = []
    event_of(
        manifest(event=OTHER),
        me=ME,
        state_of=lambda _: asked.append("state") or "success",
        was_sent=lambda _: not asked.append("event"),
    )
    assert asked == ["state", "event"]


def test_a_task_that_crashed_sends_what_it_owes() -> None:
    """Its own state is running, and nobody need be asked."""

    def asked(_: EventOwed) -> str:
        raise AssertionError

    assert event_of(manifest(event=ME), me=ME, state_of=asked, was_sent=lambda _: False) == Event.SEND


def test_nothing_owed_is_nothing_to_ask() -> None:
    """Nor to send."""

    def asked(_: object) -> bool:
        raise AssertionError

    assert event_of(manifest(event=None), me=ME, state_of=asked, was_sent=asked) == Event.SENT
