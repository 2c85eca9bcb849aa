"""When a run waits for approval, and what the person who decides is told."""

import pytest

from insider_web_push.days.handover import Estimate
from insider_web_push.operators.approve import question_of


def estimate(hours: float, **changes: object) -> Estimate:
    """Estimate a run of so many hours at 30 calls a minute."""
    calls = round(hours * 1800)
    given = {"calls": calls, "seconds": hours * 3600, "by_cause": {"sweep": 10, "new": calls - 10, "moved": 0}}
    return Estimate(**(given | {"queued": 7, "refused": [], "limit": 30} | changes))  # type: ignore[typeddict-item]  # whatever a test changes


@pytest.mark.parametrize(
    ("hours", "was_decided", "above_h", "asks"),
    [
        pytest.param(3, False, 2.0, True, id="above"),
        pytest.param(2, False, 2.0, False, id="just-as-much"),
        pytest.param(0.1, False, 2.0, False, id="a-day"),
        pytest.param(3, True, 2.0, False, id="scheduled-or-backfill"),
        pytest.param(300, False, None, False, id="never"),
    ],
)
def test_only_a_triggered_run_above_the_threshold_asks(
    hours: float, above_h: float | None, *, was_decided: bool, asks: bool
) -> None:
    """Everything else passes through."""
    assert (question_of(estimate(hours), was_decided=was_decided, above_h=above_h) is not None) is asks


def test_the_question_says_what_it_costs() -> None:
    """Calls with their causes, hours, the queue, and the days that cannot be had."""
    question = question_of(estimate(3.5, refused=["2023-01-01"]), was_decided=False, above_h=2)
    assert question is not None
    headline, details = question
    assert headline == "Spend 3.5 hours of the request budget on 6,300 calls?"
    for said in ("6300 calls: 10 sweep, 6290 new", "at 30 calls a minute", "7 fetches of other runs", "2023-01-01"):
        assert said in details
    assert "moved" not in details
