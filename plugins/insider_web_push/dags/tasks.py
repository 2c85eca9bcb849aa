"""The tasks of a DAG that fetches, wired: what the daily DAG, the refresh and every other one share."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from airflow.sdk import TriggerRule

from insider_web_push.accounts.file import Account
from insider_web_push.assets import any_day_asset, campaign_day_asset
from insider_web_push.dags.priority import WEIGHT_RULE
from insider_web_push.days.handover import DayWork, DiscoveredDay
from insider_web_push.operators import (
    ApproveCostOperator,
    CampaignMetricsOperator,
    CheckAccountOperator,
    ChooseDaysOperator,
    DiscoverCampaignsOperator,
    PlanFetchOperator,
    PublishDaysOperator,
    PublishedByOperator,
    PurgeOperator,
    VerifyDaysOperator,
    WeeklyReportOperator,
)
from insider_web_push.operators.retry_policy import InsiderRetryPolicy
from insider_web_push.vocabulary import DAILY, REFRESH

TASK_DEFAULTS: dict[str, Any] = {
    "retries": 4,
    "retry_delay": timedelta(seconds=20),
    "retry_exponential_backoff": 2,
    "max_retry_delay": timedelta(minutes=5),
    "retry_policy": InsiderRetryPolicy(),
    "weight_rule": WEIGHT_RULE,
}
"""Retries for outages of about five minutes; errors that know better decide themselves. Runs queue by their kind."""


def campaign_metrics_tasks(account: Account) -> None:
    """Make discover, plan, approve, fetch, publish and verify in the present DAG, for the run's own day."""
    _fetching(account, days=None, watched=[])


def refresh_tasks(account: Account) -> None:
    """Make the same tasks in the present DAG, for the days that are due or that the form names: `choose` says which."""
    choose = ChooseDaysOperator(task_id="choose", **_of(account))
    _fetching(account, days=cast("list[DayWork]", choose.output), watched=["choose"])


def purge_task(account: Account) -> None:
    """Make the task that purges, in the present DAG."""
    PurgeOperator(task_id="purge", pool=account.publish_pool, **_announcing(account), **_of(account))


def weekly_report_task(account: Account) -> None:
    """Make the task that reports a week, in the present DAG."""
    WeeklyReportOperator(task_id="weekly_report", correction_threshold=account.correction_threshold, **_of(account))


def check_task(account: Account) -> None:
    """Make the task that probes the account's API, in the present DAG."""
    CheckAccountOperator(
        task_id="check_account", pool=account.pool, account_slots=account.pool_slots, **_of(account) | {"retries": 0}
    )


def published_by_task(account: Account) -> None:
    """Make the task that is red when yesterday is not published, in the present DAG."""
    PublishedByOperator(task_id="published_by", **_of(account))


def _fetching(account: Account, *, days: list[DayWork] | None, watched: list[str]) -> None:
    of_account = _of(account)
    one_at_a_time = of_account | {"pool": account.publish_pool, "trigger_rule": TriggerRule.ALL_DONE}

    discover = DiscoverCampaignsOperator(task_id="discover", days=days, pool=account.pool, **of_account)
    swept = cast("list[DiscoveredDay]", discover.output)  # Airflow resolves it before the task runs
    rivals = [account.named(dag) for dag in (DAILY, REFRESH)]
    plan = PlanFetchOperator(task_id="plan", swept=swept, rivals=rivals, **of_account)
    approve = ApproveCostOperator(task_id="approve", above_h=account.approve_above_h)
    fetch = CampaignMetricsOperator.partial(
        task_id="fetch",
        # Airflow's column for it holds 250 characters.
        map_index_template=(
            "{{ task.day }} · {{ task.campaign_name[:160] }} ({{ task.campaign_id }})"
            "{% if task.also %} and {{ task.also | length }} more{% endif %}"
        ),
        pool=account.pool,
        conn_id=account.conn_id,
        storage=account.storage,
        timezone=account.timezone,
        panel_url=account.panel_url,
    ).expand_kwargs(plan.output)
    publish = PublishDaysOperator(task_id="publish", swept=swept, **_announcing(account), **one_at_a_time)
    verify = VerifyDaysOperator(
        task_id="verify",
        swept=swept,
        watched=[*watched, "discover", "plan", "approve", "fetch", "publish"],
        **one_at_a_time,
    )
    plan >> approve >> fetch >> publish >> verify


def _of(account: Account) -> dict[str, Any]:
    return {
        "conn_id": account.conn_id,
        "storage": account.storage,
        "timezone": account.timezone,
        "rules": account.rules,
        "neighbours": account.neighbours,
    }


def _announcing(account: Account) -> dict[str, Any]:
    return {"asset": campaign_day_asset(account), "plain_asset": any_day_asset(account)}
