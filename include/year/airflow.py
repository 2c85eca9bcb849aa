"""
A small model of Airflow: runs, tries, retries, clears, pools, XCom and asset events. The tasks are the real operators.

What it takes for granted of the real one, and the test that shows it there (A1 …), is listed in
`docs/decisions/0021-a-year-in-a-minute.md`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from types import SimpleNamespace
from typing import Any

from airflow.sdk import RetryDecision
from airflow.sdk.bases.operator import ExecutorSafeguard
from airflow.sdk.exceptions import AirflowRescheduleException, AirflowSkipException

from include.year.events import Kind
from include.year.runs import AssetEvent, Run, Where
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
_DONE = frozenset({"success", "skipped", "failed", "upstream_failed"})


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

    def __init__(self, airflow: Airflow, run: Run, where: Where) -> None:
        self._airflow, self._run, self._where = airflow, run, where
        self.dag_id, self.run_id = run.dag_id, run.run_id
        self.task_id, self.map_index = where
        self.try_number, self.max_tries = run.tries[where], run.max_tries[where]

    def xcom_push(self, *, key: str, value: Any) -> None:
        self._run.xcoms[self._where, key] = value

    def xcom_pull(self, *, task_ids: str | list[str], key: str = RETURNED) -> Any:
        if isinstance(task_ids, str):
            return self._run.xcoms.get((Where(task_ids), key))
        pushed = sorted(place for place in self._run.xcoms if place[1] == key and place[0].task_id in task_ids)
        return [self._run.xcoms[place] for place in pushed]

    def get_task_states(self, *, dag_id: str, task_ids: list[str], run_ids: list[str]) -> dict[str, dict[str, str]]:
        """A run that Airflow does not know has no states; an empty filter would be none (A8)."""
        found: dict[str, dict[str, str]] = {}
        for run_id in run_ids:
            run = self._airflow.runs.get((dag_id, run_id))
            states = {at.shown: state for at, state in run.states.items() if at.task_id in task_ids} if run else {}
            if states:
                found[run_id] = states
        return found

    def get_ti_count(self, **_: Any) -> int:
        return 0


class _Outlets(dict[Any, Any]):
    """The partitions of a task's events, and what they say."""

    def __init__(self) -> None:
        super().__init__()
        self.days: list[str] = []
        self.extra: dict[str, Any] = {}

    def __missing__(self, asset: Any) -> Any:
        return SimpleNamespace(add_partitions=self.days.extend, extra=self.extra)


class _Inlets(dict[Any, Any]):
    """The events that Airflow has, of the one asset with partitions."""

    def __init__(self, events: Sequence[AssetEvent]) -> None:
        super().__init__()
        self._events = events

    def __missing__(self, asset: Any) -> Any:
        return self

    def after(self, instant: str) -> list[AssetEvent]:
        """Give those since an instant."""
        since = datetime.fromisoformat(instant).timestamp()
        return [event for event in self._events if event.at >= since]


