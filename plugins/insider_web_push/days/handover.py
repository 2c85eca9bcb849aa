"""What the tasks of a run hand on to each other, as XCom. Pure."""

from __future__ import annotations

from typing import Any, TypedDict


class DayWork(TypedDict):
    """
    One day that a run looks at.

    Attributes:
        day: YYYY-MM-DD.
        why: See `days_to_look_at.Why`; empty where the run has just this day.
        mode: See `looks.Mode`.
        depth: See `looks.Depth`.
        only: Campaigns to look at; empty is all.
        closing: Whether a closed delivery or attribution is a reason to fetch.
        rebuild: Whether the day is made anew from what is stored, without a call.
    """

    day: str
    why: str
    mode: str
    depth: str
    only: list[str]
    closing: bool
    rebuild: bool


class DiscoveredDay(DayWork):
    """
    The same day after discover.

    Attributes:
        sweep: Key of the sweep's object, relative to the storage; None if there is none.
        campaigns: How many were listed.
        calls: Requests that were sent.
        problem: Why there is no sweep; empty if there is one, or none is needed.
    """

    sweep: str | None
    campaigns: int
    calls: int
    problem: str


class PlannedFetch(TypedDict):
    """
    Arguments of one `CampaignMetricsOperator`.

    Attributes:
        baseline: The swept totals, as JSON; None if nobody swept.
        listed: Whether the list still has the campaign.
    """

    campaign_id: str
    campaign_name: str
    day: str
    baseline: dict[str, Any] | None
    listed: bool


class FetchTask(PlannedFetch):
    """
    Arguments of one mapped `CampaignMetricsOperator`.

    Attributes:
        also: More campaign days of the same task, where a plan has more than a run may map.
    """

    also: list[PlannedFetch]


class Estimate(TypedDict):
    """
    What a run will cost.

    Attributes:
        calls: Requests of the whole run, with those that discover has spent.
        seconds: The least time that they take, if nobody else asks.
        by_cause: The calls by `looks.Cause`, and those of the lists as `sweep`.
        queued: Fetch tasks of the account's other runs that wait for the same budget.
        refused: Days that the API does not have, or whose list cannot be read.
        limit: Requests a minute that the connection allows now.
    """

    calls: int
    seconds: float
    by_cause: dict[str, int]
    queued: int
    refused: list[str]
    limit: int


class DayResult(TypedDict):
    """
    What publish did with one day.

    Attributes:
        outcome: See `vocabulary.DayOutcome`.
        revision: The committed revision; 0 if nothing is published.
        why: The outcome in words.
        announced: Whether this task's event has the day as a partition.
    """

    day: str
    outcome: str
    revision: int
    why: str
    announced: bool


def chunked(planned: list[PlannedFetch], *, most: int) -> list[FetchTask]:
    """
    Share campaign days out over at most so many tasks, in their order: one each where that is possible.

    Args:
        most: `[core] max_map_length`: how many tasks a run may map.
    """
    size = max(1, -(-len(planned) // most))
    return [
        FetchTask(**planned[start], also=planned[start + 1 : start + size]) for start in range(0, len(planned), size)
    ]
