"""Whether a day is all there."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from insider_web_push.days.completeness import Standing, standing_of
from insider_web_push.days.looks import Look, Mode
from insider_web_push.lake.raw import Known
from insider_web_push.vocabulary import CallOutcome, DayStatus
from tests.builders import FETCHED_AT, SWEPT_AT, swept

LOOK = Look(mode=Mode.CHANGED, since=SWEPT_AT)


def answered(*campaigns: str, outcome: CallOutcome = CallOutcome.FETCHED) -> dict[str, Known]:
    """Give fresh answers."""
    return {key: Known(key, outcome, FETCHED_AT, None) for key in campaigns}


def standing(listed: list[str], known: dict[str, Known], **changes: Any) -> Standing:
    """Judge a day."""
    plain: dict[str, Any] = {"accepted": (), "has_complete_version": False, "may_be_partial": False}
    return standing_of({key: swept(key) for key in listed}, known, LOOK, **(plain | changes))


def test_a_day_with_an_answer_for_each_campaign_is_complete() -> None:
    """Quiet ones need none."""
    found = standing_of(
        {"1": swept("1"), "2": swept("2", clicks=0)}, answered("1"), LOOK,
        accepted=(), has_complete_version=False, may_be_partial=False,
    )  # fmt: skip
    assert (found.status, found.lacks, found.expected) == (DayStatus.COMPLETE, "", 2)


def test_what_was_published_and_is_gone_says_nothing_of_the_day() -> None:
    """It is held by itself; more of those that were never there look like a fault of the API."""
    gone = answered("1", outcome=CallOutcome.SKIPPED) | answered("2")
    assert standing(["1", "2"], gone, answered={"1", "2"}).status is DayStatus.COMPLETE
    assert standing(["1", "2"], gone, answered={"2"}).skipped == ("1",)


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ({}, "1 campaign (1 'The campaign') of 1 missing"),
        ({"1": "the API answered 500"}, "1 campaign (1 'The campaign' (the API answered 500)) of 1 missing"),
        ({"2": "another"}, "1 campaign (1 'The campaign') of 1 missing"),
    ],
)
def test_the_cause_is_said_with_what_is_missing(why: dict[str, str], said: str) -> None:
    """As far as it is known."""
    assert replace(standing(["1"], {}), why=why).lacks == said


@pytest.mark.parametrize(
    ("has_complete_version", "may_be_partial", "status"),
    [(False, False, None), (False, True, DayStatus.PARTIAL), (True, True, None), (True, False, None)],
)
def test_a_day_that_lacks_something_waits_for_its_deadline(
    *, has_complete_version: bool, may_be_partial: bool, status: DayStatus | None
) -> None:
    """And never takes the place of a complete version."""
    found = standing(
        ["1", "2", "3"], answered("1"),
        has_complete_version=has_complete_version, may_be_partial=may_be_partial,
    )  # fmt: skip
    assert found.status is status
    assert found.lacks == "2 campaigns (2 'The campaign', 3 'The campaign') of 3 missing"


def test_an_accepted_campaign_counts_as_there() -> None:
    """Only the named one."""
    found = standing(["1", "2", "3"], answered("1"), accepted={"2"})
    assert ([item.campaign_id for item in found.accepted], found.status) == (["2"], None)
    assert standing(["1", "2"], answered("1"), accepted={"2"}).status is DayStatus.COMPLETE


@pytest.mark.parametrize(("skipped", "status"), [(1, DayStatus.COMPLETE), (2, None)])
def test_more_than_five_percent_skipped_is_a_fault(skipped: int, status: DayStatus | None) -> None:
    """Of twenty, one may be; at the deadline as well; unless they are accepted."""
    every = [str(number) for number in range(20)]
    known = answered(*every[skipped:]) | answered(*every[:skipped], outcome=CallOutcome.SKIPPED)
    found = standing(every, known, may_be_partial=True)
    assert found.status is status
    assert ("the API has nothing for 2 of 20 campaigns (0, 1), more than 5%" in found.lacks) is (status is None)
    assert standing(every, known, accepted=set(every[:skipped])).status is DayStatus.COMPLETE


def test_a_long_list_of_names_is_cut() -> None:
    """The rest is counted."""
    found = standing([str(number) for number in range(100, 150)], {})
    assert found.lacks.count("The campaign") == 20
    assert "and 30 more) of 50 missing" in found.lacks


def test_a_campaign_that_is_no_longer_listed_is_expected_all_the_same() -> None:
    """It was fetched before, and counts as there."""
    known = answered("1") | {"gone": Known("k", CallOutcome.FETCHED, SWEPT_AT - timedelta(days=3), None)}
    assert standing(["1"], known).expected == 2
