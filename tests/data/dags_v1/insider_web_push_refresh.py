"""
A second look at days that are published, since their figures move for up to 102 days. Scheduled, it looks at the days
that are due; triggered by hand, at the days of its form.

Settings: `include/accounts.yaml`. Form: `insider_web_push.forms`. Tasks: `insider_web_push.pipeline`.
"""

import pendulum
from airflow.sdk import DAG, CronTriggerTimetable

from insider_web_push.accounts import Account, configured_accounts
from insider_web_push.alerts.callbacks import alerts_of
from insider_web_push.forms import REFRESH
from insider_web_push.pipeline import TASK_DEFAULTS, refresh_tasks


def refresh_dag(account: Account) -> DAG:
    """Make the refresh of one account."""
    schedule = account.refresh_schedule
    with DAG(
        dag_id=account.named("insider_web_push_refresh"),
        schedule=CronTriggerTimetable(schedule, timezone=account.timezone) if schedule else None,
        start_date=pendulum.datetime(2018, 1, 1, tz=account.timezone),
        catchup=False,
        max_active_runs=4,
        default_args=TASK_DEFAULTS | alerts_of(account),
        params=REFRESH,
        tags=["insider", "web-push"],
        doc_md=__doc__,
    ) as dag:
        refresh_tasks(account)
    return dag


for account in configured_accounts():
    refresh_dag(account)
