"""
Why a run failed, on one screen: the task, its one error line, and where its log is.

A log has words of anybody: what is read of it is cleaned here, before a terminal gets it.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from include.local.api import AirflowApi, Json
from include.local.home import Home
from insider_web_push.answers.texts import clean

REFUSED_FOR_ITS_CALLS = "PlanTooLarge"
_LEAF = "verify"
"""Fails whenever something before it did."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One failed task instance."""

    task: str
    """Task id, with the label of its map index."""
    kind: str
    """Class of the exception; empty if the log names none."""
    message: str
    log: Path
    also_failed: int
    """How many others failed in the same run, the leaf not counted."""


def first_failure(api: AirflowApi, home: Home, dag_id: str, run_id: str) -> Failure | None:
    """Find what failed first in a run; None if nothing did."""
    failed = [task for task in api.task_instances(dag_id, run_id, state="failed") if task["end_date"]]
    if not failed:
        return None
    failed.sort(key=lambda task: (task["task_id"] == _LEAF, str(task["end_date"])))
    log = log_file(home, failed[0])
    kind, message = last_error(log)
    label = clean(failed[0]["rendered_map_index"] or "") if failed[0]["map_index"] >= 0 else None
    name = f"{failed[0]['task_id']} [{label}]" if label else str(failed[0]["task_id"])
    return Failure(name, kind, message, log, sum(task["task_id"] != _LEAF for task in failed[1:]))


def last_error(log: Path) -> tuple[str, str]:
    """Read the last exception out of a task's log: its class and its first line."""
    found = ("", "its log names no error")
    for event in _events(log):
        details = event.get("error_detail")
        if details:
            cause = details[0]
            found = (clean(str(cause["exc_type"])), clean(str(cause["exc_value"]).strip().partition("\n")[0]))
    return found


def _events(log: Path) -> Iterator[Json]:
    if not log.exists():
        return
    with log.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            try:
                event = json.loads(line)
            except ValueError:
                continue
            if isinstance(event, dict):
                yield event


def log_file(home: Home, task: Json) -> Path:
    """Tell where the log of a task instance's latest try is."""
    folder = home.logs / "tasks" / f"dag_id={task['dag_id']}" / f"run_id={task['dag_run_id']}"
    folder /= f"task_id={task['task_id']}"
    if task["map_index"] >= 0:
        folder /= f"map_index={task['map_index']}"
    return folder / f"attempt={task['try_number']}.log"
