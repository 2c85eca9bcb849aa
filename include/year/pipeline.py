"""The account's DAGs as the model runs them: made by the package, task by task in their order, with their own rules."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, cast

from airflow.sdk import TriggerRule, XComArg

from include.year.airflow import RETURNED, Airflow, Run
from insider_web_push.accounts.file import Account
from insider_web_push.dags.account_dag import account_dag
from insider_web_push.dags.tasks import campaign_metrics_tasks, purge_task, refresh_tasks
from insider_web_push.operators.base import InsiderOperator
from insider_web_push.vocabulary import DAILY, PURGE, REFRESH

_MAKERS = {DAILY: campaign_metrics_tasks, REFRESH: refresh_tasks, PURGE: purge_task}
TASKS = ("choose", "discover", "plan", "approve", "fetch", "publish", "verify")


class Pipeline:
    """
    Runs the DAGs of one account.

    Args:
        ended: Called when a run has ended.
    """

    def __init__(self, airflow: Airflow, account: Account, *, ended: Callable[[Run], None]) -> None:
        self._airflow = airflow
        self._ended = ended
        self._tasks: dict[str, list[Any]] = {}
        for dag_id, make in _MAKERS.items():
            with account_dag(account, dag_id, schedule=None) as dag:
                make(account)
            # Mapped instances are copies of one, since making an operator costs more than a call.
            one: dict[str, Any] = {"campaign_id": "", "day": ""}
            tasks: list[Any] = cast("Any", dag).topological_sort()
            self._tasks[dag_id] = [task.unmap(one) if task.is_mapped else task for task in tasks]

    def go(self, run: Run) -> None:
        """Run what is not done of a run."""
        for task in self._tasks[run.dag_id]:
            here = (task.task_id, -1)
            if state := _without_running(run, task):
                run.tasks[here].state = state
            elif task.task_id != "fetch":
                self._airflow.to_its_end(run, here, partial(_resolved, task, run), pool=task.pool)
            elif planned := run.tasks["plan", -1].pushed[RETURNED]:
                self._airflow.mapped(run, "fetch", [partial(_copy, task, item) for item in planned], pool=task.pool)
            else:
                run.tasks[here].state = "skipped"
        run.is_active = False
        self._ended(run)


def _without_running(run: Run, task: Any) -> str:
    """Give the state of a task that what comes before it keeps from running; empty if it may run (A1)."""
    before = [run.state_of(task_id) for task_id in task.upstream_task_ids]
    if task.trigger_rule == TriggerRule.ALL_DONE or all(state == "success" for state in before):
        return ""
    return "upstream_failed" if {"failed", "upstream_failed"} & set(before) else "skipped"


def _resolved(task: Any, run: Run) -> InsiderOperator:
    """Give a task with what earlier ones returned in the place of its references to them (A10)."""
    given: dict[str, Any] = {name: getattr(task, name) for name in task.template_fields}
    references = {
        name: cast("Any", value).operator.task_id for name, value in given.items() if isinstance(value, XComArg)
    }
    return _copy(task, {name: run.tasks[task_id, -1].pushed.get(RETURNED) for name, task_id in references.items()})


def _copy(task: Any, given: Mapping[str, Any]) -> InsiderOperator:
    operator = copy.copy(task)
    vars(operator).update(given)
    return cast("InsiderOperator", operator)
