"""Days that lack something: kept, published as partial at their deadline, or accepted."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from insider_web_push.days.rules import Rules
from insider_web_push.vocabulary import DayOutcome, DayStatus, DetailStatus
from tests.builders import DAY, SWEPT_AT, swept
from tests.lake import Lake

LATER = timedelta(days=2)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """An empty storage."""
    return Lake(tmp_path)


def test_what_is_missing_keeps_the_day(lake: Lake) -> None:
    """And says what it is."""
    lake.list_day([swept("1"), swept("2")])
    lake.answer("1")
    kept = lake.publish()
    assert (kept.outcome, kept.manifest) == (DayOutcome.KEPT, None)
    assert "2 'The campaign'" in kept.why
    assert lake.store.read_manifest(lake.gathered().day) is None


def test_past_its_deadline_a_day_is_partial_and_later_complete(lake: Lake) -> None:
    """Readable when asked for, without an event; the missing one has the list's figures."""
    rules = Rules(partial_after_h=6)
    lake.list_day([swept("1"), swept("2", sent=100, delivered=90, clicks=7)])
    lake.answer("1")
    assert lake.publish(rules=rules, now=SWEPT_AT + timedelta(hours=4)).outcome is DayOutcome.KEPT
    partial = lake.publish(rules=rules, now=SWEPT_AT + timedelta(hours=6))
    manifest = lake.manifest()
    assert (partial.outcome, partial.announce, manifest.event, manifest.looked_at) == (
        DayOutcome.PARTIAL,
        False,
        None,
        1,
    )
    rows = {row["campaign_id"]: row for row in lake.reader.read(manifest.day, allow_partial=True).to_pylist()}
    assert (rows["2"]["detail_status"], rows["2"]["clicks"], rows["2"]["sent"]) == ("missing", 7, 100)
    lake.answer("2")
    assert lake.publish(rules=rules).announce is True
    assert (lake.manifest().status, lake.manifest().revision) == (DayStatus.COMPLETE, 2)


@pytest.mark.parametrize(
    ("how", "by"),
    [({"rules": Rules(accept_missing=("2",))}, "settings"), ({"accept": {"2": "manual__7"}}, "manual__7")],
    ids=["settings", "form"],
)
def test_an_accepted_campaign_lets_the_day_be_complete(lake: Lake, how: dict[str, Any], by: str) -> None:
    """The manifest keeps by whom, and later looks do not ask for it again."""
    lake.list_day([swept("1"), swept("2")])
    lake.answer("1")
    assert lake.publish(**how).announce is True
    campaign = lake.manifest().campaigns["2"]
    assert (campaign.status, campaign.accepted_by) == (DetailStatus.MISSING, by)
    lake.list_day([swept("1"), swept("2", clicks=9)], at=SWEPT_AT + LATER)
    assert [item.campaign_id for item, _ in lake.gathered().to_fetch()] == []
    assert lake.publish().outcome is not DayOutcome.KEPT


def test_an_accepted_campaign_is_asked_for_again_by_whoever_asks_for_what_is_missing(lake: Lake) -> None:
    """Or for everything; a list of other campaigns leaves it alone."""
    lake.list_day([swept("1"), swept("2")])
    lake.answer("1")
    lake.publish(accept={"2": "manual__7"})
    asked = {
        (mode, only): [item.campaign_id for item, _ in lake.gathered(mode=mode, only=list(only)).to_fetch()]
        for mode, only in (("missing", ()), ("all", ("2",)), ("all", ("1",)), ("changed", ()))
    }
    assert asked == {("missing", ()): ["2"], ("all", ("2",)): ["2"], ("all", ("1",)): [], ("changed", ()): []}


@pytest.mark.parametrize("troubles", [{}, {"2": "the API answered 424"}, {"1": "of one that is there"}])
def test_a_partial_day_says_why(lake: Lake, troubles: dict[str, str]) -> None:
    """As a whole and by campaign; in its manifest and not in its rows, so that a cause makes no revision."""
    lake.list_day([swept("1"), swept("2")])
    lake.answer("1")
    lake.publish(rules=Rules(partial_after_h=0))
    assert lake.manifest().reason == "1 campaign (2 'The campaign') of 2 missing"
    published = lake.publish(rules=Rules(partial_after_h=0), troubles=troubles)
    why = troubles.get("2")
    assert lake.manifest().reason == f"1 campaign (2 'The campaign'{f' ({why})' if why else ''}) of 2 missing"
    assert [lake.manifest().campaigns[key].reason for key in ("1", "2")] == [None, why]
    assert (published.outcome, published.wrote, lake.manifest().revision) == (DayOutcome.PARTIAL, False, 1)


