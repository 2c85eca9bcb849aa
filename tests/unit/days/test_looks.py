"""Which campaign days need a call, and what is missing afterwards."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insider_web_push.answers.day_list import COUNTERS, ListedCampaign, Totals
from insider_web_push.days.cost import seconds_needed
from insider_web_push.days.looks import Cause, Look, Mode, is_quiet, missing, to_fetch
from insider_web_push.lake.raw import Known
from insider_web_push.vocabulary import CallOutcome
from tests.builders import SWEPT_AT, swept, totals

BEFORE, AFTER = SWEPT_AT - timedelta(hours=1), SWEPT_AT + timedelta(seconds=1)
NOW_TOTALS = totals(clicks=5)
CHANGED = Look(mode=Mode.CHANGED, since=SWEPT_AT)


def fetched(at: datetime, baseline: Totals | None = NOW_TOTALS, outcome: CallOutcome = CallOutcome.FETCHED) -> Known:
    """Give a snapshot, by default of the present totals."""
    return Known("key", outcome, at, baseline)


def ids(planned: list[tuple[ListedCampaign, Cause]]) -> list[str]:
    """Give the ids of what is fetched."""
    return [campaign.campaign_id for campaign, _ in planned]


@pytest.mark.parametrize(
    ("known", "in_changed", "in_missing", "in_all"),
    [
        pytest.param(None, Cause.NEW, Cause.NEW, Cause.NEW, id="never-fetched"),
        pytest.param(fetched(BEFORE), None, None, Cause.ASKED, id="unmoved"),
        pytest.param(fetched(BEFORE, totals(clicks=4)), Cause.MOVED, None, Cause.ASKED, id="moved"),
        pytest.param(fetched(BEFORE, None), Cause.MOVED, None, Cause.ASKED, id="no-baseline"),
        pytest.param(
            fetched(BEFORE, totals(), CallOutcome.SKIPPED), Cause.MOVED, None, Cause.ASKED, id="skipped-then-active"
        ),
        pytest.param(fetched(AFTER), None, None, None, id="fresh"),
        pytest.param(fetched(AFTER, totals(clicks=4)), None, None, None, id="fresh-and-moved"),
        pytest.param(fetched(SWEPT_AT), None, None, None, id="at-the-same-instant"),
    ],
)
def test_the_mode_decides_who_is_called_and_why(
    known: Known | None, in_changed: Cause | None, in_missing: Cause | None, in_all: Cause | None
) -> None:
    """A campaign with activity, in each mode."""
    causes = {mode: Look(mode=mode, since=SWEPT_AT).cause(swept(clicks=5), known) for mode in Mode}
    assert causes == {Mode.CHANGED: in_changed, Mode.MISSING: in_missing, Mode.ALL: in_all}


@pytest.mark.parametrize(
    "figures",
    [
        {"sent": None},
        {"clicks": None, "conversions": 0},
        dict.fromkeys(COUNTERS),
        dict.fromkeys(COUNTERS) | {"revenue": None},
    ],
)
@pytest.mark.parametrize("before", [totals(clicks=5), None])
def test_unknown_is_not_unmoved(figures: dict[str, None], before: Totals | None) -> None:
    """Totals that are null, or named otherwise, are equal to themselves: only a call can tell. A fresh answer does."""
    campaign = swept(**figures)
    assert CHANGED.cause(campaign, fetched(BEFORE, campaign.totals)) is Cause.UNKNOWN
    assert CHANGED.cause(campaign, fetched(BEFORE, before)) is Cause.UNKNOWN
    assert CHANGED.cause(campaign, fetched(AFTER, campaign.totals)) is None
    assert Look(mode=Mode.MISSING, since=SWEPT_AT).cause(campaign, fetched(BEFORE)) is None


def test_a_list_without_revenue_says_what_moved() -> None:
    """By its counters."""
    campaign = swept(clicks=5, revenue=None)
    assert CHANGED.cause(campaign, fetched(BEFORE, campaign.totals)) is None


@pytest.mark.parametrize(
    ("known", "look", "cause"),
    [
        pytest.param(fetched(BEFORE), CHANGED, Cause.HELD, id="unmoved"),
        pytest.param(fetched(BEFORE, totals(clicks=4)), CHANGED, Cause.HELD, id="moved"),
        pytest.param(fetched(BEFORE), Look(mode=Mode.ALL, since=SWEPT_AT), Cause.HELD, id="all"),
        pytest.param(fetched(BEFORE), replace(CHANGED, closed_at=AFTER), Cause.HELD, id="closing"),
        pytest.param(fetched(BEFORE), replace(CHANGED, only={"9"}), None, id="not-looked-at"),
        pytest.param(fetched(BEFORE), Look(mode=Mode.MISSING, since=SWEPT_AT), None, id="only-what-is-missing"),
        pytest.param(fetched(AFTER), CHANGED, None, id="fetched-by-this-look"),
    ],
)
def test_a_held_campaign_is_asked_again_and_never_missing(known: Known, look: Look, cause: Cause | None) -> None:
    """The day has its published figures: a call that fails must not hold up the others."""
    campaign = swept(clicks=5)
    holding = replace(look, held={campaign.campaign_id})
    assert holding.cause(campaign, known) is cause
    assert missing([campaign], {campaign.campaign_id: known}, holding) == []


def test_an_answer_that_said_less_than_its_list_is_asked_again_and_never_missing() -> None:
    """At each look that looks for what moved; its figures are published."""
    campaign = swept()
    less = {campaign.campaign_id: replace(fetched(BEFORE, campaign.totals), says_less=True)}
    assert to_fetch([campaign], less, CHANGED) == [(campaign, Cause.LESS)]
    assert to_fetch([campaign], less, Look(mode=Mode.MISSING, since=SWEPT_AT)) == []
    assert missing([campaign], less, CHANGED) == []
    assert to_fetch([campaign], {campaign.campaign_id: replace(fetched(AFTER), says_less=True)}, CHANGED) == []


@pytest.mark.parametrize("mode", Mode)
def test_a_campaign_that_was_always_zero_is_never_called(mode: Mode) -> None:
    """It becomes a zero row without a call, also at a closing look."""
    assert is_quiet(swept(clicks=0), None)
    assert to_fetch([swept(clicks=0)], {}, Look(mode=mode, since=SWEPT_AT, closed_at=AFTER), audit="r") == []


def test_a_campaign_that_fell_back_to_zero_is_called_again() -> None:
    """Its last figures are not zero, so zero is news."""
    campaign = swept(clicks=0)
    known = {campaign.campaign_id: fetched(BEFORE)}
    assert not is_quiet(campaign, known[campaign.campaign_id])
    assert to_fetch([campaign], known, CHANGED) == [(campaign, Cause.MOVED)]


@pytest.mark.parametrize(
    ("fetched_at", "cause"), [(BEFORE - timedelta(days=1), Cause.CLOSING), (BEFORE, None), (AFTER, None)]
)
def test_a_closing_look_calls_once_whoever_was_fetched_before_it(fetched_at: datetime, cause: Cause | None) -> None:
    """Moved or not; an answer from after the closing is as good whenever it came."""
    look = Look(mode=Mode.CHANGED, since=SWEPT_AT, closed_at=BEFORE)
    assert look.cause(swept(clicks=5), fetched(fetched_at)) == cause


def test_the_order_of_the_list_is_kept() -> None:
    """Map indexes then follow the list that people see."""
    assert ids(to_fetch([swept("3"), swept("1"), swept("2")], {}, CHANGED)) == ["3", "1", "2"]


@pytest.mark.parametrize("mode", Mode)
def test_a_list_of_campaigns_is_a_filter(mode: Mode) -> None:
    """The others are not called; they are missing only if they were never fetched."""
    listed = [swept("1"), swept("2"), swept("3")]
    known = {"1": fetched(BEFORE, totals(clicks=9)), "2": fetched(BEFORE, totals(clicks=9))}
    look = Look(mode=mode, since=SWEPT_AT, only={"1"})
    assert ids(to_fetch(listed, known, look)) == ([] if mode is Mode.MISSING else ["1"])
    done = known | {"1": fetched(AFTER)}
    assert [campaign.campaign_id for campaign in missing(listed, done, look)] == ["3"]


def test_one_in_a_hundred_of_the_unmoved_is_audited() -> None:
    """Drawn by the run: another draws others, the same one the same; nobody waits for them."""
    listed = [swept(str(number), clicks=5) for number in range(20_000)]
    known = {campaign.campaign_id: fetched(BEFORE) for campaign in listed}
    first, again, other = (ids(to_fetch(listed, known, CHANGED, audit=run)) for run in ("a", "a", "b"))
    assert 150 < len(first) < 250
    assert first == again
    assert len(set(first) & set(other)) < 20
    assert missing(listed, known, CHANGED) == []
    assert {cause for _, cause in to_fetch(listed, known, CHANGED, audit="a")} == {Cause.AUDIT}


@pytest.mark.parametrize("mode", [Mode.MISSING, Mode.ALL])
def test_nothing_is_audited_where_nobody_looks_for_what_moved(mode: Mode) -> None:
    """A rerun of what is missing costs what is missing."""
    listed = [swept(str(number), clicks=5) for number in range(1000)]
    known = {campaign.campaign_id: fetched(AFTER) for campaign in listed}
    assert to_fetch(listed, known, Look(mode=mode, since=SWEPT_AT), audit="a") == []


some_totals = st.builds(totals, clicks=st.integers(0, 2), sent=st.integers(0, 1) | st.none())
some_known = st.builds(
    fetched, st.sampled_from([BEFORE, SWEPT_AT, AFTER]), some_totals | st.none(), st.sampled_from(CallOutcome)
)
some_look = st.builds(
    Look,
    mode=st.sampled_from(Mode),
    since=st.just(SWEPT_AT),
    only=st.frozensets(st.sampled_from("12345")),
    closed_at=st.sampled_from([None, BEFORE, SWEPT_AT]),
)


@given(
    st.dictionaries(st.sampled_from("12345"), st.tuples(some_totals, some_known | st.none())),
    some_look,
    st.sets(st.sampled_from("12345")),
)
def test_what_was_fetched_after_the_sweep_is_not_missing(
    day: dict[str, tuple[Totals, Known | None]], look: Look, failed: set[str]
) -> None:
    """And what was planned and not fetched is, from every state; beside it only what the filter left out."""
    listed = [swept(campaign_id, **figures.model_dump()) for campaign_id, (figures, _) in day.items()]
    known = {campaign_id: before for campaign_id, (_, before) in day.items() if before}
    planned = {campaign.campaign_id: campaign for campaign, _ in to_fetch(listed, known, look)}
    left_out = {campaign.campaign_id for campaign in missing(listed, known, look)} - planned.keys()
    done = {key: fetched(AFTER, campaign.totals) for key, campaign in planned.items() if key not in failed}
    after = {campaign.campaign_id for campaign in missing(listed, known | done, look)}
    assert after == (planned.keys() & failed) | left_out
    assert not left_out or look.only


@pytest.mark.parametrize(("calls", "seconds"), [(0, 0), (1, 0), (30, 0), (31, 60), (60, 60), (95, 180), (405, 780)])
def test_the_shortest_time_is_told(calls: int, seconds: float) -> None:
    """The first window is full at once; each further one costs a minute."""
    assert seconds_needed(calls, limit=30, window_s=60) == seconds
