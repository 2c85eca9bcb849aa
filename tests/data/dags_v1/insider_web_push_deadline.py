"""
Red, with an alert, when yesterday is not published by the account's `publish_by`. Makes no call to the API.

It is a DAG of its own so that it also tells of a daily DAG that is paused or never ran; so it starts unpaused. Only
accounts with `publish_by` have one. `docs/alerts.md`.
"""

from airflow.sdk import DAG, CronTriggerTimetable

from insider_web_push.accounts import Account, configured_accounts
from insider_web_push.alerts.callbacks import alerts_of
from insider_web_push.pipeline import TASK_DEFAULTS, published_by_task


def deadline_dag(account: Account) -> DAG:
    """Make the deadline of one account."""
    with DAG(
        dag_id=account.named("insider_web_push_deadline"),
        # Without a start date, the first run is not of a time before the account had a deadline.
        schedule=CronTriggerTimetable(account.publish_by_schedule, timezone=account.timezone),
        catchup=False,
        is_paused_upon_creation=False,
        max_active_runs=1,
        default_args=TASK_DEFAULTS | alerts_of(account),
        tags=["insider", "web-push"],
        doc_md=__doc__,
    ) as dag:
        published_by_task(account)
    return dag


for account in configured_accounts():
    if account.publish_by:
        deadline_dag(account)
