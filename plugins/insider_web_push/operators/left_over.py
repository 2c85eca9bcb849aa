"""What a refresh leaves to the next ones: plan counts it, in an XCom, a metric, and an object for the coverage page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from airflow.sdk.observability import stats

from insider_web_push import metrics
from insider_web_push.coverage.kept_backlog import keep_rest
from insider_web_push.dates import local_date
from insider_web_push.days.backlog import Backlog, Rest
from insider_web_push.days.handover import LEFT, DiscoveredDay, LeftOver

if TYPE_CHECKING:
    from airflow.sdk import Context

    from insider_web_push.operators.base import InsiderOperator


def left_by(context: Context, task_id: str) -> list[str] | None:
    """Read which days choose left; None if it did not look for due days."""
    pushed = context["ti"].xcom_pull(task_ids=[task_id], key=LEFT)
    return next((days for days in pushed or [] if days is not None), None)


def without_left(context: Context, swept: Sequence[DiscoveredDay], *, plan: str = "plan") -> list[DiscoveredDay]:
    """Give the days of a run without those that plan left to the next one: of them nothing was fetched."""
    pushed: list[LeftOver | None] = context["ti"].xcom_pull(task_ids=[plan], key=LEFT) or []
    left = {day for rest in pushed if rest for day in rest["days"]}
    return [work for work in swept if work["day"] not in left]


def count_left(operator: InsiderOperator, context: Context, days: list[str], *, due: int) -> None:
    """
    Hand on, count and keep what a refresh leaves.

    Args:
        operator: The task that plans.
        days: The days that are left.
        due: How many were due.
    """
    stats.gauge(metrics.REFRESH_LEFT.name, len(days), tags={"account": operator.store.partner_id})
    today, rest = local_date(datetime.now(UTC), operator.timezone), Rest(left=len(days), due=due)
    is_dry = bool(context["params"].get("dry_run"))
    backlog = Backlog().with_run(today, rest) if is_dry else keep_rest(operator.store, today, rest)
    context["ti"].xcom_push(key=LEFT, value=LeftOver(days=days, due=due, course=backlog.course))
