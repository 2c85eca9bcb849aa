"""What counts as holding, in the table of faults."""

import dataclasses

import pytest

from include.chaos.verdict import Verdict, differences

GOOD = Verdict(
    fault="kill -9 of a worker", run="success", expected=3, unaccounted=0, cleared="", lost=0, doubled=0, torn=0,
    looks=40, throttled=0, most_in_window=10, limit=10, seconds=60.0,
)  # fmt: skip


def test_a_good_run_has_nothing_wrong():
    """Nor has one that failed, named what is missing, and was complete when that was cleared."""
    assert GOOD.wrong == []
    assert dataclasses.replace(GOOD, run="failed", cleared="success").wrong == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"run": "running"}, "still running"),
        ({"unaccounted": 1}, "neither kept nor named"),
        ({"run": "failed", "cleared": "failed"}, "clearing what failed ends as failed"),
        ({"lost": 1}, "1 campaign days are lost"),
        ({"doubled": 2}, "2 campaign days are doubled"),
        ({"torn": 1}, "half a day was seen 1 times"),
        ({"looks": 0}, "nobody could look"),
        ({"throttled": 1}, "throttled"),
        ({"most_in_window": 11}, "11 requests in a window of 10"),
        ({"judged": ("figures given: of 40001",)}, "figures given: of 40001"),
        ({"leaks": ("worker-1.log",)}, "the API key is in worker-1.log"),
    ],
)
def test_each_claim_can_fail(change, said):
    """One change, one thing that is wrong."""
    (wrong,) = dataclasses.replace(GOOD, **change).wrong
    assert said in wrong


@pytest.mark.parametrize(
    ("found", "missing", "too_many"),
    [(["a", "b", "c"], 0, 0), (["a", "b"], 1, 0), (["a", "b", "c", "c"], 0, 1), (["a", "b", "x"], 1, 1), ([], 3, 0)],
)
def test_lost_and_doubled_are_counted_apart(found, missing, too_many):
    """One that is missing does not hide one that is there twice."""
    assert differences(["a", "b", "c"], found) == (missing, too_many)
