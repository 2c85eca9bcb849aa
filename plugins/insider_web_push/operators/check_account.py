"""check_account: what a few calls tell of the account's API, held against what the other tasks take for granted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from insider_web_push.operators.base import InsiderOperator
from insider_web_push.probing.account import check_api
from insider_web_push.probing.course import MOST_CALLS

if TYPE_CHECKING:
    from airflow.sdk import Context


class CheckAccountOperator(InsiderOperator):
    """
    Probe the account's API, and keep the report.

    It succeeds whatever it finds: a difference is news, not a failure of the task. Give it no retries: a second try
    spends the calls again.

    Args:
        account_slots: The account's `pool_slots`: whether they are enough for the API's response time is one of the
            findings. None takes the task's own, as DAG files of older versions have it.

    Raises:
        InvalidRequest: the run's configuration says something, and there is nothing to say.
        StorageNotWritable: before any call.
        InsiderError: the API did not answer the first question.
    """

    def __init__(self, *, account_slots: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.account_slots = account_slots

    def execute(self, context: Context) -> dict[str, Any]:
        """Probe, keep, and say what differs."""
        self.form(context, ())
        self.log.info("At most %d calls", MOST_CALLS)
        with self.giving_back_the_worker():
            report = check_api(
                self.hook,
                self.store,
                timezone=self.timezone,
                pool_slots=self.account_slots or self.pool_slots,
                numbers=self.rules.number_format,
            )
        for line in report.lines():
            self.log.info("%s", line)
        if report.differing:
            self.log.warning("Differs from what the code depends on: %s", ", ".join(report.differing))
        kept = self.store.url(self.store.at.account_check)
        return {"conclusion": report.conclusion, "differing": report.differing, "calls": report.calls, "report": kept}
