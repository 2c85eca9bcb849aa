"""Finds in Airflow's database what manifests do not know: which DAG a run was of, and whether a DAG takes runs."""

from __future__ import annotations

from airflow.models.dag import DagModel
from airflow.models.dagrun import DagRun
from airflow.utils.session import create_session
from sqlalchemy import select

from insider_web_push.accounts.file import Account
from insider_web_push.vocabulary import DAILY, PURGE, REFRESH


def dag_of_run(account: Account, run_id: str, *, noted: str = "") -> str | None:
    """
    Tell which of an account's DAGs a run belongs to; None if Airflow has forgotten the run.

    Args:
        noted: A DAG that the index names, which may be somebody's own.
    """
    dags = [noted, *(account.named(dag) for dag in (DAILY, REFRESH, PURGE))]
    query = select(DagRun.dag_id).where(DagRun.dag_id.in_(dags), DagRun.run_id == run_id).limit(1)
    with create_session() as session:
        return session.scalar(query)


def is_paused(dag_id: str) -> bool | None:
    """Tell whether a DAG is paused, so that its runs wait; None if Airflow does not know the DAG."""
    query = select(DagModel.is_paused).where(DagModel.dag_id == dag_id, ~DagModel.is_stale).limit(1)
    with create_session() as session:
        return session.scalar(query)
