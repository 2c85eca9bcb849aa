"""
Tells of a failed run, once; `message` makes the words, without Airflow.

`on_failure_callback` of a task runs in its worker when the last try has failed, never before a retry, and when the
outcome is already reported: what happens here cannot change it, and `[core] task_success_overtime` ends what hangs
(Airflow 3.3.2, `sdk/execution_time/task_runner.py`, `run` and `finalize`). A DAG's own callback would run in the DAG
processor, where the error is not known.

Every task but the last leaves a note of how it failed; the last one, which is red whenever another is, sends the
message. A task whose worker was lost leaves none, and its state tells.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from airflow.sdk import BaseNotifier
from airflow.sdk.configuration import conf

from insider_web_push.accounts.alert_settings import NotifierSettings
from insider_web_push.accounts.file import Account
from insider_web_push.alerts.message import (
    Alert,
    FailedRun,
    Failure,
    alert_of,
    backlog_of,
    days_of,
    failure_of,
    failures_of_run,
)
from insider_web_push.dates import day_of_run
from insider_web_push.days.handover import LEFT
from insider_web_push.errors import ConfigurationError
from insider_web_push.vocabulary import DAILY

if TYPE_CHECKING:
    from airflow.sdk import Context

log = logging.getLogger(__name__)

_SHORTEST_SECRET = 4
NOTE = "failure"
"""Key of the XCom that a failed task leaves."""


def alerts_of(account: Account) -> dict[str, Any]:
    """
    Give what belongs into the `default_args` of each of an account's DAGs.

    Raises:
        ConfigurationError: the account's notifier cannot be made; the DAG file shows it.
    """
    if account.notifier is not None:
        make_notifier(account.notifier, account=account.name)
    return {"on_failure_callback": TellOfFailure(account)}


def make_notifier(settings: NotifierSettings, *, account: str) -> BaseNotifier:
    """
    Make the notifier anew: Airflow renders its fields in place, so that each serves for one message.

    Raises:
        ConfigurationError: it cannot be imported, is no notifier, or does not take these arguments.
    """
    where = f"the notifier of account {account!r} in the accounts file, {settings.path}"
    module, _, name = settings.path.rpartition(".")
    try:
        notifier = getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise ConfigurationError(
            f"{where}, cannot be imported: {error}. Is its provider installed on every machine of Airflow?"
        ) from error
    if not (isinstance(notifier, type) and issubclass(notifier, BaseNotifier)):
        raise ConfigurationError(f"{where}, is not a class derived from airflow.sdk.BaseNotifier")
    try:
        return notifier(**settings.kwargs)
    except (TypeError, ValueError) as error:
        # Without the cause: a traceback would show its words as they are.
        raise ConfigurationError(f"{where}, does not take its kwargs: {_masked(str(error), settings)}") from None


def _masked(words: str, settings: NotifierSettings) -> str:
    """Mask the values of a notifier's arguments, which may be a token or a webhook's address."""
    waiting: list[Any] = [settings.kwargs]
    values: list[str] = []
    while waiting:
        match waiting.pop():
            case dict() as fields:
                waiting += fields.values()
            case list() as items:
                waiting += items
            case value if len(str(value)) >= _SHORTEST_SECRET:
                values.append(str(value))
    for value in sorted(values, key=len, reverse=True):
        words = words.replace(value, "***")
    return words


@dataclass(frozen=True, slots=True)
class TellOfFailure:
    """The `on_failure_callback` of all tasks of one account's DAGs."""

    account: Account

    def __call__(self, context: Context) -> None:
        """Leave a note; in the run's last task, send the message."""
        ti, error = context["ti"], cast("BaseException | None", context.get("exception"))
        mine = failure_of(_shown(ti.task_id, ti.map_index), error)
        if context["dag"].get_task(ti.task_id).downstream_task_ids:
            ti.xcom_push(key=NOTE, value=asdict(mine))
            return
        alert = alert_of(self._run(context, error), mine, _earlier(context))
        log.error("%s", alert.text)
        _send(self.account, alert, context)

    def _run(self, context: Context, error: BaseException | None) -> FailedRun:
        ti = context["ti"]
        days: Sequence[str] = days_of(error)
        if not days and ti.dag_id == self.account.named(DAILY):
            run = context["dag_run"]
            day = day_of_run(
                data_interval_start=run.data_interval_start, run_after=run.run_after, timezone=self.account.timezone
            )
            days = (day.isoformat(),)
        return _run_of(self.account, context, days)


@dataclass(frozen=True, slots=True)
class TellOfBacklog:
    """The `on_success_callback` of a refresh's plan: tells of a rest that grows, though nothing failed."""

    account: Account

    def __call__(self, context: Context) -> None:
        """Send the message, once a run, as long as the rest grows."""
        ti = context["ti"]
        behind = backlog_of(ti.task_id, ti.xcom_pull(task_ids=ti.task_id, key=LEFT))
        if behind is None:
            return
        alert = alert_of(_run_of(self.account, context, ()), behind, [])
        log.warning("%s", alert.text)
        _send(self.account, alert, context)


def _run_of(account: Account, context: Context, days: Sequence[str]) -> FailedRun:
    ti, base_url = context["ti"], conf.get("api", "base_url", fallback="http://localhost:8080")
    return FailedRun(account=account, dag_id=ti.dag_id, run_id=ti.run_id, days=days, base_url=base_url)


def _send(account: Account, alert: Alert, context: Context) -> None:
    if account.notifier is not None:
        cast("dict[str, Any]", context)["alert"] = alert  # for the notifier's templates
        make_notifier(account.notifier, account=account.name)(context)


def _earlier(context: Context) -> list[Failure]:
    ti = context["ti"]
    others = [task_id for task_id in context["dag"].task_ids if task_id != ti.task_id]
    if not others:
        return []
    states = ti.get_task_states(dag_id=ti.dag_id, task_ids=others, run_ids=[ti.run_id]).get(ti.run_id, {})
    # Airflow says fetch_3; its UI and its API say fetch [3].
    instance = re.compile(rf"({'|'.join(map(re.escape, others))})_([0-9]+)")
    shown = {instance.sub(r"\1[\2]", name): state for name, state in states.items()}
    noted = ti.xcom_pull(task_ids=others, key=NOTE) or []
    return failures_of_run(shown, filter(None, noted))


def _shown(task_id: str, map_index: int | None) -> str:
    return task_id if map_index is None or map_index < 0 else f"{task_id}[{map_index}]"
