"""Which cause each kind of failure stands for."""

import inspect

import pytest

from insider_web_push import errors
from insider_web_push.alerts.kinds import OTHER, WORKER_LOST, kind_of, rank, trouble_of_kind
from insider_web_push.days.troubles import OF_ERRORS, Trouble

LEAVES = [
    cls
    for _, cls in inspect.getmembers(errors, inspect.isclass)
    if issubclass(cls, errors.InsiderError) and not cls.__subclasses__()
]


def test_the_search_for_errors_finds_them() -> None:
    """An empty list would let everything pass."""
    assert {errors.Unauthorized, errors.Throttled, errors.DeadlineMissed} < set(LEAVES)


@pytest.mark.parametrize("error", LEAVES)
def test_each_error_stands_for_a_cause_of_its_own(error: type[errors.InsiderError]) -> None:
    """Nothing of the taxonomy falls back to a general sentence."""
    assert error in OF_ERRORS
    assert kind_of(error("…")) == error.__name__
    assert trouble_of_kind(error.__name__) is OF_ERRORS[error]


@pytest.mark.parametrize(
    ("kind", "trouble"),
    [
        (WORKER_LOST, Trouble.WORKER_LOST),
        (OTHER, Trouble.OTHER),
        ("AnErrorOfANewerVersion", Trouble.OTHER),
        ("ContractViolation", Trouble.REJECTED),
    ],
)
def test_a_note_of_any_version_stands_for_a_cause(kind: str, trouble: Trouble) -> None:
    """Notes lie in XComs while the package is updated."""
    assert trouble_of_kind(kind) is trouble


def test_other_libraries_errors_are_told_apart_from_ours() -> None:
    """And come last, since their cause is not known."""
    assert kind_of(KeyError("x")) == OTHER
    assert rank("Unauthorized") < rank("ServiceUnavailable") < rank(WORKER_LOST) < rank(OTHER)