class Airflow:
    """
    Runs the tasks of runs.

    Attributes:
        runs: All that ever were, by DAG and run id.
        pools: The account's, and Airflow's own: one bounds who talks to the API, one lets a single task publish.
        events: Partitions that were announced.
        plain_events: Events without a partition.
        longest_wait_s: The longest that a task was told to wait for the budget.
        fits: Prepares an operator for the world: its hook and its storage.
    """

    def __init__(
        self, time: VirtualTime, weather: Weather, account: Account, *, fits: Callable[[InsiderOperator], None]
    ) -> None:
        self.runs: dict[tuple[str, str], Run] = {}
        self.pools = {
            account.pool: Pool(time, account.pool_slots),
            account.publish_pool: Pool(time, 1),
            "default_pool": Pool(time, 128),
        }
        self.events: list[AssetEvent] = []
        self.plain_events = 0
        self.longest_wait_s = 0.0
        self._time, self._weather, self._fits = time, weather, fits

    def once(self, run: Run, task_id: str, make: Callable[[], InsiderOperator], *, pool: str) -> str:
        """Run a task that is not mapped, unless it is done already; gives its state."""
        return self._to_its_end(run, Where(task_id), make, pool)

    def mapped(self, run: Run, task_id: str, makes: Sequence[Callable[[], InsiderOperator]], *, pool: str) -> None:
        """Run the instances of a mapped task, as many at once as the pool has slots (A3)."""
        mine = self._time.job
        left = {Where(task_id, index): make for index, make in enumerate(makes)}
        left = {where: make for where, make in left.items() if run.states.get(where) not in _DONE}
        todo = dict(left)

        def instance(where: Where) -> None:
            self._to_its_end(run, where, todo[where], pool)
            del left[where]
            if not left and mine:
                self._time.wake(mine)

        for where in todo:
            self._time.start(f"{run.run_id}/{where.shown}", partial(instance, where), skew_s=self.skew_s())
        if todo:
            self._time.park()

    def skew_s(self) -> float:
        """Draw by how much the clock of a task's machine is off."""
        return self._weather.dice.uniform(-60, 60) if self._weather.is_on(Kind.SKEW) else 0.0

    def _to_its_end(self, run: Run, where: Where, make: Callable[[], InsiderOperator], pool: str) -> str:
        """Try until the task succeeds, is skipped, or has no tries left (A2)."""
        if run.states.get(where) in _DONE:
            return run.states[where]
        run.tries[where] = run.tries.get(where, 0) + 1
        run.max_tries.setdefault(where, _RETRIES)
        while True:
            run.states[where] = "scheduled"
            with self.pools[pool].slot():
                self._time.sleep(_TASK_START_S)
                run.states[where] = "running"
                state, wait_s = self._try(run, where, make())
            run.states[where] = state
            if state in _DONE:
                return state
            self._time.sleep(wait_s)
            run.tries[where] += state != "up_for_reschedule"  # a wait for the budget spends no try (A11)

    def _try(self, run: Run, where: Where, operator: InsiderOperator) -> tuple[str, float]:
        """Make one try; gives the state, and how long to wait before the next."""
        for place in [place for place in run.xcoms if place[0] == where]:
            del run.xcoms[place]  # (A4)
        run.returned.pop(where.task_id, None)
        self._fits(operator)
        outlets, kept = _Outlets(), run.kept.setdefault(where, {})
        context: Any = {
            "run_id": run.run_id, "params": run.form, "ti": _Instance(self, run, where), "dag_run": self._dag_run(run),
            "outlet_events": outlets, "inlet_events": _Inlets(self.events),
            "task_state_store": SimpleNamespace(get=kept.get, set=kept.__setitem__),
        }  # fmt: skip
        try:
            result = operator.execute(context)
            self._weather.before(f"report {where.shown} of {run.run_id}")
            if operator.outlets and self._weather.taken(Kind.MARKED_SUCCESS):  # it died here, and a person did that
                return "success", 0.0
        except Killed:
            run.touched = True
            self._time.sleep(_ZOMBIE_FOUND_AFTER_S)
            return self._retried(run, where, None, "the process is gone")
        except AirflowSkipException:
            return "skipped", 0.0
        except AirflowRescheduleException as wait:
            wait_s = max(0.0, (wait.reschedule_date - datetime.now(UTC)).total_seconds())
            self.longest_wait_s = max(self.longest_wait_s, wait_s)
            return "up_for_reschedule", wait_s
        except Exception as error:  # noqa: BLE001 — as the task runner does
            assert operator.retry_policy is not None
            decision = operator.retry_policy.evaluate(error, run.tries[where], run.max_tries[where])
            return self._retried(run, where, decision, f"{type(error).__name__}: {error}")
        run.xcoms[where, RETURNED] = run.returned[where.task_id] = result
        if operator.outlets:  # the event is sent in one step with the success (A5)
            self.plain_events += not outlets.days
            self.events += [AssetEvent(self._time.now, day, run.run_id, outlets.extra) for day in outlets.days]
        return "success", 0.0

    def _retried(self, run: Run, where: Where, decision: RetryDecision | None, why: str) -> tuple[str, float]:
        action = str(decision.action.value) if decision else "default"
        if action == "fail" or run.tries[where] > run.max_tries[where]:
            run.errors[where] = why
            return "failed", 0.0
        if decision and decision.retry_delay is not None:
            return "up_for_retry", decision.retry_delay.total_seconds()
        delay = min(TASK_DEFAULTS["retry_delay"] * 2 ** (run.tries[where] - 1), TASK_DEFAULTS["max_retry_delay"])
        return "up_for_retry", delay.total_seconds()

    @staticmethod
    def _dag_run(run: Run) -> Any:
        start = run.interval[0] if run.interval else None
        return SimpleNamespace(data_interval_start=start, run_after=run.run_after, run_type=run.run_type)

    def clear(self, run: Run, tasks: list[str]) -> None:
        """Clear tasks of a run that has ended; they get all their retries again (A7)."""
        for where in [where for where in run.states if where.task_id in tasks]:
            del run.states[where]
            run.errors.pop(where, None)
            run.max_tries[where] = run.tries.get(where, 0) + _RETRIES
        run.touched = run.is_active = True
