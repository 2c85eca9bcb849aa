"""Which request is hit by which fault."""

import json

import pytest
from pydantic import ValidationError

from include.simulator import replies
from include.simulator.faults import OVERSIZED_BYTES, Fault, FaultBook, FaultKind
from include.simulator.replies import Delivery


@pytest.mark.parametrize(
    ("fault", "endpoint", "campaign_id", "hit"),
    [
        pytest.param({}, "top-metrics", None, True, id="any"),
        pytest.param({"endpoint": "campaign-metrics"}, "campaign-metrics", "7", True, id="endpoint"),
        pytest.param({"endpoint": "campaign-metrics"}, "overall-metrics", None, False, id="other-endpoint"),
        pytest.param({"campaign_id": "7"}, "campaign-metrics", "7", True, id="campaign"),
        pytest.param({"campaign_id": "7"}, "campaign-metrics", "8", False, id="other-campaign"),
        pytest.param({"campaign_id": "7"}, "overall-metrics", None, False, id="no-campaign"),
    ],
)
def test_a_fault_hits_what_it_names(
    fault: dict[str, str], endpoint: str, campaign_id: str | None, *, hit: bool
) -> None:
    """What it does not name is any."""
    book = FaultBook()
    book.add(Fault(kind=FaultKind.ERROR_500, **fault))
    assert (book.take(endpoint, campaign_id) is FaultKind.ERROR_500) == hit


def test_a_fault_is_used_up_and_the_next_one_follows() -> None:
    """Two 500s, then a redirect for as long as it is not cleared."""
    book = FaultBook()
    book.add(Fault(kind=FaultKind.ERROR_500, times=2))
    book.add(Fault(kind=FaultKind.REDIRECT))
    taken = [book.take("top-metrics", None) for _ in range(4)]
    assert taken == [FaultKind.ERROR_500] * 2 + [FaultKind.REDIRECT] * 2
    book.clear()
    assert book.take("top-metrics", None) is None


@pytest.mark.parametrize(
    "wrong", [{"kind": "meteor"}, {"kind": "stall", "times": 0}, {"kind": "stall", "campain": "7"}]
)
def test_a_misspelt_fault_is_refused(wrong: dict[str, object]) -> None:
    """A test that asks for a fault which does not exist must not pass for want of it."""
    with pytest.raises(ValidationError):
        Fault.model_validate(wrong)


@pytest.mark.parametrize("kind", [FaultKind.TRUNCATED_JSON, FaultKind.OVERSIZED, FaultKind.DRIP])
def test_a_refusal_is_not_spoiled(kind: FaultKind) -> None:
    """Only figures are: a spoiled 424 would be another test."""
    assert replies.spoiled(replies.CAMPAIGN_NOT_FOUND, kind) is replies.CAMPAIGN_NOT_FOUND


def test_truncated_json_does_not_parse() -> None:
    """It ends in the middle."""
    spoiled = replies.spoiled(replies.reply(200, {"name": "Sale", "status": 1}), FaultKind.TRUNCATED_JSON)
    with pytest.raises(json.JSONDecodeError):
        json.loads(spoiled.content)


def test_oversized_json_parses_and_says_the_same() -> None:
    """Nothing but its size is wrong with it."""
    spoiled = replies.spoiled(replies.reply(200, {"name": "Sale"}), FaultKind.OVERSIZED)
    assert len(spoiled.content) > OVERSIZED_BYTES
    assert json.loads(spoiled.content)["name"] == "Sale"


def test_every_kind_does_something() -> None:
    """None is silently the plain answer; some are the list's own."""
    answer = replies.reply(200, {"name": "Sale"})
    for kind in set(FaultKind) - {FaultKind.DRIFT, FaultKind.SHRINK, FaultKind.SHORT, FaultKind.PHP_LIST}:
        got = replies.instead_of_answer(kind) or replies.spoiled(answer, kind)
        assert got != answer, kind


def test_a_stall_is_told_apart_by_its_delivery() -> None:
    """The shell never sends the bytes of such a reply while anybody waits."""
    stalled = replies.instead_of_answer(FaultKind.STALL)
    assert stalled is not None
    assert stalled.delivery is Delivery.STALL
