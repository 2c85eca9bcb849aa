"""
Who may see which account, and start runs for it, as Airflow's auth manager says.

Whoever may read its daily DAG sees it; whoever may trigger its refresh gets buttons.
"""

from __future__ import annotations

from collections.abc import Sequence

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity, DagDetails
from airflow.models.dag import DagModel

from insider_web_push.accounts.file import Account
from insider_web_push.vocabulary import DAILY, REFRESH


def readable(accounts: Sequence[Account], user: BaseUser) -> list[Account]:
    """Give the accounts whose daily DAG this user may read."""
    dags = {account.name: account.named(DAILY) for account in accounts}
    teams = DagModel.get_dag_id_to_team_name_mapping(list(dags.values()))
    manager = get_auth_manager()
    return [
        account
        for account in accounts
        if manager.is_authorized_dag(
            method="GET",
            details=DagDetails(id=dags[account.name], team_name=teams.get(dags[account.name])),
            user=user,
        )
    ]


def may_start(account: Account, user: BaseUser) -> bool:
    """
    Whether this user may trigger the account's refresh.

    By this, buttons are hidden; what they send, Airflow's API judges itself, by the same question to the same manager
    (3.3.2, `core_api/routes/public/dag_run.py`, `trigger_dag_run`).
    """
    dag_id = account.named(REFRESH)
    teams = DagModel.get_dag_id_to_team_name_mapping([dag_id])
    return get_auth_manager().is_authorized_dag(
        method="POST",
        access_entity=DagAccessEntity.RUN,
        details=DagDetails(id=dag_id, team_name=teams.get(dag_id)),
        user=user,
    )
