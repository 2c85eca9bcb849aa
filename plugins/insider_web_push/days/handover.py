"""What the tasks of a run hand on to each other, as XCom. Pure."""

from __future__ import annotations

import json
from typing import Any, NotRequired, TypedDict

LEFT = "left"
"""XCom key: of choose, the days that it left (a list of YYYY-MM-DD); of plan, a `LeftOver`. Only of due days."""
_LONGEST_WHY = 500


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
        trouble: What that is, a word of `troubles.Trouble`.
    """

    sweep: str | None
    campaigns: int
    calls: int
    problem: str
    trouble: NotRequired[str]


class PlannedFetch(TypedDict):
    """
    Arguments of one `CampaignMetricsOperator`.

    Attributes:
        baseline: The swept totals, as JSON; None if nobody swept.
        listed: Whether the list still has the campaign.
        after: ISO instant of the list, or of the campaign's newest answer if that is later: an answer to this call came
            after it, whatever the clock of its worker says. None, or absent in a plan of an older version: unknown.
    """

    campaign_id: str
    campaign_name: str
    day: str
    baseline: dict[str, Any] | None
    listed: bool
    after: NotRequired[str | None]


class FetchTask(PlannedFetch):
    """
    Arguments of one mapped `CampaignMetricsOperator`.

    Attributes:
        also: More campaign days of the same task.
    """

    also: list[PlannedFetch]


class FetchTrouble(TypedDict):
    """
    Why a campaign day could not be fetched.

    Attributes:
        why: The error's words.
        kind: What that is, a word of `troubles.Trouble`.
    """

    campaign_id: str
    day: str
    why: str
    kind: NotRequired[str]


class Estimate(TypedDict):
    """
    What a run will cost.

    Attributes:
        calls: Requests of the whole run, with those that discover has spent.
        seconds: The least time that they take, if nobody else asks.
        by_cause: The calls by `looks.Cause`, and those of the lists and the account's totals as `sweep`.
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


class LeftOver(TypedDict):
    """
    What a refresh leaves to the next ones, since the budget does not reach for all days that are due.

    Attributes:
        days: The days, YYYY-MM-DD; they stay due.
        due: How many days were due.
        course: How many days the last refreshes left, one number for each day on which one ran; this one is the last.
    """

    days: list[str]
    due: int
    course: list[int]


class DayResult(TypedDict):
    """
    What publish did with one day.

    Attributes:
        outcome: See `vocabulary.DayOutcome`.
        revision: The committed revision; 0 if nothing is published.
        why: The outcome in words.
        announced: Whether this task's event has the day as a partition.
        wrote: Whether readers find something new, or something again that was lost.
    """

    day: str
    outcome: str
    revision: int
    why: str
    announced: bool
    wrote: bool


def fetch_trouble(wanted: PlannedFetch, why: str, *, kind: str) -> FetchTrouble:
    """Say why a campaign day was not fetched, in at most 500 characters."""
    shown = why if len(why) <= _LONGEST_WHY else why[: _LONGEST_WHY - 1] + "…"
    return FetchTrouble(campaign_id=str(wanted["campaign_id"]), day=wanted["day"], why=shown, kind=kind)


def chunked(planned: list[PlannedFetch], *, most: int, per_task: int = 1) -> list[FetchTask]:
    """
    Share campaign days out over tasks, in their order.

    Args:
        per_task: How many a task has; more where there would be too many tasks.
        most: `[core] max_map_length`: how many tasks a run may map.
    """
    size = max(per_task, -(-len(planned) // most))
    return [
        FetchTask(**planned[start], also=planned[start + 1 : start + size]) for start in range(0, len(planned), size)
    ]


def packed(task: FetchTask) -> str:
    """
    Write the arguments of one fetch as plan hands them on: as JSON text.

    Airflow gives each mapped task the whole plan, of which it takes its own item. So a plan of a thousand is read a
    thousand times by the API server, the supervisor and the task: value by value, but for texts, which they pass on.
    """
    return json.dumps(task, ensure_ascii=False, separators=(",", ":"))


def unpacked(planned: str | FetchTask) -> FetchTask:
    """Read what `packed` wrote; a plan of an older version has the arguments themselves."""
    task: FetchTask = json.loads(planned) if isinstance(planned, str) else planned
    return task
