"""The tasks of a DAG that fetches, wired: what the daily DAG, the refresh and every other one share."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from airflow.sdk import TriggerRule

from insider_web_push.accounts.file import Account
from insider_web_push.alerts.callbacks import TellOfBacklog
from insider_web_push.assets import any_day_asset, campaign_day_asset
from insider_web_push.dags.installed import require_installation
from insider_web_push.dags.priority import WEIGHT_RULE
from insider_web_push.days.handover import DayWork, DiscoveredDay, unpacked
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

LAST_RESORT: dict[str, timedelta] = {
    # Lists folders, and reads some 160 manifests. No call.
    "choose": timedelta(minutes=30),
    # The longest form, 800 days of 20 pages, is nine hours of the budget; another run may have as much of it.
    "discover": timedelta(hours=24),
    # Reads what is stored: 1.6 s a day of 500 campaigns on S3 (README, "What it costs"). 800 days, ten times slower.
    "plan": timedelta(hours=4),
    # Asks; then it waits for a person without a process, a day at most.
    "approve": timedelta(minutes=10),
    # Each campaign day: two requests of 30 s, a wait of at most 75 s before each (a longer one gives the worker back,
    # and begins anew), and the storage's own retries. `CampaignMetricsOperator` counts the campaign days of a task.
    "fetch": timedelta(minutes=15),
    # Likewise, and writes: 2.7 s a day.
    "publish": timedelta(hours=8),
    "verify": timedelta(hours=4),
    # Up to 800 days as well, whose objects are listed and removed one by one.
    "purge": timedelta(hours=8),
    # Reads the tables of 14 days.
    "weekly_report": timedelta(minutes=30),
    # 27 calls, of which each waits at most ten minutes for the budget, and usually seconds.
    "check_account": timedelta(hours=5),
    # Lists a folder, and reads some manifests. No call.
    "published_by": timedelta(minutes=30),
}
"""
The `execution_timeout` of each task, by its id: how long one try may run in a worker.

What can stand still has bounds of its own, of seconds or minutes: each request, each wait for the budget, its store.
These are for what nobody thought of, so that a task that hangs is tried again, and does not keep its slot for ever.
Hence they are wide: none may end a task that does its work, whatever a form can ask for.
"""


def campaign_metrics_tasks(account: Account) -> None:
    """Make discover, plan, approve, fetch, publish and verify in the present DAG, for the run's own day."""
    _fetching(account, days=None, watched=[])


def refresh_tasks(account: Account) -> None:
    """Make the same tasks in the present DAG, for the days that are due or that the form names: `choose` says which."""
    # Without a schedule, somebody runs the days that are wanted.
    choose = ChooseDaysOperator(every_day=account.schedule is not None, **_task("choose"), **_of(account))
    _fetching(account, days=cast("list[DayWork]", choose.output), watched=["choose"])


def purge_task(account: Account) -> None:
    """Make the task that purges, in the present DAG."""
    PurgeOperator(**_task("purge"), pool=account.publish_pool, **_announcing(account), **_of(account))


def weekly_report_task(account: Account) -> None:
    """Make the task that reports a week, in the present DAG."""
    WeeklyReportOperator(**_task("weekly_report"), correction_threshold=account.correction_threshold, **_of(account))


def check_task(account: Account) -> None:
    """Make the task that probes the account's API, in the present DAG."""
    CheckAccountOperator(
        pool=account.pool,
        account_slots=account.pool_slots,
        **_task("check_account"),
        **_of(account) | {"retries": 0},
    )


def published_by_task(account: Account) -> None:
    """Make the task that is red when yesterday is not published, in the present DAG."""
    PublishedByOperator(**_task("published_by"), **_of(account))


def _fetching(account: Account, *, days: list[DayWork] | None, watched: list[str]) -> None:
    of_account = _of(account)
    one_at_a_time = of_account | {"pool": account.publish_pool, "trigger_rule": TriggerRule.ALL_DONE}

    discover = DiscoverCampaignsOperator(**_task("discover"), days=days, pool=account.pool, **of_account)
    swept = cast("list[DiscoveredDay]", discover.output)  # Airflow resolves it before the task runs
    rivals = [account.named(dag) for dag in (DAILY, REFRESH)]
    told: dict[str, Any] = {"on_success_callback": TellOfBacklog(account), "choose": watched[0]} if watched else {}
    plan = PlanFetchOperator(
        **_task("plan"), swept=swept, rivals=rivals, per_task=account.campaign_days_per_task, **told, **of_account
    )
    approve = ApproveCostOperator(**_task("approve"), above_h=account.approve_above_h)
    fetch = CampaignMetricsOperator.partial(
        **_task("fetch"),
        map_index_template="{{ task.label }}",
        pool=account.pool,
        conn_id=account.conn_id,
        storage=account.storage,
        timezone=account.timezone,
        panel_url=account.panel_url,
    ).expand_kwargs(plan.output.map(unpacked))
    publish = PublishDaysOperator(**_task("publish"), swept=swept, **_announcing(account), **one_at_a_time)
    verify = VerifyDaysOperator(
        **_task("verify"),
        swept=swept,
        watched=[*watched, "discover", "plan", "approve", "fetch", "publish"],
        asset=campaign_day_asset(account),
        **one_at_a_time,
    )
    plan >> approve >> fetch >> publish >> verify
    fetch >> verify  # publish may be left out of what is cleared


def _task(task_id: str) -> dict[str, Any]:
    return {"task_id": task_id, "execution_timeout": LAST_RESORT[task_id]}


def _of(account: Account) -> dict[str, Any]:
    require_installation()
    return {
        "conn_id": account.conn_id,
        "storage": account.storage,
        "timezone": account.timezone,
        "rules": account.rules,
        "neighbours": account.neighbours,
    }


def _announcing(account: Account) -> dict[str, Any]:
    return {"asset": campaign_day_asset(account), "plain_asset": any_day_asset(account)}
