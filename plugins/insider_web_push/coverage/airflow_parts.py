"""
What the coverage page takes from inside Airflow: users and their rights, runs, DAGs, and tasks that wait.

Airflow promises none of it to others. All of it is here, so that a new version is tried here;
`docs/versions.md` says what to watch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Literal

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity, DagDetails
from airflow.api_fastapi.core_api.security import GetUserDep, get_user
from airflow.models.dag import DagModel
from airflow.models.dagrun import DagRun
from airflow.models.taskinstance import TaskInstance
from airflow.utils.session import create_session
from sqlalchemy import func, select

__all__ = ["BaseUser", "GetUserDep", "Queue", "get_user", "is_paused", "may_read", "may_trigger", "owner_of_run"]

_RUNNING = "running"
_WAITING = ("scheduled", "queued", "up_for_reschedule", "up_for_retry")
"""States of tasks that have all that they need, except for a slot of the pool or of the budget."""

Queue = Counter[str]
"""
Number of tasks in an account's pool that are `running` or `waiting`.

A running task talks to the API, or waits in place for the budget.
"""


def may_read(dag_ids: Sequence[str], user: BaseUser) -> list[str]:
    """Give those of the DAGs that this user may read."""
    return _authorized("GET", dag_ids, user)


def may_trigger(dag_id: str, user: BaseUser) -> bool:
    """Whether this user may start a run of a DAG."""
    return bool(_authorized("POST", [dag_id], user, entity=DagAccessEntity.RUN))


def _authorized(
    method: Literal["GET", "POST"], dag_ids: Sequence[str], user: BaseUser, *, entity: DagAccessEntity | None = None
) -> list[str]:
    teams = DagModel.get_dag_id_to_team_name_mapping(list(dag_ids))
    manager = get_auth_manager()
    return [
        dag_id
        for dag_id in dag_ids
        if manager.is_authorized_dag(
            method=method,
            access_entity=entity,
            details=DagDetails(id=dag_id, team_name=teams.get(dag_id)),
            user=user,
        )
    ]


def owner_of_run(run_id: str, dag_ids: Collection[str]) -> str | None:
    """Tell which of the DAGs a run belongs to; None if Airflow has forgotten the run."""
    query = select(DagRun.dag_id).where(DagRun.dag_id.in_(dag_ids), DagRun.run_id == run_id).limit(1)
    with create_session() as session:
        return session.scalar(query)


def is_paused(dag_id: str) -> bool | None:
    """Tell whether a DAG is paused, so that its runs wait; None if Airflow does not know the DAG."""
    query = select(DagModel.is_paused).where(DagModel.dag_id == dag_id, ~DagModel.is_stale).limit(1)
    with create_session() as session:
        return session.scalar(query)


def queues_of(pools: Collection[str]) -> dict[str, Queue]:
    """Count the tasks of pools in Airflow's database, by an index on pool and state."""
    query = (
        select(TaskInstance.pool, TaskInstance.state, func.count())
        .where(TaskInstance.pool.in_(pools), TaskInstance.state.in_([_RUNNING, *_WAITING]))
        .group_by(TaskInstance.pool, TaskInstance.state)
    )
    with create_session() as session:
        rows = session.execute(query).all()
    queues = {pool: Queue() for pool in pools}
    for pool, state, number in rows:
        queues[pool]["running" if state == _RUNNING else "waiting"] += number
    return queues
