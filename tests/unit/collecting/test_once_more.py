"""Which faults are asked once more in place, and which are not."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from insider_web_push.collecting.once_more import PAUSE_S, judged
from insider_web_push.errors import (
    BudgetWait,
    CampaignNotFound,
    ContractViolation,
    InsiderError,
    PlanTooLarge,
    ServiceUnavailable,
    Throttled,
    Unauthorized,
    UpstreamFailed,
)
from insider_web_push.hook import Answer

ANSWER = Answer({}, 200, b"{}", datetime(2026, 11, 22, tzinfo=UTC))


def took(seconds: float) -> ServiceUnavailable:
    """Make a fault that came after so long."""
    fault = ServiceUnavailable("no complete answer")
    fault.took_s = seconds
    return fault


@pytest.fixture
def naps() -> list[float]:
    """Notes the pauses, instead of making them."""
    return []


def asking(*outcomes: Answer | InsiderError) -> Callable[[], Answer]:
    """Make what answers, or fails, in this order."""
    left = iter(outcomes)

    def ask() -> Answer:
        outcome = next(left)
        if isinstance(outcome, InsiderError):
            raise outcome
        return outcome

    return ask


def reading(*outcomes: str | InsiderError) -> Callable[[bytes], str]:
    """Make what reads bodies, or refuses them, in this order."""
    left = iter(outcomes)

    def read(_: bytes) -> str:
        outcome = next(left)
        if isinstance(outcome, InsiderError):
            raise outcome
        return outcome

    return read


PASSING = [
    ServiceUnavailable("the API answered 500"),
    ServiceUnavailable("ConnectionError"),
    UpstreamFailed("the API answered 424: SERVICE:-"),
    ServiceUnavailable("the API answered 503", retry_after_s=1.0),
    took(24.0),
]


@pytest.mark.parametrize("fault", PASSING, ids=str)
def test_a_fault_of_the_moment_is_asked_once_more(
    fault: ServiceUnavailable, naps: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    """After two seconds; the log says so."""
    with caplog.at_level(logging.WARNING):
        assert (
            judged(asking(fault, ANSWER), reading("figures"), what="list of the day", sleep=naps.append).said
            == "figures"
        )
    assert naps == [PAUSE_S]
    assert "list of the day" in caplog.text


@pytest.mark.parametrize("words", ["an HTML page", "success = false", "the API answered 200 with an error"])
def test_an_answer_that_is_an_outage_is_asked_once_more(words: str, naps: list[float]) -> None:
    """It is judged by its body."""
    found = judged(asking(ANSWER, ANSWER), reading(ServiceUnavailable(words), "figures"), what="x", sleep=naps.append)
    assert (found.said, naps) == ("figures", [PAUSE_S])


@pytest.mark.parametrize("fault", PASSING, ids=str)
def test_a_second_fault_is_the_tasks(fault: ServiceUnavailable, naps: list[float]) -> None:
    """Once more, and not for ever."""
    with pytest.raises(ServiceUnavailable):
        judged(asking(fault, fault, ANSWER), reading("figures"), what="x", sleep=naps.append)
    assert len(naps) == 1


def test_a_second_refused_answer_is_given_back(naps: list[float]) -> None:
    """The caller keeps it."""
    refused = ServiceUnavailable("an HTML page")
    found = judged(asking(ANSWER, ANSWER), reading(refused, refused), what="x", sleep=naps.append)
    assert (found.answer, found.said, len(naps)) == (ANSWER, refused, 1)


@pytest.mark.parametrize(
    "error",
    [
        Throttled("429"),
        ServiceUnavailable("the API answered 503", retry_after_s=60.0),
        took(30.2),
        BudgetWait("later", retry_after_s=40.0),
        Unauthorized("401"),
        CampaignNotFound("424"),
        PlanTooLarge("no call is left"),
        ContractViolation("larger than any"),
    ],
    ids=str,
)
def test_what_a_second_request_cannot_mend_is_raised_at_once(error: InsiderError, naps: list[float]) -> None:
    """Nor where the server asked for longer, or the request hung."""
    with pytest.raises(type(error)):
        judged(asking(error, ANSWER), reading("figures"), what="x", sleep=naps.append)
    assert naps == []


def test_a_broken_shape_is_not_asked_again(naps: list[float]) -> None:
    """The API has changed; asking does not mend it."""
    broken = ContractViolation("$.total: missing")
    assert judged(asking(ANSWER, ANSWER), reading(broken, "figures"), what="x", sleep=naps.append).said is broken
    assert naps == []


def test_the_wait_that_the_server_asked_for_is_kept(naps: list[float]) -> None:
    """Where it is short."""
    judged(
        asking(ServiceUnavailable("503", retry_after_s=4.0), ANSWER), reading("figures"), what="x", sleep=naps.append
    )
    assert naps == [4.0]