def test_a_cause_goes_with_what_it_was_the_cause_of(lake: Lake) -> None:
    """The campaign was fetched after all."""
    lake.list_day([swept("1"), swept("2")])
    lake.answer("1")
    lake.publish(rules=Rules(partial_after_h=0), troubles={"2": "the API answered 424"})
    lake.answer("2")
    lake.publish(rules=Rules(partial_after_h=0))
    assert (lake.manifest().reason, lake.manifest().campaigns["2"].reason) == ("", None)


def test_a_partial_day_that_is_accepted_is_announced(lake: Lake) -> None:
    """Though no figure moved."""
    lake.list_day([swept("1"), swept("2")])
    lake.answer("1")
    lake.publish(rules=Rules(partial_after_h=0))
    assert lake.publish(accept={"2": "manual__7"}).announce is True
    assert lake.manifest().is_complete


def test_a_partial_day_is_not_complete_because_its_missing_campaign_left_the_list(lake: Lake) -> None:
    """It is expected all the same, and still asked for."""
    lake.list_day([swept("1"), swept("2")])
    lake.answer("1")
    lake.publish(rules=Rules(partial_after_h=0))
    lake.list_day([swept("1")], at=SWEPT_AT + LATER)
    assert [item.campaign_id for item, _ in lake.gathered().to_fetch()] == ["2"]
    assert lake.publish(rules=Rules(partial_after_h=0), now=SWEPT_AT + LATER).outcome is DayOutcome.PARTIAL
    assert lake.publish(accept={"2": "manual__7"}).announce is True


def test_an_acceptance_of_a_campaign_with_an_earlier_answer_is_kept(lake: Lake) -> None:
    """It was fetched once, and fails since: later looks neither ask for it nor wait for it."""
    lake.list_day([swept("1"), swept("2")])
    lake.answer("1")
    lake.answer("2")
    lake.publish()
    for number, accept in ((1, {"2": "manual__7"}), (2, None)):
        at = SWEPT_AT + number * LATER
        lake.list_day([swept("1"), swept("2", clicks=1 + number)], at=at)
        assert [item.campaign_id for item, _ in lake.gathered(accept=accept).to_fetch()] == []
        assert lake.publish(accept=accept, now=at).outcome is not DayOutcome.KEPT
        assert lake.manifest().campaigns["2"].accepted_by == "manual__7"
    lake.answer("2", fetched_at=SWEPT_AT + 3 * LATER, baseline=swept("2", clicks=3).totals)
    lake.publish()
    assert lake.manifest().campaigns["2"].accepted_by is None


def test_what_the_settings_accept_is_still_fetched_where_it_was_ever_there(lake: Lake) -> None:
    """A permanent exception freezes nothing."""
    rules = Rules(accept_missing=("1", "2"))
    lake.list_day([swept("1"), swept("2")])
    lake.answer("1")
    lake.publish(rules=rules)
    assert lake.manifest().campaigns["1"].accepted_by is None
    lake.list_day([swept("1", clicks=5), swept("2", clicks=5)], at=SWEPT_AT + LATER)
    asked = {
        mode: [item.campaign_id for item, _ in lake.gathered(rules=rules, mode=mode).to_fetch()]
        for mode in ("changed", "all")
    }
    assert asked == {"changed": ["1"], "all": ["1", "2"]}


def test_a_run_that_is_cleared_goes_by_the_newer_list_that_another_has_published(lake: Lake) -> None:
    """Its own is of the morning; what was published since must not be taken back."""
    own = lake.list_day([swept("1", sent=0)])
    newer = lake.list_day([swept("1", sent=0), swept("2", sent=0)], at=SWEPT_AT + timedelta(hours=6))
    lake.publish()
    assert lake.gathered(sweep=own).sweep == newer
    lake.publish(sweep=own)
    assert lake.reader.read(DAY)["campaign_id"].to_pylist() == ["1", "2"]
