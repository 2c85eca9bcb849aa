"""
The metrics that go out through Airflow's own stats: names, kinds, and by what they are told apart. Pure.

Dashboards and alerts of other people go by these names, so they stay. docs/metrics.md is written from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """
    How a metric is added up.

    counter: it only grows. gauge: the newest value counts. timer: how long something took.
    """

    COUNTER = "counter"
    GAUGE = "gauge"
    TIMER = "timer"


@dataclass(frozen=True, slots=True)
class Metric:
    """
    One metric.

    Attributes:
        tags: What tells its values apart; `account` is the partner id.
        meaning: What it counts, and when.
    """

    name: str
    kind: Kind
    meaning: str
    tags: tuple[str, ...] = ("account",)


REQUESTS = Metric(
    "insider_web_push.requests",
    Kind.COUNTER,
    "answers; outcome `ok` or the error's class",
    ("account", "outcome", "status"),
)
THROTTLED = Metric("insider_web_push.throttled", Kind.COUNTER, "throttled answers")
BUDGET_WAIT = Metric("insider_web_push.budget.wait", Kind.TIMER, "how long a request waited for its slot")
BUDGET_USED = Metric("insider_web_push.budget.used", Kind.GAUGE, "leases that count, as of the last request")
CAMPAIGN_DAYS = Metric(
    "insider_web_push.campaign_days",
    Kind.COUNTER,
    "campaign days that fetch has done with; outcome `fetched`, or `nothing` where the API has none",
    ("account", "outcome"),
)
CHECKS_FAILED = Metric(
    "insider_web_push.checks.failed",
    Kind.COUNTER,
    "campaign days of a revision that was just published that failed a check, and failed checks of the day as a whole",
    ("account", "check"),
)
DAYS_BEHIND = Metric(
    "insider_web_push.days.behind",
    Kind.GAUGE,
    "days from the newest published one to yesterday, as of the last verify; 0 where yesterday is published",
)
UNPUBLISHED = Metric(
    "insider_web_push.days.unpublished",
    Kind.GAUGE,
    "days of which nothing is published, as of the last scheduled refresh: never looked at, or tried in vain",
)
OLDEST_UNPUBLISHED = Metric(
    "insider_web_push.days.oldest_unpublished",
    Kind.GAUGE,
    "how many days ago the oldest of those was; 0 where there is none",
)
REFRESH_LEFT = Metric(
    "insider_web_push.refresh.left",
    Kind.GAUGE,
    "days that were due and left to the next refresh, as of the last one",
)

METRICS = (
    REQUESTS, THROTTLED, BUDGET_WAIT, BUDGET_USED, CAMPAIGN_DAYS, CHECKS_FAILED, DAYS_BEHIND, UNPUBLISHED,
    OLDEST_UNPUBLISHED, REFRESH_LEFT,
)  # fmt: skip
"""All of them."""
