"""The tasks of a campaign-metrics DAG, wired: what the daily DAG and every other one that fetches share."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from airflow.sdk import TriggerRule

from insider_web_push.accounts import Account
from insider_web_push.assets import campaign_day_asset
from insider_web_push.operators import (
    CampaignMetricsOperator,
    DiscoverCampaignsOperator,
    PlanFetchOperator,
    PublishDayOperator,
    VerifyDayOperator,
)
from insider_web_push.operators.base import Discovered, Published
from insider_web_push.planning import Mode
from insider_web_push.priority import WEIGHT_RULE
from insider_web_push.retry_policy import InsiderRetryPolicy

TASK_DEFAULTS: dict[str, Any] = {
    "retries": 4,
    "retry_delay": timedelta(seconds=20),
    "retry_exponential_backoff": 2,
    "max_retry_delay": timedelta(minutes=5),
    "retry_policy": InsiderRetryPolicy(),
    "weight_rule": WEIGHT_RULE,
}
"""Retries for outages of about five minutes; errors that know better decide themselves. Runs queue by their kind."""


def campaign_metrics_tasks(account: Account, *, mode: Mode = Mode.CHANGED) -> None:
    """Make discover, plan, fetch, publish and verify in the present DAG."""
    of_account = {"conn_id": account.conn_id, "storage": account.storage, "timezone": account.timezone}
    asks_api = of_account | {"pool": account.pool}
    one_at_a_time = of_account | {"pool": account.publish_pool, "trigger_rule": TriggerRule.ALL_DONE}

    discover = DiscoverCampaignsOperator(task_id="discover", **asks_api)
    discovered = cast("Discovered", discover.output)  # Airflow resolves it before the task runs
    plan = PlanFetchOperator(task_id="plan", discovered=discovered, mode=mode, **of_account)
    fetch = CampaignMetricsOperator.partial(
        task_id="fetch",
        # Airflow's column for it holds 250 characters.
        map_index_template="{{ task.day }} · {{ task.campaign_name[:160] }} ({{ task.campaign_id }})",
        **asks_api,
    ).expand_kwargs(plan.output)
    publish = PublishDayOperator(
        task_id="publish", discovered=discovered, mode=mode, outlets=[campaign_day_asset(account)], **one_at_a_time
    )
    verify = VerifyDayOperator(
        task_id="verify",
        discovered=discovered,
        published=cast("Published", publish.output),
        mode=mode,
        watched=["discover", "plan", "fetch", "publish"],
        **one_at_a_time,
    )
    fetch >> publish >> verify
