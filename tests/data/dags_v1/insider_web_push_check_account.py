"""
Asks the API of an account some 20 questions, and names where it does otherwise than the other DAGs take for granted:
page sizes, quota headers, refusals, which campaigns the list has, whether days add up, the earliest day served. Only by
hand, for example with a new key.

Task: `insider_web_push.operators.check_account`. What each finding means: `docs/know-the-account.md`.
"""

import pendulum
from airflow.sdk import DAG

from insider_web_push.accounts import Account, configured_accounts
from insider_web_push.alerts.callbacks import alerts_of
from insider_web_push.pipeline import TASK_DEFAULTS, check_task


def check_account_dag(account: Account) -> DAG:
    """Make the check of one account."""
    with DAG(
        dag_id=account.named("insider_web_push_check_account"),
        schedule=None,
        start_date=pendulum.datetime(2018, 1, 1, tz=account.timezone),
        max_active_runs=1,
        default_args=TASK_DEFAULTS | alerts_of(account),
        tags=["insider", "web-push"],
        doc_md=__doc__,
    ) as dag:
        check_task(account)
    return dag


for account in configured_accounts():
    check_account_dag(account)
