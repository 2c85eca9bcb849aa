"""Finds a run in Airflow's database: a manifest knows its id, and not which DAG it was of."""

from __future__ import annotations

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
