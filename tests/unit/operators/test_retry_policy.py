"""How Airflow retries."""

from datetime import timedelta

import pytest
from airflow.sdk import RetryDecision
from airflow.sdk.definitions.retry_policy import RetryAction

from insider_web_push import errors
from insider_web_push.operators.retry_policy import InsiderRetryPolicy

FATAL = [
    errors.ConfigurationError,
    errors.Unauthorized,
    errors.InvalidRequest,
    errors.CampaignNotFound,
    errors.CampaignUnavailable,
    errors.ContractViolation,
    errors.DamagedObject,
    errors.LostFile,
    errors.ListTooLong,
    errors.StorageNotWritable,
    errors.PlanTooLarge,
    errors.TooManyQuestions,
    errors.StaleQuestion,
    errors.IncompleteDay,
    errors.DeadlineMissed,
]
RETRYABLE = [
    errors.Throttled,
    errors.ServiceUnavailable,
    errors.UpstreamFailed,
    errors.TurnedAway,
    errors.BudgetWait,
    errors.BudgetUnavailable,
    errors.PagesDrifted,
    errors.Overtaken,
    errors.QuietDay,
]


def decide(error: BaseException) -> RetryDecision:
    """Ask the policy about the first failure of four."""
    return InsiderRetryPolicy().evaluate(error, try_number=1, max_tries=4)


@pytest.mark.parametrize("kind", FATAL)
def test_what_no_retry_can_help_stops_at_once(kind: type[errors.FatalError]) -> None:
    """With the error's own words as the reason."""
    assert decide(kind("because")) == RetryDecision.fail(reason="because")


@pytest.mark.parametrize("kind", RETRYABLE)
@pytest.mark.parametrize("seconds", [0.0, 17.5, 3600.0])
def test_the_wait_that_was_asked_for_is_kept(kind: type[errors.RetryableError], seconds: float) -> None:
    """Neither shorter nor longer."""
    decision = decide(kind("later", retry_after_s=seconds))
    assert (decision.action, decision.retry_delay) == (RetryAction.RETRY, timedelta(seconds=seconds))


@pytest.mark.parametrize("kind", RETRYABLE)
def test_where_nobody_said_how_long_the_task_decides(kind: type[errors.RetryableError]) -> None:
    """By its own delay."""
    assert decide(kind("later")) == RetryDecision.default()


@pytest.mark.parametrize("error", [ValueError("x"), OSError("disk"), KeyError("y")])
def test_an_error_of_somebody_else_is_retried_as_the_task_says(error: Exception) -> None:
    """The policy knows nothing of it."""
    assert decide(error) == RetryDecision.default()


def test_every_error_of_the_package_is_sorted() -> None:
    """A new one must be put into one of the two lists above, and so into the taxonomy."""
    every = {
        kind
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, errors.InsiderError) and not name.startswith("_")
    }
    assert every == {errors.InsiderError, errors.RetryableError, errors.FatalError, *FATAL, *RETRYABLE}
    assert all(issubclass(kind, errors.FatalError) for kind in FATAL)
    assert all(issubclass(kind, errors.RetryableError) for kind in RETRYABLE)
