"""Says how much of a budget is used now, and how many tasks wait for it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from airflow.configuration import AIRFLOW_HOME

from insider_web_push.budget.lease import Use
from insider_web_push.budget.opening import LOCAL_FILE
from insider_web_push.coverage.airflow_parts import Queue
from insider_web_push.days.cost import duration, seconds_needed
from insider_web_push.errors import ConfigurationError
from insider_web_push.hook import InsiderWebPushHook


@dataclass(frozen=True, slots=True)
class Load:
    """What the page says of an account's budget and of the tasks that wait for it, a sentence each."""

    budget: str
    queue: str


def load_of(hook: InsiderWebPushHook, queue: Queue) -> Load:
    """
    Describe an account's budget and queue.

    Raises:
        InsiderError: the connection is wrong, or the budget's store does not answer.
    """
    limit = hook.settings.limit
    per = "a minute" if limit.window_s == 60 else f"in {limit.window_s:g} s"  # noqa: PLR2004 — a minute
    use, why = _use(hook)
    budget = f"{use.used} of {use.limit} requests {per} are used" if use else f"{limit.requests} requests {per}; {why}"
    if use and use.next_free_s:
        budget += f"; the next one may leave in {use.next_free_s:.0f} s"
    if not queue:
        return Load(budget, "no task is in the pool")
    drained_s = seconds_needed(queue.total(), limit=limit.requests, window_s=limit.window_s)
    takes = f"about {duration(drained_s)}" if drained_s else "less than a window"
    return Load(budget, f"{queue['running']} running and {queue['waiting']} waiting tasks, {takes} at a request each")


def _use(hook: InsiderWebPushHook) -> tuple[Use | None, str]:
    """Ask for the use, where it can be told here; a local file is only looked into, never made."""
    if hook.settings.budget_conn_id is None and not (Path(AIRFLOW_HOME) / LOCAL_FILE).exists():
        why = "how many are used cannot be told here: no call was made yet, or the file is on the workers' machine"
        return None, why
    try:
        return hook.budget_use(), ""
    except ConfigurationError as error:
        return None, str(error)
