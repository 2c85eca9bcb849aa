"""
A second look at days that are published, since their figures move for up to 102 days. Scheduled, it looks at the days
that are due; triggered by hand, at the days of its form.

Settings: `include/accounts.yaml`. Form: `insider_web_push.dags.forms`. Tasks: `insider_web_push.dags.tasks`.
"""

from airflow.sdk import CronTriggerTimetable

from insider_web_push.accounts import configured_accounts
from insider_web_push.dags import forms
from insider_web_push.dags.account_dag import account_dag
from insider_web_push.dags.tasks import refresh_tasks
from insider_web_push.vocabulary import REFRESH

for account in configured_accounts(__file__):
    cron = account.refresh_schedule
    daily = CronTriggerTimetable(cron, timezone=account.timezone) if cron else None
    # Half of them may wait for approval, for a day.
    with account_dag(account, REFRESH, schedule=daily, max_active_runs=16, params=forms.REFRESH, doc_md=__doc__):
        refresh_tasks(account)
