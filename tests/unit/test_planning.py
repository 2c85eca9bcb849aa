"""Which campaign days need a call, and what is missing afterwards."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insider_web_push.planning import Known, Mode, is_quiet, seconds_needed, to_fetch
from insider_web_push.snapshots import Outcome
from insider_web_push.sweep import Totals
from tests.builders import SWEPT_AT, swept, totals

BEFORE, AFTER = SWEPT_AT - timedelta(hours=1), SWEPT_AT + timedelta(seconds=1)
NOW_TOTALS = totals(clicks=5)


def fetched(at: datetime, baseline: Totals | None = NOW_TOTALS, outcome: Outcome = Outcome.FETCHED) -> Known:
    """Give a snapshot, by default of the present totals."""
    return Known("key", outcome, at, baseline)


@pytest.mark.parametrize(
    ("known", "in_changed", "in_missing", "in_all"),
    [
        pytest.param(None, True, True, True, id="never-fetched"),
        pytest.param(fetched(BEFORE), False, False, True, id="unmoved"),
        pytest.param(fetched(BEFORE, totals(clicks=4)), True, False, True, id="moved"),
        pytest.param(fetched(BEFORE, None), True, False, True, id="no-baseline"),
        pytest.param(fetched(BEFORE, totals(), Outcome.SKIPPED), True, False, True, id="skipped-then-active"),
        pytest.param(fetched(AFTER), False, False, False, id="fresh"),
        pytest.param(fetched(AFTER, totals(clicks=4)), False, False, False, id="fresh-and-moved"),
        pytest.param(fetched(SWEPT_AT), False, False, False, id="at-the-same-instant"),
    ],
)
def test_the_mode_decides_who_is_called(
    known: Known | None, *, in_changed: bool, in_missing: bool, in_all: bool
) -> None:
    """A campaign with activity, in each mode."""
    campaign = swept(clicks=5)
    calls = {
        mode: bool(to_fetch([campaign], {campaign.campaign_id: known} if known else {}, mode=mode, since=SWEPT_AT))
        for mode in Mode
    }
    assert calls == {Mode.CHANGED: in_changed, Mode.MISSING: in_missing, Mode.ALL: in_all}


@pytest.mark.parametrize("mode", Mode)
def test_a_campaign_that_was_always_zero_is_never_called(mode: Mode) -> None:
    """It becomes a zero row without a call."""
    assert is_quiet(swept(clicks=0), None)
    assert to_fetch([swept(clicks=0)], {}, mode=mode, since=SWEPT_AT) == []


def test_a_campaign_that_fell_back_to_zero_is_called_again() -> None:
    """Its last figures are not zero, so zero is news."""
    campaign = swept(clicks=0)
    known = {campaign.campaign_id: fetched(BEFORE)}
    assert not is_quiet(campaign, known[campaign.campaign_id])
    assert to_fetch([campaign], known, mode=Mode.CHANGED, since=SWEPT_AT) == [campaign]


def test_the_order_of_the_list_is_kept() -> None:
    """Map indexes then follow the list that people see."""
    listed = [swept("3"), swept("1"), swept("2")]
    assert to_fetch(listed, {}, mode=Mode.CHANGED, since=SWEPT_AT) == listed


some_totals = st.builds(totals, clicks=st.integers(0, 2), sent=st.integers(0, 1) | st.none())
some_known = st.builds(
    fetched, st.sampled_from([BEFORE, SWEPT_AT, AFTER]), some_totals | st.none(), st.sampled_from(Outcome)
)


@given(
    st.dictionaries(st.sampled_from("12345"), st.tuples(some_totals, some_known | st.none())),
    st.sampled_from(Mode),
    st.sets(st.sampled_from("12345")),
)
def test_what_was_fetched_after_the_sweep_is_not_missing(
    day: dict[str, tuple[Totals, Known | None]], mode: Mode, failed: set[str]
) -> None:
    """And what was planned and not fetched is: exactly that, in every mode and from every state."""
    listed = [swept(campaign_id, **figures.model_dump()) for campaign_id, (figures, _) in day.items()]
    known = {campaign_id: before for campaign_id, (_, before) in day.items() if before}
    planned = to_fetch(listed, known, mode=mode, since=SWEPT_AT)
    done = {
        campaign.campaign_id: fetched(AFTER, campaign.totals)
        for campaign in planned
        if campaign.campaign_id not in failed
    }
    missing = to_fetch(listed, known | done, mode=mode, since=SWEPT_AT)
    assert missing == [campaign for campaign in planned if campaign.campaign_id in failed]


@pytest.mark.parametrize(("calls", "seconds"), [(0, 0), (1, 0), (30, 0), (31, 60), (60, 60), (95, 180), (405, 780)])
def test_the_shortest_time_is_told(calls: int, seconds: float) -> None:
    """The first window is full at once; each further one costs a minute."""
    assert seconds_needed(calls, limit=30, window_s=60) == seconds
