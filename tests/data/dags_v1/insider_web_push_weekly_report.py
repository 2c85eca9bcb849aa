"""
The week's web push figures of each account, for people: Parquet and one page of HTML, when the seven days of a week are
there, and again when corrections have moved its totals. `docs/weekly-report.md` shows it.

Every day that is published or corrected starts a run for its week; the task skips where there is nothing to report.
"""

from airflow.sdk import DAG, PartitionedAssetTimetable, StartOfWeekMapper

from insider_web_push.accounts import Account, configured_accounts
from insider_web_push.alerts.callbacks import alerts_of
from insider_web_push.assets import campaign_day_asset
from insider_web_push.forms import WEEK
from insider_web_push.pipeline import TASK_DEFAULTS, weekly_report_task

MONDAY = StartOfWeekMapper(input_format="%Y-%m-%d", output_format="%Y-%m-%d")


def weekly_report_dag(account: Account) -> DAG:
    """Make the weekly report of one account."""
    with DAG(
        dag_id=account.named("insider_web_push_weekly_report"),
        schedule=PartitionedAssetTimetable(assets=campaign_day_asset(account), default_partition_mapper=MONDAY),
        max_active_runs=1,
        default_args=TASK_DEFAULTS | alerts_of(account),
        params=WEEK,
        tags=["insider", "web-push"],
        doc_md=__doc__,
    ) as dag:
        weekly_report_task(account)
    return dag


for account in configured_accounts():
    weekly_report_dag(account)
