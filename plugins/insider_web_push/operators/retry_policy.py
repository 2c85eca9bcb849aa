"""Airflow retries as the error says."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from airflow.sdk import RetryDecision, RetryPolicy

from insider_web_push.errors import FatalError, RetryableError

if TYPE_CHECKING:
    from airflow.sdk import Context


class InsiderRetryPolicy(RetryPolicy):
    """Wait as long as the server asked, or stop at once where another try cannot help."""

    def evaluate(
        self,
        exception: BaseException,
        try_number: int,  # noqa: ARG002 — Airflow's signature
        max_tries: int,  # noqa: ARG002 — Airflow's signature
        context: Context | None = None,  # noqa: ARG002 — Airflow's signature
    ) -> RetryDecision:
        """Decide from the error alone; whatever is not ours is retried as the task says."""
        match exception:
            case FatalError():
                return RetryDecision.fail(reason=str(exception))
            case RetryableError(retry_after_s=float(seconds)):
                return RetryDecision.retry(timedelta(seconds=seconds), reason=str(exception))
        return RetryDecision.default()
