"""
Yesterday's web push campaign metrics of each account, in its object storage. One run is one day of the account's zone.

Settings: `include/accounts.yaml`. Tasks: `insider_web_push.pipeline`.
"""

import pendulum
from airflow.sdk import DAG, CronDataIntervalTimetable

from insider_web_push.accounts import Account, configured_accounts
from insider_web_push.alerts.callbacks import alerts_of
from insider_web_push.forms import MAX_CALLS
from insider_web_push.pipeline import TASK_DEFAULTS, campaign_metrics_tasks


def campaign_metrics_dag(account: Account) -> DAG:
    """Make the daily DAG of one account."""
    with DAG(
        dag_id=account.named("insider_web_push_campaign_metrics"),
        schedule=CronDataIntervalTimetable(account.schedule, timezone=account.timezone) if account.schedule else None,
        start_date=pendulum.datetime(2018, 1, 1, tz=account.timezone),
        catchup=False,
        max_active_runs=4,
        default_args=TASK_DEFAULTS | alerts_of(account),
        params=MAX_CALLS,
        tags=["insider", "web-push"],
        doc_md=__doc__,
    ) as dag:
        campaign_metrics_tasks(account)
    return dag


for account in configured_accounts():
    campaign_metrics_dag(account)
