"""
The week's web push figures of each account, for people: Parquet and one page of HTML, when the seven days of a week are
there, and again when corrections have moved its totals. `docs/weekly-report.md` shows it.

Every day that is published or corrected starts a run for its week; the task skips where there is nothing to report.
"""

from airflow.sdk import PartitionedAssetTimetable, StartOfWeekMapper

from insider_web_push.accounts import configured_accounts
from insider_web_push.assets import campaign_day_asset
from insider_web_push.dags import forms
from insider_web_push.dags.account_dag import account_dag
from insider_web_push.dags.tasks import weekly_report_task
from insider_web_push.vocabulary import WEEKLY_REPORT

MONDAY = StartOfWeekMapper(input_format="%Y-%m-%d", output_format="%Y-%m-%d")

for account in configured_accounts(__file__):
    weeks = PartitionedAssetTimetable(assets=campaign_day_asset(account), default_partition_mapper=MONDAY)
    with account_dag(account, WEEKLY_REPORT, schedule=weeks, has_past=False, params=forms.WEEK, doc_md=__doc__):
        weekly_report_task(account)
