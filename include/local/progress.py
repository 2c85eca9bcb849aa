"""What a run is doing, while it does it: one line that changes on a terminal, plain lines anywhere else."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

from rich.console import Console
from rich.status import Status
from rich.text import Text

from include.local.account import DAILY_DAG
from include.local.api import FINAL_RUN_STATES, AirflowApi, Json
from include.local.failures import last_error, log_file
from include.local.stack import LocalAirflow

_POLL_S = 0.5
_QUIET_S = 3.0
"""No fetch ended for so long: the budget is what they wait for."""
_LINE_EVERY_S, _SAME_LINE_EVERY_S = 5.0, 30.0
_LABEL_WIDTH = 10
_ENDED = ("success", "failed", "skipped", "upstream_failed")
_TO_RETRY = "up_for_retry"
_UNMAPPED = -1
"""Map index of a task that is not mapped, and of a mapped one before its expansion or without one."""


class Screen:
    """
    Prints what is done, and shows what is being done. What it is given is text: rich reads no markup in it.

    Args:
        console: Where to.
    """

    def __init__(self, console: Console) -> None:
        self.console = console
        self._status: Status | None = None
        self._plain = ""
        self._plain_at = 0.0

    @contextmanager
    def working(self) -> Iterator[Self]:
        """Show a line that changes, as long as the block lasts; only a terminal has one."""
        if not self.console.is_terminal:
            yield self
            return
        with self.console.status("") as self._status:
            yield self
        self._status = None

    def done(self, what: str, detail: str) -> None:
        """Print a line that stays."""
        self.console.print(Text.assemble((f"{what:<{_LABEL_WIDTH}}", "bold"), f" {detail}"), soft_wrap=True)

    def ask(self, question: str) -> bool:
        """Ask a question that is answered by yes or no; no is the default."""
        if self._status is not None:
            self._status.stop()
        answer = self.console.input(f"{question} [y/N] ", markup=False)
        if self._status is not None:
            self._status.start()
        return answer.strip().lower() in {"y", "yes"}

    def doing(self, what: str, detail: str) -> None:
        """Change the line that changes; without a terminal print one every few seconds."""
        if self._status is not None:
            self._status.update(Text(f"{what:<{_LABEL_WIDTH - 2}} {detail}"))
        elif time.monotonic() - self._plain_at > (_SAME_LINE_EVERY_S if detail == self._plain else _LINE_EVERY_S):
            self._plain, self._plain_at = detail, time.monotonic()
            self.done(what, detail)


class RunWatch:
    """
    Follows one run of the daily DAG to its end.

    Args:
        airflow: Where it runs.
        screen: Where to show it.
        run_id: Which run.
    """

    def __init__(self, airflow: LocalAirflow, screen: Screen, run_id: str) -> None:
        self._airflow = airflow
        self._api = airflow.api
        self._screen = screen
        self._run_id = run_id
        self._shown: set[str] = set()
        self._has_failed = False
        self._to_fetch = 0
        self._fetched = 0
        self._fetched_at = 0.0

    def follow(self) -> Json:
        """Show every phase until the run has ended, and return it."""
        while True:
            self._look()
            run = self._api.run(DAILY_DAG, self._run_id)
            if run["state"] in FINAL_RUN_STATES:
                self._look()
                return run
            self._api.check()
            time.sleep(_POLL_S)

    def _look(self) -> None:
        unmapped = {
            task["task_id"]: task for task in self._api.task_instances(DAILY_DAG, self._run_id, map_index=_UNMAPPED)
        }
        for task_id in ("discover", "plan", "fetch", "publish", "verify"):
            if task_id in self._shown:
                continue
            task = unmapped.get(task_id)
            ended = self._mapped() if task_id == "fetch" and task is None else self._phase(task_id, task or {})
            if not ended:
                return
            self._shown.add(task_id)

    def _phase(self, task_id: str, task: Json) -> bool:
        """Show a task that is not mapped; True once it has ended."""
        state = task.get("state")
        if state in _ENDED:
            if not self._has_failed:  # what comes after a failure only follows from it
                self._screen.done(task_id, self._result(task_id, state))
            self._has_failed |= state == "failed"
            return True
        self._screen.doing(task_id, self._why_again(task) if state == _TO_RETRY else _in_words(state))
        return False

    def _mapped(self) -> bool:
        """Show how many campaigns are fetched; True once all have ended."""
        fetched = self._count(state=_ENDED)
        if fetched != self._fetched or not self._to_fetch:
            self._to_fetch = self._count()
            self._fetched, self._fetched_at = fetched, time.monotonic()
        line = f"{fetched}/{self._to_fetch}"
        if fetched >= self._to_fetch:
            self._screen.done("fetch", line)
            return True
        if time.monotonic() - self._fetched_at > _QUIET_S:
            line += f", {self._what_for()}"
        self._screen.doing("fetch", line)
        return False

    def _result(self, task_id: str, state: str) -> str:
        cost = cost_in_words(estimate(self._api, self._run_id)) if task_id == "plan" else ""
        if state != "success":
            return f"{_in_words(state)}{cost}"
        value = self._api.xcom(DAILY_DAG, self._run_id, task_id) or {}
        if task_id == "discover" and "campaigns" in value:
            return f"{value['campaigns']} campaigns listed, {value.get('calls', '?')} calls"
        if task_id == "plan":
            return f"{len(value)} campaigns to fetch{cost}"
        if task_id in {"publish", "verify"} and "revision" in value:
            return f"revision {value['revision']}" + (" is complete" if task_id == "verify" else "")
        return "done"

    def _what_for(self) -> str:
        """Say what fetches wait for, where none has ended for a while."""
        for task in self._api.task_instances(DAILY_DAG, self._run_id, task_id="fetch", state=_TO_RETRY):
            return self._why_again(task)
        return "waiting for the budget: 30 requests in any 60 s"

    def _why_again(self, task: Json) -> str:
        error = last_error(log_file(self._airflow.home, task))
        return f"to be tried again after {error[0]}: {error[1]}"

    def _count(self, **filters: object) -> int:
        return self._api.count_task_instances(DAILY_DAG, self._run_id, task_id="fetch", **filters)


def estimate(api: AirflowApi, run_id: str) -> Json | None:
    """Read what the plan costs, {"calls", "seconds"}, also where it was refused for it."""
    found = api.xcom(DAILY_DAG, run_id, "plan", key="estimate")
    return found if isinstance(found, dict) and "calls" in found else None


def cost_in_words(cost: Json | None) -> str:
    """Say what a plan costs; nothing where it is not known."""
    if cost is None:
        return ""
    seconds = float(cost.get("seconds") or 0)
    how_long = f"at least {seconds:.0f} s" if seconds else "within one minute's budget"
    return f": {cost['calls']} calls in all, {how_long}"


def _in_words(state: str | None) -> str:
    return {
        None: "waiting",
        "up_for_reschedule": "waiting for the budget",
        "success": "done",
    }.get(state, str(state).replace("_", " "))
