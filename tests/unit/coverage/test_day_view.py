"""What a day's page says of its manifest."""

from datetime import timedelta
from pathlib import Path

import pytest

from insider_web_push.coverage.day_view import DayView, Total, printed, view_of
from insider_web_push.coverage.grid import State
from insider_web_push.coverage.index import DayEntry, published_entry, unpublished_entry
from insider_web_push.days.remedies import Names
from insider_web_push.days.rules import Rules
from insider_web_push.lake.manifest import Manifest
from insider_web_push.vocabulary import Check, DayCheck, DetailStatus
from tests.builders import DAY, SWEPT_AT, swept
from tests.lake import Lake

NAMES = Names(account="brand", conn_id="insider_brand", refresh="insider_web_push_refresh__brand")
FELL = "sent fell from 4,000 to 0 (100 %)"


def viewed(
    manifest: Manifest | None, noted: DayEntry | None, *, why_not: str = "", rules: Rules | None = None
) -> DayView:
    """Describe the day, for the account `brand`."""
    return view_of(DAY, manifest, noted, rules=rules or Rules(), names=NAMES, why_not=why_not)


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
    lines = viewed(manifest, None).campaigns
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
    view = viewed(manifest.model_copy(update={"campaigns": {"11111": told}}), None)
    assert view.campaigns[0].notes == ["424 Campaign not found", "no longer listed", "accepted by manual__1"]


def test_a_day_without_a_manifest_has_the_words_of_the_index(manifest: Manifest) -> None:
    """Or else those of the storage; an index that still speaks of a version is behind."""
    noted = unpublished_entry("incomplete", why="2 of 3 missing")
    view = viewed(None, noted, why_not="It was never published.")
    assert (view.state, view.problem, view.campaigns) == (State.INCOMPLETE, "2 of 3 missing", [])
    view = viewed(None, None, why_not="It was never published.")
    assert (view.state, view.problem) == (State.MISSING, "It was never published.")
    view = viewed(None, published_entry(manifest), why_not="It was purged.")
    assert (view.state, view.problem) == (State.MISSING, "It was purged.")


def test_the_manifest_counts_where_the_index_is_behind(manifest: Manifest) -> None:
    """The index says incomplete, and the day is there."""
    assert viewed(manifest, unpublished_entry("incomplete", why="")).state is State.PARTIAL


def test_many_moved_figures_are_cut_short_and_counted(manifest: Manifest) -> None:
    """A day of hundreds of campaigns moves thousands of figures; a null is a dash."""
    moved = {str(number): {"clicks": [None, "2"], "sent": ["1", "2"]} for number in range(300)}
    view = viewed(manifest.model_copy(update={"moved": moved}), None)
    assert (len(view.moves), view.more_moves) == (100, 500)
    assert (view.moves[0].before, view.moves[0].after) == ("–", "2")  # noqa: RUF001 — the dash is meant


@pytest.mark.parametrize("status", list(DetailStatus))
def test_every_kind_of_campaign_can_be_shown(manifest: Manifest, status: DetailStatus) -> None:
    """Also one that the list gave no totals of."""
    changed = manifest.campaigns["11111"].model_copy(update={"status": status, "baseline": None, "name": None})
    view = viewed(manifest.model_copy(update={"campaigns": {"11111": changed}}), None)
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


def test_a_campaign_that_is_held_comes_first_with_why(manifest: Manifest) -> None:
    """Though it is there, and others send more."""
    held = manifest.model_copy(update={"held": {"22222": FELL}})
    view = viewed(held, None)
    assert [(line.campaign_id, line.lacks) for line in view.campaigns] == [
        ("33333", True),
        ("22222", True),
        ("11111", False),
    ]
    assert view.campaigns[1].notes == [f"held: its newest answer says less: {FELL}"]
    (trouble,) = [trouble for trouble in view.problems if FELL in trouble.said]
    assert trouble.is_red
    assert "run insider_web_push_refresh__brand for 2026-11-22 with accept_fall" in trouble.step


def test_why_a_day_is_partial_stands_on_its_page(manifest: Manifest) -> None:
    """In the words of publish."""
    reason = "1 campaign (33333 'x' (the API answered 500)) of 3 missing"
    (trouble, *_) = viewed(manifest.model_copy(update={"reason": reason, "checks": {}}), None).problems
    assert trouble.said == f"{reason}; the day is published as partial, revision 1"


@pytest.mark.parametrize(
    ("update", "said", "step"),
    [
        ({"checks": {"rate": ["11111"]}}, "check rate failed for 1 of 3 campaigns (11111)", "See failed_check_details"),
        (
            {"day_checks": {"list_unsteady": ["totals of 41, 42 and 40"]}},
            f"check list_unsteady failed: {DayCheck.LIST_UNSTEADY.meaning} totals of 41, 42 and 40",
            "Run insider_web_push_refresh__brand for 2026-11-22",
        ),
        ({"day_checks": {"row_without_id": ["'Draft', row 3"]}}, "'Draft', row 3", "Look for the campaign in InOne"),
        ({"day_checks": {"account_totals": ["sent is 9"]}}, "sent is 9", "account_totals: 1"),
    ],
)
def test_what_fails_a_check_is_said_with_what_to_do(
    manifest: Manifest, update: dict[str, object], said: str, step: str
) -> None:
    """Of a campaign, and of the day as a whole."""
    (trouble,) = viewed(manifest.model_copy(update={"checks": {}, "reason": ""} | update), None).problems
    assert said in trouble.said
    assert step in trouble.step
    assert trouble.is_red


@pytest.mark.parametrize("check", [Check.RATE, DayCheck.ACCOUNT_TOTALS])
def test_what_the_account_allows_is_shown_and_not_red(manifest: Manifest, check: Check | DayCheck) -> None:
    """Verify is green for it, and warns."""
    failed = {"checks": {"rate": ["11111"]}} if check is Check.RATE else {"checks": {}, "day_checks": {check: ["x"]}}
    view = viewed(manifest.model_copy(update={"reason": ""} | failed), None, rules=Rules(check_thresholds={check: 1}))
    assert [trouble.is_red for trouble in view.problems] == [False]


@pytest.mark.parametrize(
    ("account", "shown"),
    [
        ({}, [Total("Sent", "4,005", "")]),
        ({"sent": 4105}, [Total("Sent", "4,005", "4,105")]),
        ({"opt_ins": 7}, [Total("Sent", "4,005", ""), Total("Opt ins", "–", "7")]),  # noqa: RUF001 — the dash is meant
    ],
)
def test_the_accounts_own_totals_stand_beside_the_sums(
    manifest: Manifest, account: dict[str, int], shown: list[Total]
) -> None:
    """As far as it says them."""
    told = manifest.model_copy(update={"totals": {"sent": 4005}, "account_totals": account})
    assert viewed(told, None).totals == shown


@pytest.mark.parametrize(
    ("trouble", "step"),
    [
        ("held_day", "for 2026-11-22 with accept_fall"),
        ("damaged_object", "Remove the object that the message names"),
        ("of_a_newer_version", "See the task's log"),
        ("", ""),
    ],
)
@pytest.mark.parametrize("is_published", [True, False])
def test_why_a_look_was_not_published_has_a_way_out(
    manifest: Manifest, trouble: str, step: str, *, is_published: bool
) -> None:
    """Where its cause is known."""
    noted = DayEntry(status="incomplete", why="it is so", trouble=trouble)
    view = viewed(manifest if is_published else None, noted)
    assert view.problem == "it is so"
    assert step in view.way_out
    assert bool(view.way_out) is bool(trouble)
