"""
A small model of Airflow: runs, tries, retries, clears, pools, XCom and asset events. The tasks are the real operators.

What it takes for granted of the real one, and the test that shows it there (A1 …), is listed in
`docs/decisions/0021-a-year-in-a-minute.md`.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from types import SimpleNamespace
from typing import Any, NamedTuple

from airflow.sdk import RetryDecision
from airflow.sdk.bases.operator import ExecutorSafeguard
from airflow.sdk.exceptions import AirflowRescheduleException, AirflowSkipException

from include.year.events import Kind
from include.year.virtual_time import Job, Killed, VirtualTime
from include.year.weather import Weather
from insider_web_push.accounts.file import Account
from insider_web_push.dags.tasks import TASK_DEFAULTS
from insider_web_push.operators.base import InsiderOperator

ExecutorSafeguard.test_mode = True  # the model is the task runner here

_RETRIES = int(TASK_DEFAULTS["retries"])
RETURNED = "return_value"
_TASK_START_S = 1.0
_ZOMBIE_FOUND_AFTER_S = 300.0
_WORST_FIRST = ("failed", "upstream_failed", "success", "skipped")


@dataclass(slots=True)
class Task:
    """
    A task instance of a run.

    Attributes:
        state: Empty before it was scheduled, and after it was cleared.
        pushed: Its XComs, by key.
        kept: Its part of the task state store.
        error: Why it failed for good.
    """

    state: str = ""
    tries: int = 0
    most_tries: int = _RETRIES
    pushed: dict[str, Any] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict)
    error: str = ""

    @property
    def is_done(self) -> bool:
        """Whether it came to an end."""
        return self.state in _WORST_FIRST


@dataclass(slots=True, kw_only=True)
class Run:
    """
    One run of a DAG.

    Attributes:
        form: Its conf.
        interval: The data interval of a run that has one.
        tasks: By what Airflow calls them within a run, and map index; -1 where a task is not mapped.
        touched: Whether a process of it was killed, somebody marked a task of it as a success, or cleared one.
    """

    dag_id: str
    run_id: str
    run_type: str
    form: Mapping[str, Any]
    run_after: datetime
    interval: tuple[datetime, datetime] | None = None
    tasks: dict[tuple[str, int], Task] = field(default_factory=lambda: defaultdict(Task))
    is_active: bool = True
    touched: bool = False

    def of(self, *task_ids: str) -> list[Task]:
        """Give the instances of some tasks, in their order."""
        return [task for (task_id, _), task in sorted(self.tasks.items()) if task_id in task_ids]

    def state_of(self, task_id: str) -> str | None:
        """Give the state of a task; of a mapped one, the worst of its instances."""
        found = {task.state for task in self.of(task_id)}
        return next((state for state in _WORST_FIRST if state in found), None)

    @property
    def errors(self) -> list[str]:
        """Why tasks of it failed for good."""
        return [f"{task_id}: {task.error}" for (task_id, _), task in self.tasks.items() if task.error]


class AssetEvent(NamedTuple):
    """An event that Airflow sent; its partition is a day."""

    at: float
    partition_key: str
    extra: Mapping[str, Any]


class Pool:
    """Slots that tasks of all runs share, in the order in which they ask (A3)."""

    def __init__(self, time: VirtualTime, slots: int) -> None:
        self.slots = slots
        self._time = time
        self._used = 0
        self._waiting: deque[Job] = deque()

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Wait for a slot, and have it."""
        self._used += 1
        if self._used > self.slots and self._time.job:
            self._waiting.append(self._time.job)
            self._time.park()
        try:
            yield
        finally:
            self._used -= 1
            if self._waiting:
                self._time.wake(self._waiting.popleft())


class _Instance:
    """What a task sees of itself (`ti`), and of other runs through it."""

    def __init__(self, airflow: Airflow, run: Run, where: tuple[str, int]) -> None:
        self._airflow, self._run, task = airflow, run, run.tasks[where]
        self.dag_id, self.run_id = run.dag_id, run.run_id
        self.task_id, self.map_index = where
        self.try_number, self.max_tries, self._pushed = task.tries, task.most_tries, task.pushed

    def xcom_push(self, *, key: str, value: Any) -> None:
        self._pushed[key] = value

    def xcom_pull(self, *, task_ids: str | list[str], key: str = RETURNED) -> Any:
        if isinstance(task_ids, str):
            return self._run.tasks[task_ids, -1].pushed.get(key)
        return [task.pushed[key] for task in self._run.of(*task_ids) if key in task.pushed]

    def get_task_states(self, *, dag_id: str, task_ids: list[str], run_ids: list[str]) -> dict[str, dict[str, str]]:
        """A run that Airflow does not know has no states; an empty filter would be none (A8)."""
        runs = {
            run_id: self._airflow.runs[dag_id, run_id] for run_id in run_ids if (dag_id, run_id) in self._airflow.runs
        }
        states = {
            run_id: {_shown(at): task.state for at, task in run.tasks.items() if task.state and at[0] in task_ids}
            for run_id, run in runs.items()
        }
        return {run_id: found for run_id, found in states.items() if found}

    def get_ti_count(self, **_: Any) -> int:
        return 0


