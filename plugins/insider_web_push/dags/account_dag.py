"""One DAG of one account: what all of them have in common."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import pendulum
from airflow.sdk import DAG, Param

from insider_web_push.accounts.file import Account
from insider_web_push.alerts.callbacks import alerts_of
from insider_web_push.dags.tasks import TASK_DEFAULTS

_FIRST_DAY = (2018, 1, 1)
"""Before the vendor had web push analytics; a backfill may begin here."""


def account_dag(
    account: Account,
    dag_id: str,
    *,
    schedule: Any,
    max_active_runs: int = 1,
    has_past: bool = True,
    params: Mapping[str, Param] | None = None,
    **settings: Any,
) -> DAG:
    """
    Make a DAG, to be entered: tasks that are made within it are its own.

    Args:
        account: Whose DAG it is; its name becomes part of the id.
        dag_id: One of `vocabulary`.
        schedule: A timetable; None runs by hand only. Nothing before the DAG was turned on runs unasked.
        max_active_runs: How many runs there may be at once.
        has_past: Whether a run may be about a time before the DAG was there, as backfills are.
        params: Its form, one of `forms`. The DAG has a copy: a run by `dag.test()` writes its values into the fields.
        settings: Whatever else `airflow.sdk.DAG` takes.
    """
    return DAG(
        dag_id=account.named(dag_id),
        schedule=schedule,
        start_date=pendulum.datetime(*_FIRST_DAY, tz=account.timezone) if has_past else None,
        catchup=False,
        max_active_runs=max_active_runs,
        default_args=TASK_DEFAULTS | alerts_of(account),
        tags=["insider", "web-push"],
        params=copy.deepcopy(dict(params or {})),
        **settings,
    )
