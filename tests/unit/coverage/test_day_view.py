"""What a day's page says of its manifest."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from insider_web_push.coverage.day_view import printed, view_of
from insider_web_push.coverage.grid import State
from insider_web_push.coverage.index import published_entry, unpublished_entry
from insider_web_push.days.rules import Rules
from insider_web_push.lake.manifest import Manifest
from insider_web_push.vocabulary import DetailStatus
from tests.builders import DAY, SWEPT_AT, swept
from tests.lake import Lake


@pytest.fixture
def manifest(tmp_path: Path) -> Manifest:
    """A partial day: one campaign was fetched, one is quiet, and one, the busiest, is missing."""
    lake = Lake(tmp_path / "lake")
    lake.list_day([swept("11111", sent=5), swept("22222", sent=0), swept("33333", sent=4000, clicks=7)])
    lake.answer("11111")
    lake.publish(now=SWEPT_AT + timedelta(days=1), rules=Rules(partial_after_h=1))
    return lake.manifest()


def test_a_campaign_that_is_missing_comes_first(manifest: Manifest) -> None:
    """It is what an operator opens the day for."""
    lines = view_of(DAY, manifest, None).campaigns
    assert [(line.campaign_id, line.status, line.has_answer) for line in lines] == [
        ("33333", "missing", False),
        ("11111", "fetched", True),
        ("22222", "quiet", False),
    ]
    assert lines[0].figures == ["4,000", "0", "7"]


def test_what_else_is_to_be_said_of_a_campaign_is_a_note(manifest: Manifest) -> None:
    """Why it was skipped, that the list lost it, and who accepted that."""
    told = manifest.campaigns["11111"].model_copy(
        update={"reason": "424 Campaign not found", "listed": False, "accepted_by": "manual__1"}
    )
    view = view_of(DAY, manifest.model_copy(update={"campaigns": {"11111": told}}), None)
    assert view.campaigns[0].notes == ["424 Campaign not found", "no longer listed", "accepted by manual__1"]


@pytest.mark.parametrize(("status", "mode"), [("complete", "changed"), ("partial", "missing"), ("totals", "missing")])
def test_the_rerun_asks_for_what_the_day_lacks(manifest: Manifest, status: str, mode: str) -> None:
    """And for what moved where it lacks nothing."""
    view = view_of(DAY, manifest.model_copy(update={"status": status}), None)
    assert json.loads(view.conf) == {"first_day": str(DAY), "last_day": str(DAY), "mode": mode}


def test_a_day_without_a_manifest_has_the_words_of_the_index(manifest: Manifest) -> None:
    """Or else those of the storage; an index that still speaks of a version is behind."""
    noted = unpublished_entry("incomplete", why="2 of 3 missing")
    view = view_of(DAY, None, noted, why_not="It was never published.")
    assert (view.state, view.problem, view.campaigns) == (State.INCOMPLETE, "2 of 3 missing", [])
    view = view_of(DAY, None, None, why_not="It was never published.")
    assert (view.state, view.problem) == (State.MISSING, "It was never published.")
    view = view_of(DAY, None, published_entry(manifest), why_not="It was purged.")
    assert (view.state, view.problem) == (State.MISSING, "It was purged.")


def test_the_manifest_counts_where_the_index_is_behind(manifest: Manifest) -> None:
    """The index says incomplete, and the day is there."""
    assert view_of(DAY, manifest, unpublished_entry("incomplete", why="")).state is State.PARTIAL


def test_many_moved_figures_are_cut_short_and_counted(manifest: Manifest) -> None:
    """A day of hundreds of campaigns moves thousands of figures; a null is a dash."""
    moved = {str(number): {"clicks": [None, "2"], "sent": ["1", "2"]} for number in range(300)}
    view = view_of(DAY, manifest.model_copy(update={"moved": moved}), None)
    assert (len(view.moves), view.more_moves) == (100, 500)
    assert (view.moves[0].before, view.moves[0].after) == ("–", "2")  # noqa: RUF001 — the dash is meant


@pytest.mark.parametrize("status", list(DetailStatus))
def test_every_kind_of_campaign_can_be_shown(manifest: Manifest, status: DetailStatus) -> None:
    """Also one that the list gave no totals of."""
    changed = manifest.campaigns["11111"].model_copy(update={"status": status, "baseline": None, "name": None})
    view = view_of(DAY, manifest.model_copy(update={"campaigns": {"11111": changed}}), None)
    assert (view.campaigns[0].status, view.campaigns[0].figures) == (str(status), ["–"] * 3)  # noqa: RUF001 — as above


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b'{"a":"\xc3\xbc"}', '{\n  "a": "ü"\n}'),
        (b"<html>busy</html>", "<html>busy</html>"),
        (b"", ""),
        (b"\xff{", "\ufffd{"),
    ],
)
def test_an_answer_is_printed_whatever_it_is(body: bytes, text: str) -> None:
    """JSON indented, and anything else as it came."""
    assert printed(body) == text
