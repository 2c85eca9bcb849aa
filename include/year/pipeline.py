"""The account's DAGs as the model runs them: made by the package, task by task in their order, with their own rules."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, cast

from airflow.sdk import DAG, TriggerRule, XComArg

from include.year.airflow import Airflow
from include.year.runs import Run, Where
from insider_web_push.accounts.file import Account
from insider_web_push.dags.account_dag import account_dag
from insider_web_push.dags.tasks import campaign_metrics_tasks, purge_task, refresh_tasks
from insider_web_push.operators.base import InsiderOperator
from insider_web_push.vocabulary import DAILY, PURGE, REFRESH

_MAKERS = {DAILY: campaign_metrics_tasks, REFRESH: refresh_tasks, PURGE: purge_task}
_FETCH = "fetch"
TASKS = ("choose", "discover", "plan", "approve", _FETCH, "publish", "verify")


class Pipeline:
    """
    Runs the DAGs of one account.

    Args:
        ended: Called when a run has ended.
    """

    def __init__(self, airflow: Airflow, account: Account, *, ended: Callable[[Run], None]) -> None:
        self._airflow = airflow
        self._ended = ended
        self._dags = {dag_id: _dag(account, dag_id) for dag_id in _MAKERS}
        # By copies, since making an operator costs more than a call.
        mapped = {dag_id: dag.task_dict.get(_FETCH) for dag_id, dag in self._dags.items()}
        self._fetches = {
            dag_id: cast("Any", task).unmap({"campaign_id": "", "day": ""}) for dag_id, task in mapped.items() if task
        }

    def go(self, run: Run) -> None:
        """Run what is not done of a run."""
        for task in cast("Any", self._dags[run.dag_id]).topological_sort():
            state = _without_running(run, task)
            if state:
                run.states[Where(task.task_id)] = state
            elif task.task_id == _FETCH:
                planned = run.returned["plan"]
                if not planned:
                    run.states[Where(_FETCH)] = "skipped"
                fetch = self._fetches[run.dag_id]
                self._airflow.mapped(run, _FETCH, [partial(_copy, fetch, item) for item in planned], pool=fetch.pool)
            else:
                self._airflow.once(run, task.task_id, partial(_resolved, task, run), pool=cast("str", task.pool))
        run.is_active = False
        self._ended(run)


def _dag(account: Account, dag_id: str) -> DAG:
    with account_dag(account, dag_id, schedule=None) as dag:
        _MAKERS[dag_id](account)
    return dag


def _without_running(run: Run, task: Any) -> str:
    """Give the state of a task that what comes before it keeps from running; empty if it may run (A1)."""
    before = [run.state_of(task_id) for task_id in task.upstream_task_ids]
    if task.trigger_rule == TriggerRule.ALL_DONE or all(state == "success" for state in before):
        return ""
    return "upstream_failed" if {"failed", "upstream_failed"} & set(before) else "skipped"


def _resolved(task: Any, run: Run) -> InsiderOperator:
    """Give a task with what earlier ones returned in the place of its references to them (A10)."""
    given = {name: getattr(task, name) for name in task.template_fields}
    references = {
        name: cast("Any", value).operator.task_id for name, value in given.items() if isinstance(value, XComArg)
    }
    return _copy(task, {name: run.returned.get(task_id) for name, task_id in references.items()})


def _copy(task: Any, given: Mapping[str, Any]) -> InsiderOperator:
    operator = copy.copy(task)
    vars(operator).update(given)
    return cast("InsiderOperator", operator)
