"""
Who may see which account, and start runs for it, as Airflow's auth manager says.

Whoever may read its daily DAG sees it; whoever may trigger its refresh gets buttons.
"""

from __future__ import annotations

from collections.abc import Sequence

from insider_web_push.accounts.file import Account
from insider_web_push.coverage.airflow_parts import BaseUser, may_read, may_trigger
from insider_web_push.vocabulary import DAILY, REFRESH


def readable(accounts: Sequence[Account], user: BaseUser) -> list[Account]:
    """Give the accounts whose daily DAG this user may read."""
    dags = may_read([account.named(DAILY) for account in accounts], user)
    return [account for account in accounts if account.named(DAILY) in dags]


def may_start(account: Account, user: BaseUser) -> bool:
    """
    Whether this user may trigger the account's refresh.

    By this, buttons are hidden; what they send, Airflow's API judges itself, by the same question to the same manager
    (3.3.2, `core_api/routes/public/dag_run.py`, `trigger_dag_run`).
    """
    return may_trigger(account.named(REFRESH), user)
