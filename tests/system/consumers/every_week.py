"""A DAG that waits for the seven days of a week, as docs/reading.md has it."""

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, PartitionedAssetTimetable, RollupMapper, StartOfWeekMapper, WeekWindow

from insider_web_push.accounts import configured_accounts
from insider_web_push.assets import campaign_day_asset

(account,) = [account for account in configured_accounts() if account.name == "reported"]
monday = StartOfWeekMapper(input_format="%Y-%m-%d", output_format="%Y-%m-%d")
every_week = PartitionedAssetTimetable(
    assets=campaign_day_asset(account),
    default_partition_mapper=RollupMapper(upstream_mapper=monday, window=WeekWindow()),
)
with DAG("every_week", schedule=every_week):
    EmptyOperator(task_id="week")
