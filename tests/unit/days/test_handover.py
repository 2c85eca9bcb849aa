"""Campaign days, shared out over as many tasks as a run may map, and handed on to them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insider_web_push.days.handover import PlannedFetch, chunked, packed, unpacked


def planned(number: int) -> list[PlannedFetch]:
    """Plan so many campaign days."""
    return [
        PlannedFetch(campaign_id=str(position), campaign_name="", day="2026-11-22", baseline=None, listed=True)
        for position in range(number)
    ]


@pytest.mark.parametrize(
    ("number", "most", "sizes"),
    [
        pytest.param(0, 1024, [], id="nothing"),
        pytest.param(3, 1024, [1, 1, 1], id="one-each"),
        pytest.param(1024, 1024, [1] * 1024, id="just-as-many"),
        pytest.param(1025, 1024, [2] * 512 + [1], id="one-more"),
        pytest.param(5000, 1024, [5] * 1000, id="a-large-account"),
    ],
)
def test_a_task_takes_one_campaign_day_where_that_is_possible(number: int, most: int, sizes: list[int]) -> None:
    """Only above the limit of a run it takes several."""
    assert [1 + len(task["also"]) for task in chunked(planned(number), most=most)] == sizes


@pytest.mark.parametrize(("number", "sizes"), [(0, []), (3, [3]), (25, [10, 10, 5]), (5000, [10] * 500)])
def test_a_task_takes_as_many_as_the_account_says(number: int, sizes: list[int]) -> None:
    """And more where there would be too many tasks."""
    assert [1 + len(task["also"]) for task in chunked(planned(number), per_task=10, most=1024)] == sizes
    assert all(1 + len(task["also"]) <= 13 for task in chunked(planned(5000), per_task=10, most=400))


@given(number=st.integers(0, 300), most=st.integers(1, 50), per_task=st.integers(1, 20))
def test_every_campaign_day_has_one_task(number: int, most: int, per_task: int) -> None:
    """None is lost or doubled, and the order stays."""
    tasks = chunked(planned(number), per_task=per_task, most=most)
    assert len(tasks) <= most
    assert [item["campaign_id"] for task in tasks for item in (task, *task["also"])] == list(map(str, range(number)))


def test_a_fetch_gets_what_was_planned() -> None:
    """Whatever the campaign is called."""
    (task,) = chunked(planned(3), per_task=3, most=1024)
    task["campaign_name"] = 'Sevgililer "Günü" {{ 7 * 7 }}\n💘'
    assert unpacked(packed(task)) == task


def test_a_plan_of_an_older_version_is_read() -> None:
    """Somebody clears a fetch of a run that was planned before an upgrade."""
    (task,) = chunked(planned(1), most=1024)
    assert unpacked(task) == task