class Airflow:
    """
    Runs the tasks of runs.

    Attributes:
        runs: All that ever were, by DAG and run id.
        pools: The account's, and Airflow's own: one bounds who talks to the API, one lets a single task publish.
        events: Partitions that were announced.
        plain_events: How many events had none.
        longest_wait_s: For which a task ever gave its worker back.

    Args:
        fits: Prepares an operator for the world: its hook and its storage.
    """

    def __init__(
        self, time: VirtualTime, weather: Weather, account: Account, *, fits: Callable[[InsiderOperator], None]
    ) -> None:
        self.runs: dict[tuple[str, str], Run] = {}
        slots = {account.pool: account.pool_slots, account.publish_pool: 1, "default_pool": 128}
        self.pools = {name: Pool(time, number) for name, number in slots.items()}
        self.events: list[AssetEvent] = []
        self.plain_events = 0
        self.longest_wait_s = 0.0
        self._time, self._weather, self._fits = time, weather, fits

    def mapped(self, run: Run, task_id: str, makes: Sequence[Callable[[], InsiderOperator]], *, pool: str) -> None:
        """Run the instances of a mapped task, as many at once as the pool has slots (A3)."""
        mine = self._time.job
        left = {(task_id, index) for index in range(len(makes)) if not run.tasks[task_id, index].is_done}

        def instance(where: tuple[str, int]) -> None:
            self.to_its_end(run, where, makes[where[1]], pool=pool)
            left.remove(where)
            if not left and mine:
                self._time.wake(mine)

        for where in sorted(left):
            self._time.start(f"{run.run_id}/{_shown(where)}", partial(instance, where), skew_s=self.skew_s())
        if left:
            self._time.park()

    def skew_s(self) -> float:
        """Draw by how much the clock of a task's machine is off."""
        return self._weather.dice.uniform(-60, 60) if self._weather.is_on(Kind.SKEW) else 0.0

    def to_its_end(self, run: Run, where: tuple[str, int], make: Callable[[], InsiderOperator], *, pool: str) -> None:
        """Try until the task succeeds, is skipped, or has no tries left (A2)."""
        task = run.tasks[where]
        task.tries += not task.is_done
        while not task.is_done:
            task.state = "scheduled"
            with self.pools[pool].slot():
                self._time.sleep(_TASK_START_S)
                task.state = "running"
                task.pushed.clear()  # (A4)
                task.state, wait_s = self._try(run, where, make())
            if not task.is_done:
                self._time.sleep(wait_s)
                task.tries += task.state != "up_for_reschedule"  # a wait for the budget spends no try (A11)

    def _try(self, run: Run, where: tuple[str, int], operator: InsiderOperator) -> tuple[str, float]:
        """Make one try; gives the state, and how long to wait before the next."""
        task, days, extra = run.tasks[where], list[str](), dict[str, Any]()
        self._fits(operator)
        outlet = SimpleNamespace(add_partitions=days.extend, extra=extra)
        start = run.interval[0] if run.interval else None
        context: Any = {
            "run_id": run.run_id, "params": run.form, "ti": _Instance(self, run, where),
            "dag_run": SimpleNamespace(data_interval_start=start, run_after=run.run_after, run_type=run.run_type),
            "outlet_events": defaultdict(lambda: outlet),
            "inlet_events": defaultdict(lambda: SimpleNamespace(after=self._events_since)),
            "task_state_store": SimpleNamespace(get=task.kept.get, set=task.kept.__setitem__),
        }  # fmt: skip
        try:
            result = operator.execute(context)
            self._weather.before(f"report {_shown(where)} of {run.run_id}")
            if operator.outlets and self._weather.taken(Kind.MARKED_SUCCESS):  # it died here, and a person did that
                run.touched = True
                return "success", 0.0
        except Killed:
            run.touched = True
            self._time.sleep(_ZOMBIE_FOUND_AFTER_S)
            return self._retried(task, None, "the process is gone")
        except AirflowSkipException:
            return "skipped", 0.0
        except AirflowRescheduleException as wait:
            wait_s = max(0.0, (wait.reschedule_date - datetime.now(UTC)).total_seconds())
            self.longest_wait_s = max(self.longest_wait_s, wait_s)
            return "up_for_reschedule", wait_s
        except Exception as error:  # noqa: BLE001 — as the task runner does
            assert operator.retry_policy is not None
            decision = operator.retry_policy.evaluate(error, task.tries, task.most_tries)
            return self._retried(task, decision, f"{type(error).__name__}: {error}")
        task.pushed[RETURNED] = result
        if operator.outlets:  # the event is sent in one step with the success (A5)
            self.plain_events += not days
            self.events += [AssetEvent(self._time.now, day, extra) for day in days]
        return "success", 0.0

    def _events_since(self, instant: str) -> list[AssetEvent]:
        since = datetime.fromisoformat(instant).timestamp()
        return [event for event in self.events if event.at >= since]

    @staticmethod
    def _retried(task: Task, decision: RetryDecision | None, why: str) -> tuple[str, float]:
        if (decision and str(decision.action.value) == "fail") or task.tries > task.most_tries:
            task.error = why
            return "failed", 0.0
        if decision and decision.retry_delay is not None:
            return "up_for_retry", decision.retry_delay.total_seconds()
        delay = min(TASK_DEFAULTS["retry_delay"] * 2 ** (task.tries - 1), TASK_DEFAULTS["max_retry_delay"])
        return "up_for_retry", delay.total_seconds()

    def clear(self, run: Run, task_ids: Sequence[str]) -> None:
        """Clear tasks of a run that has ended; they get all their retries again (A7)."""
        for task in run.of(*task_ids):
            task.state, task.error, task.most_tries = "", "", task.tries + _RETRIES
        run.touched = run.is_active = True


def _shown(where: tuple[str, int]) -> str:
    """Give what Airflow calls a task instance within its run."""
    task_id, index = where
    return task_id if index < 0 else f"{task_id}_{index}"
