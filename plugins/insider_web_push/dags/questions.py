"""
Drops the questions of tasks that were cleared, so that they ask anew.

Airflow keeps the first question of a task instance when it is cleared, and takes no other (3.3.2,
`api_fastapi/execution_api/routes/hitl.py`, `upsert_hitl_detail`; apache/airflow#73235): people would approve the cost
of an earlier plan. The question and its answer stay in the history of the task's tries.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from airflow.listeners import hookimpl
from sqlalchemy import delete, select

from insider_web_push.vocabulary import OUR_DAGS

if TYPE_CHECKING:
    from airflow.models.dagrun import DagRun

log = logging.getLogger(__name__)


@hookimpl
def on_dag_run_running(dag_run: DagRun, msg: str) -> None:  # noqa: ARG001 — Airflow's signature
    """
    Drop the old questions of a run that starts again, in the scheduler, before it looks for the run's first tasks.

    A run that is cleared while it goes on does not start again: there `ApproveCostOperator` refuses to ask.
    """
    if dag_run.dag_id.startswith(OUR_DAGS) and (dropped := _drop(dag_run.dag_id, dag_run.run_id)):
        log.info("Dropped %d question(s) of an earlier plan of %s in %s", dropped, dag_run.run_id, dag_run.dag_id)


def _drop(dag_id: str, run_id: str) -> int:
    """Delete the questions of a run's tasks that have no state: they were cleared. Tells how many there were."""
    from airflow.models.hitl import HITLDetail  # noqa: PLC0415 — needs the metadata database, which only the scheduler has
    from airflow.models.taskinstance import TaskInstance  # noqa: PLC0415 — as above
    from airflow.utils.session import create_session  # noqa: PLC0415 — as above

    cleared = select(TaskInstance.id).where(
        TaskInstance.dag_id == dag_id, TaskInstance.run_id == run_id, TaskInstance.state.is_(None)
    )
    # Not the scheduler's own session, which lets nobody else commit. Most runs have no question, and write nothing.
    with create_session(scoped=False) as session:
        stale = session.scalars(select(HITLDetail.ti_id).where(HITLDetail.ti_id.in_(cleared))).all()
        if stale:
            session.execute(delete(HITLDetail).where(HITLDetail.ti_id.in_(stale)))
    return len(stale)
