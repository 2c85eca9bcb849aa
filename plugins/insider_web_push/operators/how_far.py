"""How far an account's days have come, as metrics: for a board, and for alerts of those who watch one."""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from airflow.sdk.observability import stats

from insider_web_push import metrics
from insider_web_push.dates import local_date

if TYPE_CHECKING:
    from insider_web_push.operators.base import InsiderOperator

log = logging.getLogger(__name__)


def count_behind(operator: InsiderOperator) -> None:
    """
    Count the days from the newest published one to yesterday.

    Of an account that has published nothing yet they begin with its `start_day`; without one nothing is counted. It
    lists one folder. Where that cannot be listed, it says so in the log, and leaves the rest to whoever needs it.
    """
    yesterday = local_date(datetime.now(UTC), operator.timezone) - timedelta(days=1)
    before_first = operator.rules.start_day and operator.rules.start_day - timedelta(days=1)
    try:
        newest = max(operator.store.days_published(), default=before_first)
    except Exception as error:  # noqa: BLE001 — every store raises its own; a metric must not cost a task its word
        log.warning("The days behind are not counted: %s", error)
        return
    if newest is not None:
        stats.gauge(metrics.DAYS_BEHIND.name, max(0, (yesterday - newest).days), tags=_of(operator))


def count_unpublished(operator: InsiderOperator, days: Collection[date], *, today: date) -> None:
    """Count days that have nothing published, and tell how long ago the oldest was."""
    stats.gauge(metrics.UNPUBLISHED.name, len(days), tags=_of(operator))
    oldest_age = (today - min(days, default=today)).days
    stats.gauge(metrics.OLDEST_UNPUBLISHED.name, oldest_age, tags=_of(operator))


def _of(operator: InsiderOperator) -> dict[str, str]:
    return {"account": operator.store.partner_id}
