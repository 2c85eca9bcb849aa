"""
Yesterday's web push campaign metrics of each account, in its object storage. One run is one day of the account's zone.

Settings: `include/accounts.yaml`. Tasks: `insider_web_push.dags.tasks`.
"""

from airflow.sdk import CronDataIntervalTimetable

from insider_web_push.accounts import configured_accounts
from insider_web_push.dags import forms
from insider_web_push.dags.account_dag import account_dag
from insider_web_push.dags.tasks import campaign_metrics_tasks
from insider_web_push.vocabulary import DAILY

for account in configured_accounts(__file__):
    days = CronDataIntervalTimetable(account.schedule, timezone=account.timezone) if account.schedule else None
    with account_dag(account, DAILY, schedule=days, max_active_runs=4, params=forms.MAX_CALLS, doc_md=__doc__):
        campaign_metrics_tasks(account)
