"""How many campaigns a day's list may state."""

import pytest

from insider_web_push.days.list_bound import ListBound, list_bound
from tests.unit.days.test_days_to_look_at import ago, published


@pytest.mark.parametrize(
    ("listed", "most_calls", "campaigns", "why"),
    [
        pytest.param([], None, 100_000, "which no account has had so far", id="nothing-is-known"),
        pytest.param([], 3600, 72_000, "the 3600 calls that need no approval", id="a-new-account"),
        pytest.param([], 9000, 100_000, "which no account has had so far", id="a-high-limit"),
        pytest.param([30, 4], 3600, 1000, f"while {ago(1)} has 30, the most of the days around it", id="a-small-one"),
        pytest.param(
            [30, 400], None, 4000, f"while {ago(2)} has 400, the most of the days around it", id="a-large-one"
        ),
        pytest.param([400], 30, 600, "the 30 calls that need no approval", id="both"),
    ],
)
def test_a_list_is_as_long_as_history_and_approval_allow(
    listed: list[int], most_calls: int | None, campaigns: int, why: str
) -> None:
    """The lowest of the bounds, and what it comes from."""
    near = [published(age, looked_at=age, campaigns=number) for age, number in enumerate(listed, start=1)]
    assert list_bound(near, most_calls=most_calls) == ListBound(campaigns, why)
