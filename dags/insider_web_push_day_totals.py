"""
An example of a consumer: runs when a day is published, or corrected, and logs its totals.

It waits for the day's partition of the account's asset, and reads the day through the reader, which gives a whole day
or an error.
"""

import logging
from collections.abc import Mapping
from datetime import timedelta

import pyarrow.compute as pc
from airflow.sdk import DAG, BaseHook, PartitionedAssetTimetable, task

from insider_web_push.accounts import configured_accounts
from insider_web_push.assets import campaign_day_asset
from insider_web_push.dags import forms
from insider_web_push.dates import day_asked_for
from insider_web_push.reader import DayReader
from insider_web_push.vocabulary import DAY_TOTALS

log = logging.getLogger(__name__)


@task(execution_timeout=timedelta(minutes=10))  # it reads one small file
def totals(
    storage: str, conn_id: str, dag_run: object = None, params: Mapping[str, str | None] | None = None
) -> dict[str, object]:
    """Add up the day of the event, or of the form."""
    day = day_asked_for(form=params["day"], partition=dag_run.partition_key)
    partner_id = str(BaseHook.get_connection(conn_id).extra_dejson["partner_id"])
    campaigns = DayReader(storage, partner_id).read(day)
    sums = {name: pc.sum(campaigns[name]).as_py() or 0 for name in ("sent", "delivered", "clicks", "conversions")}
    log.info("%s: %d campaigns, %s", day, campaigns.num_rows, sums)
    return {"day": day.isoformat(), "campaigns": campaigns.num_rows, **sums}


for account in configured_accounts(__file__):
    with DAG(
        dag_id=account.named(DAY_TOTALS),
        schedule=PartitionedAssetTimetable(assets=campaign_day_asset(account)),
        params=forms.DAY,
        tags=["insider", "web-push"],
        doc_md=__doc__,
    ):
        totals(account.storage, account.conn_id)
