"""Which days a refresh looks at."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insider_web_push.days.days_to_look_at import Why, days_asked, days_due, oldest_day
from insider_web_push.days.rules import DEFAULT_AGES, Rules
from insider_web_push.errors import InvalidRequest
from insider_web_push.lake.manifest import EventOwed, ManifestHead, PublishedFile
from insider_web_push.vocabulary import DayStatus
from tests.builders import SWEPT_AT

TODAY = date(2026, 11, 24)
RULES = Rules()


def ago(days: int) -> date:
    """Give the day that is so many days old."""
    return TODAY - timedelta(days=days)


def published(age: int, *, looked_at: int, campaigns: int = 0, **said: Any) -> ManifestHead:
    """Give what a manifest says of a day of that age."""
    file = PublishedFile(key="x", sha256="x", bytes=1, rows=campaigns)
    head = ManifestHead(
        partner_id="brand", day=ago(age), timezone="UTC", revision=1, published_at=SWEPT_AT, run_id="manual__1",
        sweep="x", looked_at=looked_at, content="x", files={"campaign_day": file},
    )  # fmt: skip
    return head.model_copy(update=said)


@pytest.mark.parametrize(
    ("age", "looked_at", "due"),
    [
        pytest.param(1, 1, False, id="published-this-morning"),
        pytest.param(2, 1, True, id="first-look"),
        pytest.param(2, 2, False, id="looked-at-today"),
        pytest.param(4, 3, False, id="between-two-looks"),
        pytest.param(6, 1, True, id="two-looks-missed-are-one"),
        pytest.param(12, 7, True, id="closing-look-a-day-late"),
        pytest.param(12, 11, False, id="closing-look-had"),
        pytest.param(102, 60, True, id="last-look"),
        pytest.param(130, 60, True, id="last-look-after-a-pause"),
        pytest.param(400, 102, False, id="final"),
    ],
)
def test_a_look_is_due_when_an_age_lies_between_the_last_one_and_now(age: int, looked_at: int, *, due: bool) -> None:
    """What was missed is caught up, once."""
    found = days_due([published(age, looked_at=looked_at)], [], today=TODAY, rules=RULES)
    assert found == ({ago(age): Why.AGE} if due else {})


@pytest.mark.parametrize("age", [2, 3, 7, 11, 40, 102])
def test_an_unpublished_day_is_never_due_for_its_age(age: int) -> None:
    """Those that were tried are tried again for two weeks; older ones are left to a backfill."""
    found = days_due([], [ago(age)], today=TODAY, rules=RULES)
    assert found == ({ago(age): Why.INCOMPLETE} if age <= 14 else {})


@pytest.mark.parametrize(
    ("age", "looked_at", "why"),
    [
        pytest.param(1, 1, Why.HELD, id="the-same-morning"),
        pytest.param(5, 4, Why.HELD, id="between-two-looks"),
        pytest.param(7, 6, Why.AGE, id="a-look-is-due-as-well"),
        pytest.param(14, 14, Why.HELD, id="for-two-weeks"),
        pytest.param(15, 14, None, id="then-at-the-looks-of-its-age"),
        pytest.param(30, 14, Why.AGE, id="such-as-this"),
    ],
)
def test_a_day_that_holds_campaigns_is_tried_again(age: int, looked_at: int, why: Why | None) -> None:
    """At every refresh, until a later answer lets them go."""
    holds = published(age, looked_at=looked_at, held={"40006": "sent fell"})
    assert days_due([holds], [], today=TODAY, rules=RULES) == ({ago(age): why} if why else {})


def test_a_partial_day_is_tried_again() -> None:
    """Until it is complete."""
    partial = published(5, looked_at=0, status=DayStatus.PARTIAL)
    assert days_due([partial], [], today=TODAY, rules=RULES) == {ago(5): Why.INCOMPLETE}


@pytest.mark.parametrize(("age", "due"), [(20, False), (30, True)])
def test_an_old_partial_day_is_looked_at_as_any_other(age: int, *, due: bool) -> None:
    """And not every day for half a year."""
    partial = published(age, looked_at=14, status=DayStatus.PARTIAL)
    assert bool(days_due([partial], [], today=TODAY, rules=RULES)) is due


def test_the_youngest_of_the_due_days_comes_first() -> None:
    """Its figures move most."""
    seen = [published(age, looked_at=1) for age in (12, 3, 30, 7)]
    assert list(days_due(seen, [ago(5)], [ago(20)], today=TODAY, rules=RULES)) == list(map(ago, [3, 5, 7, 12, 20, 30]))


@pytest.mark.parametrize("age", [1, 2, 15, 160])
def test_a_day_that_nobody_ever_looked_at_is_due(age: int) -> None:
    """But for yesterday, which is the daily run's."""
    found = days_due([], [], [ago(age)], today=TODAY, rules=RULES)
    assert found == ({ago(age): Why.MISSING} if age > 1 else {})


