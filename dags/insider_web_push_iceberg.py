"""
Writes the days of each account into an Iceberg catalog, beside the lake: each one when it is published or corrected.

Off, and without a DAG, until the extra `iceberg` is installed and `[insider_web_push] iceberg_conn_id` names the
connection of a catalog. `docs/iceberg.md`.
"""

from airflow.sdk import PartitionedAssetTimetable

from insider_web_push.accounts import configured_accounts
from insider_web_push.assets import campaign_day_asset
from insider_web_push.dags.account_dag import account_dag
from insider_web_push.iceberg.operator import FORM, ICEBERG, iceberg_task
from insider_web_push.iceberg.settings import iceberg_settings

settings = iceberg_settings()

for account in configured_accounts(__file__) if settings else []:
    days = PartitionedAssetTimetable(assets=campaign_day_asset(account))
    with account_dag(account, ICEBERG, schedule=days, has_past=False, params=FORM, doc_md=__doc__):
        iceberg_task(account, settings)
