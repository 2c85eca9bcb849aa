"""
Red, with an alert, when yesterday is not published by the account's `publish_by`. Makes no call to the API.

It is a DAG of its own so that it also tells of a daily DAG that is paused or never ran; so it starts unpaused. Only
accounts with `publish_by` have one. `docs/alerts.md`.
"""

from airflow.sdk import CronTriggerTimetable

from insider_web_push.accounts import configured_accounts
from insider_web_push.dags.account_dag import account_dag
from insider_web_push.dags.tasks import published_by_task
from insider_web_push.vocabulary import DEADLINE

for account in configured_accounts(__file__):
    if account.publish_by:
        daily = CronTriggerTimetable(account.publish_by_schedule, timezone=account.timezone)
        # Without a past, the first run is not of a time before the account had a deadline.
        with account_dag(
            account, DEADLINE, schedule=daily, has_past=False, is_paused_upon_creation=False, doc_md=__doc__
        ):
            published_by_task(account)