def test_an_owed_event_is_a_reason_of_its_own() -> None:
    """Where nothing else is due."""
    event = EventOwed(dag_id="d", run_id="r")
    owing = [published(4, looked_at=3, event=event), published(7, looked_at=3, event=event)]
    assert days_due(owing, [], today=TODAY, rules=RULES) == {ago(7): Why.AGE, ago(4): Why.EVENT_OWED}


def test_today_is_nobodys_business() -> None:
    """It is not over."""
    assert days_due([published(0, looked_at=0)], [TODAY, ago(-1)], today=TODAY, rules=RULES) == {}


@given(st.lists(st.integers(1, 150), min_size=1, max_size=40, unique=True).map(sorted))
def test_every_look_is_had_or_caught_up(runs: list[int]) -> None:
    """Whenever the refresh runs: after each run, nothing of the ladder up to its age is left."""
    looked_at, looks = 1, []
    for age in runs:
        if days_due([published(age, looked_at=looked_at)], [], today=TODAY, rules=RULES):
            looked_at = age
            looks.append(age)
        assert not RULES.is_due(looked_at=looked_at, age=age)
    assert len(looks) <= len(DEFAULT_AGES)


def test_days_that_no_look_can_be_due_for_are_not_read() -> None:
    """A long pause after the last look is caught up all the same."""
    assert oldest_day(today=TODAY, rules=RULES) == ago(102 + 60)


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (ago(3), ago(1), [ago(3), ago(2), ago(1)]),
        (ago(2), None, [ago(2), ago(1)]),
        (None, ago(5), [ago(5)]),
        (ago(1), ago(1), [ago(1)]),
    ],
)
def test_a_range_is_both_ends_and_ends_yesterday(first: date | None, last: date | None, days: list[date]) -> None:
    """In order."""
    assert days_asked(first, last, today=TODAY) == dict.fromkeys(days, Why.ASKED)


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (ago(1), ago(3), "2026-11-21 is before the first day 2026-11-23: swap them"),
        (ago(1), TODAY, "2026-11-24 is not over"),
        (ago(0), None, "2026-11-23 is before the first day 2026-11-24"),
        (date(2006, 11, 1), ago(1), "are 7328 days: ask for at most 800"),
    ],
)
def test_a_range_that_cannot_be_is_refused(first: date, last: date | None, said: str) -> None:
    """Before a call is spent."""
    with pytest.raises(InvalidRequest, match=said):
        days_asked(first, last, today=TODAY)


def test_a_rebuild_takes_the_days_that_there_are() -> None:
    """Days without anything stored are not its business."""
    assert list(days_asked(ago(5), ago(1), today=TODAY, swept=[ago(9), ago(4), ago(2)])) == [ago(4), ago(2)]
    assert days_asked(ago(5), ago(1), today=TODAY, swept=[]) == {}
