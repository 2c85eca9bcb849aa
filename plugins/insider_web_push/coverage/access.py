"""Who may see which account: whoever may read its daily DAG in Airflow, as Airflow's auth manager says."""

from __future__ import annotations

from collections.abc import Sequence

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.auth.managers.models.resource_details import DagDetails
from airflow.models.dag import DagModel

from insider_web_push.accounts.file import Account
from insider_web_push.vocabulary import DAILY


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
