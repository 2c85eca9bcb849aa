"""What the tasks of a run hand on to each other, as XCom. Pure."""

from __future__ import annotations

from typing import Any, TypedDict


class DayWork(TypedDict):
    """
    One day that a run looks at.

    Attributes:
        day: YYYY-MM-DD.
        why: See `refreshing.Why`; empty where the run has just this day.
        mode: See `planning.Mode`.
        only: Campaigns to look at; empty is all.
        closing: Whether a closed delivery or attribution is a reason to fetch.
        rebuild: Whether the day is made anew from what is stored, without a call.
    """

    day: str
    why: str
    mode: str
    only: list[str]
    closing: bool
    rebuild: bool


class SweptDay(DayWork):
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
        baseline: The swept totals, as JSON.
        listed: Whether the list still has the campaign.
    """

    campaign_id: str
    campaign_name: str
    day: str
    baseline: dict[str, Any]
    listed: bool


class DayResult(TypedDict):
    """
    What publish did with one day.

    Attributes:
        outcome: See `publisher.Outcome`.
        revision: The committed revision; 0 if nothing is published.
        why: In words.
        announced: Whether this task's event has the day as a partition.
    """

    day: str
    outcome: str
    revision: int
    why: str
    announced: bool
