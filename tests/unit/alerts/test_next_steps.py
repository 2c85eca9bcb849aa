"""What to do about each kind of failure."""

import inspect

import pytest

from insider_web_push import errors
from insider_web_push.accounts import Account
from insider_web_push.alerts.next_steps import NEXT_STEPS, OTHER, WORKER_LOST, kind_of, next_step, rank

LEAVES = [
    cls
    for _, cls in inspect.getmembers(errors, inspect.isclass)
    if issubclass(cls, errors.InsiderError) and not cls.__subclasses__()
]
ACCOUNT = Account(name="brand", conn_id="insider_brand", timezone="Europe/Istanbul", storage="lake")


def test_the_search_for_errors_finds_them() -> None:
    """An empty list would let everything pass."""
    assert {errors.Unauthorized, errors.Throttled, errors.DeadlineMissed} < set(LEAVES)


@pytest.mark.parametrize("error", LEAVES)
def test_each_error_has_a_next_step_of_its_own(error: type[errors.InsiderError]) -> None:
    """Nothing of the taxonomy falls back to a general sentence."""
    assert error in NEXT_STEPS
    assert kind_of(error("…")) == error.__name__


@pytest.mark.parametrize("kind", [*(cls.__name__ for cls in NEXT_STEPS), WORKER_LOST, OTHER])
def test_each_step_is_a_whole_sentence(kind: str) -> None:
    """With nothing left to fill in."""
    step = next_step(kind, ACCOUNT)
    assert step[0].isupper()
    assert step.endswith(".")
    assert "{" not in step
    assert "}" not in step


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("Unauthorized", "Admin > Connections > insider_brand"),
        ("ServiceUnavailable", "the next insider_web_push_refresh__brand tries again"),
        ("CampaignNotFound", "accept_missing"),
        ("DeadlineMissed", "Look at the runs of insider_web_push_campaign_metrics__brand"),
        ("StorageNotWritable", "storage of account brand"),
    ],
)
def test_the_step_names_what_is_meant(kind: str, said: str) -> None:
    """A connection, a DAG, a field: so that nobody has to look it up."""
    assert said in next_step(kind, ACCOUNT)


def test_other_libraries_errors_are_told_apart_from_ours() -> None:
    """And come last, since their cause is not known."""
    assert kind_of(KeyError("x")) == OTHER
    assert rank("Unauthorized") < rank("ServiceUnavailable") < rank(WORKER_LOST) < rank(OTHER)
