"""What many days cost."""

import pytest

from insider_web_push.days.cost import Typical, calls_within, cost_of, duration
from insider_web_push.days.looks import Depth


@pytest.mark.parametrize(
    ("listed", "active", "depth", "calls", "said"),
    [
        pytest.param(400, 400, Depth.FULL, 153_665, "3.6 days", id="a-year"),
        pytest.param(400, 400, Depth.TOTALS, 7_665, "4.2 hours", id="a-years-totals"),
        pytest.param(400, 200, Depth.FULL, 80_665, "44.8 hours", id="half-are-quiet"),
        pytest.param(0, 0, Depth.FULL, 730, "24 min", id="nothing-sent"),
    ],
)
def test_a_year_of_days(listed: float, active: float, depth: Depth, calls: int, said: str) -> None:
    """A call for 20 listed campaigns, one for the account's totals, and one for each active campaign."""
    cost = cost_of(365, Typical(listed, active, ""), depth=depth, limit=30, window_s=60)
    assert (cost.calls, duration(cost.seconds)) == (calls, said)


@pytest.mark.parametrize(("seconds", "said"), [(0, "0 s"), (119, "119 s"), (120, "2 min"), (7200, "2.0 hours")])
def test_a_time_is_said_as_people_do(seconds: float, said: str) -> None:
    """In the unit that one would take."""
    assert duration(seconds) == said


def test_two_hours_of_the_default_limit_are_3600_calls() -> None:
    """The threshold of approval, in calls."""
    assert calls_within(2, limit=30, window_s=60) == 3600
