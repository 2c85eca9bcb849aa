"""
Removes a range of days, or some campaigns of it, for good: raw answers, revisions and tables. A tombstone stays, so
that nothing of it is fetched again. Only by hand.

Form: `insider_web_push.forms`. Task: `insider_web_push.operators.purge`.
"""

import pendulum
from airflow.sdk import DAG

from insider_web_push.accounts import Account, configured_accounts
from insider_web_push.alerts.callbacks import alerts_of
from insider_web_push.forms import PURGE
from insider_web_push.pipeline import TASK_DEFAULTS, purge_task


def purge_dag(account: Account) -> DAG:
    """Make the purge of one account."""
    with DAG(
        dag_id=account.named("insider_web_push_purge"),
        schedule=None,
        start_date=pendulum.datetime(2018, 1, 1, tz=account.timezone),
        max_active_runs=1,
        default_args=TASK_DEFAULTS | alerts_of(account),
        params=PURGE,
        tags=["insider", "web-push"],
        doc_md=__doc__,
    ) as dag:
        purge_task(account)
    return dag


for account in configured_accounts():
    purge_dag(account)
