"""The DAG of the deployment: not an account's, so that there is one of it."""

from __future__ import annotations

from datetime import timedelta

import pendulum
from airflow.sdk import DAG, CronTriggerTimetable, Param

from insider_web_push.operators import CleanDatabaseOperator, CleanLogsOperator
from insider_web_push.operators.housekeeping import KEEP_DAYS
from insider_web_push.vocabulary import HOUSEKEEPING

_LAST_RESORT = timedelta(hours=6)
"""A first run may find years."""


def housekeeping_dag(*, doc_md: str | None) -> DAG:
    """Make the DAG with its two tasks, which do not wait for each other. It is off until somebody turns it on."""
    keep_days = Param(
        90,
        type="integer",
        # The refresh's questions, and the runs that people look at, are younger.
        minimum=30,
        maximum=3650,
        title="Days to keep",
        description="Older runs, with tasks, XComs and events, and older log files go for good. The lake stays.",
    )
    with DAG(
        dag_id=HOUSEKEEPING,
        schedule=CronTriggerTimetable("40 2 * * *", timezone="UTC"),
        start_date=pendulum.datetime(2018, 1, 1),
        catchup=False,
        max_active_runs=1,
        is_paused_upon_creation=True,
        default_args={"retries": 1, "retry_delay": timedelta(minutes=10), "execution_timeout": _LAST_RESORT},
        tags=["insider", "web-push"],
        params={KEEP_DAYS: keep_days},
        doc_md=doc_md,
    ) as dag:
        CleanDatabaseOperator(task_id="clean_database")
        CleanLogsOperator(task_id="clean_logs")
    return dag
