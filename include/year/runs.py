"""What Airflow keeps, in the model: runs, their task instances with XCom, and asset events."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from insider_web_push.dags.tasks import TASK_DEFAULTS

RETRIES = int(TASK_DEFAULTS["retries"])
RETURNED = "return_value"
_WORST_FIRST = ("failed", "upstream_failed", "success", "skipped")
Runs = dict[tuple[str, str], "Run"]


class TaskInstance:
    """
    A task of a run: what Airflow knows of it, and what the task sees of itself (`ti`).

    Attributes:
        state: Empty before it was scheduled, and after it was cleared.
        pushed: Its XComs, by key.
        kept: Its part of the task state store.
        error: Why it failed for good.
    """

    def __init__(self, run: "Run", task_id: str, map_index: int) -> None:
        self.run, self.dag_id, self.run_id = run, run.dag_id, run.run_id
        self.task_id, self.map_index = task_id, map_index
        self.state, self.error = "", ""
        self.try_number, self.max_tries = 0, RETRIES
        self.pushed: dict[str, Any] = {}
        self.kept: dict[str, Any] = {}

    def __str__(self) -> str:
        return self.task_id if self.map_index < 0 else f"{self.task_id}_{self.map_index}"

    @property
    def is_done(self) -> bool:
        """Whether it came to an end."""
        return self.state in _WORST_FIRST

    def xcom_push(self, *, key: str, value: Any) -> None:
        """Hand something on."""
        self.pushed[key] = value

    def xcom_pull(self, *, task_ids: str | list[str], key: str = RETURNED) -> Any:
        """Take what one task handed on, or a list of what several did."""
        if isinstance(task_ids, str):
            return self.run.task(task_ids).pushed.get(key)
        return [task.pushed[key] for task in self.run.of(*task_ids) if key in task.pushed]

    def get_task_states(self, *, dag_id: str, task_ids: list[str], run_ids: list[str]) -> dict[str, dict[str, str]]:
        """Give states by run and task; a run that Airflow does not know has none (A8)."""
        known = [run for run_id in run_ids if (run := self.run.others.get((dag_id, run_id)))]
        states = {run.run_id: {str(task): task.state for task in run.of(*task_ids) if task.state} for run in known}
        return {run_id: found for run_id, found in states.items() if found}

    def get_ti_count(self, **_: Any) -> int:
        """Tell that nobody else is at it."""
        return 0


@dataclass(slots=True, kw_only=True)
class Run:
    """One run of a DAG, the judge's `RunKept`: what a task finds in its `dag_run`, its tasks, and all *others*."""

    dag_id: str
    run_id: str
    run_type: str
    form: Mapping[str, Any]
    run_after: datetime
    data_interval_start: datetime | None
    others: Runs = field(repr=False)
    tasks: dict[tuple[str, int], TaskInstance] = field(default_factory=dict, repr=False)
    is_active: bool = True
    touched: bool = False

    def task(self, task_id: str, map_index: int = -1) -> TaskInstance:
        """Give an instance of a task."""
        return self.tasks.setdefault((task_id, map_index), TaskInstance(self, task_id, map_index))

    def of(self, *task_ids: str) -> list[TaskInstance]:
        """Give all instances of some tasks, in their order."""
        return [task for (task_id, _), task in sorted(self.tasks.items()) if task_id in task_ids]

    def state_of(self, task_id: str) -> str | None:
        """Give the state of a task; of a mapped one, the worst of its instances."""
        found = {task.state for task in self.of(task_id)}
        return next((state for state in _WORST_FIRST if state in found), None)

    @property
    def errors(self) -> list[str]:
        """Why tasks of it failed for good."""
        return [f"{task.task_id}: {task.error}" for task in self.tasks.values() if task.error]


class AssetEvent(NamedTuple):
    """An event that Airflow sent; its partition is a day."""

    at: float
    partition_key: str
    extra: Mapping[str, Any]
