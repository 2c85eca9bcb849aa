"""
A small model of Airflow: runs, tries, retries, clears, pools, XCom and asset events. The tasks are the real operators.

What it takes for granted of the real one, and the test that shows it there (A1 …), is listed in
`docs/decisions/0021-a-year-in-a-minute.md`.
"""

import copy
import logging
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from types import SimpleNamespace
from typing import Any, cast

from airflow.sdk import RetryDecision, TriggerRule
from airflow.sdk.bases.operator import ExecutorSafeguard
from airflow.sdk.definitions.xcom_arg import PlainXComArg
from airflow.sdk.exceptions import AirflowRescheduleException, AirflowSkipException

from include.year.events import Kind
from include.year.runs import RETRIES, RETURNED, AssetEvent, Run, Runs, TaskInstance
from include.year.virtual_time import Job, Killed, VirtualTime
from include.year.weather import Weather
from insider_web_push.accounts.file import Account
from insider_web_push.dags.account_dag import account_dag
from insider_web_push.dags.tasks import TASK_DEFAULTS, campaign_metrics_tasks, purge_task, refresh_tasks
from insider_web_push.days.handover import unpacked
from insider_web_push.hook import InsiderWebPushHook
from insider_web_push.lake.storage import Storage
from insider_web_push.vocabulary import DAILY, PURGE, REFRESH

ExecutorSafeguard.test_mode = True  # the model is the task runner here

_MAKERS = {DAILY: campaign_metrics_tasks, REFRESH: refresh_tasks, PURGE: purge_task}
_SILENT = logging.getLogger("include.year")
TASKS = ("choose", "discover", "plan", "approve", "fetch", "publish", "verify")
_TASK_START_S = 1.0
_ZOMBIE_FOUND_AFTER_S = 300.0


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


class Airflow:
    """
    Runs the DAGs of one account, and is what the judge calls `Kept`; *ended* is called when a run has ended.

    Of its pools one bounds who talks to the API, and one lets a single task publish.
    """

    def __init__(
        self, time: VirtualTime, weather: Weather, account: Account, hook: InsiderWebPushHook, store: Storage, *,
        ended: Callable[[Run], None],
    ) -> None:  # fmt: skip
        self.runs: Runs = {}
        slots = {account.pool: account.pool_slots, account.publish_pool: 1, "default_pool": 128}
        self.pools = {name: Pool(time, number) for name, number in slots.items()}
        self.events: list[AssetEvent] = []
        self.plain_events = 0
        self.longest_wait_s = 0.0
        self._time, self._weather, self._ended = time, weather, ended
        self._dags = {dag_id: list(_tasks_of(account, dag_id, hook, store)) for dag_id in _MAKERS}

    def trigger(
        self, dag_id: str, run_type: str, name: str, form: Mapping[str, Any], interval_start: datetime | None = None
    ) -> None:
        """Begin a run, unless there is one that is called so."""
        run = Run(
            dag_id=dag_id, run_id=f"{run_type}__{name}", run_type=run_type, form=form, run_after=self._time.instant,
            data_interval_start=interval_start, others=self.runs,
        )  # fmt: skip
        if (dag_id, run.run_id) not in self.runs:
            self.runs[dag_id, run.run_id] = run
            self._start(run.run_id, partial(self._go, run))

    def clear(self, run: Run, task_ids: Sequence[str]) -> None:
        """Clear tasks of a run that has ended: it goes on there, and they get all their retries again (A7)."""
        for task in run.of(*task_ids):
            task.state, task.error, task.max_tries = "", "", task.try_number + RETRIES
        run.touched = run.is_active = True
        self._start(run.run_id, partial(self._go, run))

    def _start(self, name: str, job: Callable[[], None]) -> None:
        """Begin a process on some machine, whose clock may be off."""
        skew_s = self._weather.dice.uniform(-60, 60) if self._weather.going_on(Kind.SKEW) else 0.0
        self._time.start(name, job, skew_s=skew_s)

    def _go(self, run: Run) -> None:
        for operator in self._dags[run.dag_id]:
            if state := _kept_from_running(operator, run):
                run.task(operator.task_id).state = state
            elif operator.task_id != "fetch":
                self._to_its_end(run.task(operator.task_id), operator, _returned_to(operator, run))
            elif planned := run.task("plan").pushed[RETURNED]:
                self._mapped(run, operator, planned)
            else:
                run.task("fetch").state = "skipped"
        run.is_active = False
        self._ended(run)

    def _mapped(self, run: Run, operator: Any, planned: Sequence[str]) -> None:
        """Run the instances of a mapped task, as many at once as the pool has slots (A3)."""
        mine = self._time.job
        instances = (run.task(operator.task_id, index) for index in range(len(planned)))
        left = [task for task in instances if not task.is_done]

        def one(task: TaskInstance) -> None:
            self._to_its_end(task, operator, unpacked(planned[task.map_index]))
            left.remove(task)
            if not left and mine:
                self._time.wake(mine)

        for task in left:
            self._start(f"{run.run_id}/{task}", partial(one, task))
        if left:
            self._time.park()

    def _to_its_end(self, task: TaskInstance, operator: Any, given: Mapping[str, Any]) -> None:
        """Try until the task succeeds, is skipped, or has no tries left (A2)."""
        task.try_number += not task.is_done
        while not task.is_done:
            task.state = "scheduled"
            with self.pools[operator.pool].slot():
                self._time.sleep(_TASK_START_S)
                task.state = "running"
                task.pushed.clear()  # (A4)
                task.state, wait_s = self._try(task, operator, given)
            if not task.is_done:
                self._time.sleep(wait_s)
                task.try_number += task.state != "up_for_reschedule"  # a wait for the budget spends no try (A11)

    def _try(self, task: TaskInstance, operator: Any, given: Mapping[str, Any]) -> tuple[str, float]:
        """Make one try; gives the state, and how long to wait before the next."""
        operator = copy.copy(operator)  # making one costs more than a call
        vars(operator).update(given)
        days, extra = list[str](), dict[str, Any]()
        outlet = SimpleNamespace(add_partitions=days.extend, extra=extra)
        context = {
            "run_id": task.run_id, "params": task.run.form, "dag_run": task.run, "ti": task,
            "outlet_events": defaultdict(lambda: outlet),
            "inlet_events": defaultdict(lambda: SimpleNamespace(after=self._events_since)),
            "task_state_store": SimpleNamespace(get=task.kept.get, set=task.kept.__setitem__),
        }  # fmt: skip
        try:
            result = operator.execute(context)
            self._weather.before(f"report {task} of {task.run_id}")
            if operator.outlets and self._weather.taken(Kind.MARKED_SUCCESS):  # it died here, and a person did that
                task.run.touched = True
                return "success", 0.0
        except Killed:
            task.run.touched = True
            self._time.sleep(_ZOMBIE_FOUND_AFTER_S)
            return _retried(task, None, "the process is gone")  # (A6)
        except AirflowSkipException:
            return "skipped", 0.0
        except AirflowRescheduleException as wait:
            wait_s = max(0.0, (wait.reschedule_date - datetime.now(UTC)).total_seconds())
            self.longest_wait_s = max(self.longest_wait_s, wait_s)
            return "up_for_reschedule", wait_s
        except Exception as error:  # noqa: BLE001 — as the task runner does
            decision = operator.retry_policy.evaluate(error, task.try_number, task.max_tries)
            return _retried(task, decision, f"{type(error).__name__}: {error}")
        task.pushed[RETURNED] = result
        if operator.outlets:  # the event is sent in one step with the success (A5)
            self.plain_events += not days
            self.events += [AssetEvent(self._time.now, day, extra) for day in days]
        return "success", 0.0

    def _events_since(self, instant: str) -> list[AssetEvent]:
        since = datetime.fromisoformat(instant).timestamp()
        return [event for event in self.events if event.at >= since]


def _retried(task: TaskInstance, decision: RetryDecision | None, why: str) -> tuple[str, float]:
    if (decision and str(decision.action.value) == "fail") or task.try_number > task.max_tries:
        task.error = why
        return "failed", 0.0
    if decision and decision.retry_delay is not None:
        return "up_for_retry", decision.retry_delay.total_seconds()
    delay = min(TASK_DEFAULTS["retry_delay"] * 2 ** (task.try_number - 1), TASK_DEFAULTS["max_retry_delay"])
    return "up_for_retry", delay.total_seconds()


def _tasks_of(account: Account, dag_id: str, hook: InsiderWebPushHook, store: Storage) -> Iterator[Any]:
    """Make the tasks of one of the account's DAGs, in their order."""
    with account_dag(account, dag_id, schedule=None) as dag:
        _MAKERS[dag_id](account)
    for task in cast("Any", dag).topological_sort():
        operator = task.unmap({"campaign_id": "", "day": ""}) if task.is_mapped else task
        # Airflow's structlog, which is left out, does not ask whether logging is on.
        vars(operator).update(hook=hook, store=store, _cached_logger=_SILENT)
        yield operator


def _kept_from_running(task: Any, run: Run) -> str:
    """Give the state of a task that what comes before it keeps from running; empty if it may run (A1)."""
    before = [run.state_of(task_id) for task_id in task.upstream_task_ids]
    if task.trigger_rule == TriggerRule.ALL_DONE or all(state == "success" for state in before):
        return ""
    return "upstream_failed" if {"failed", "upstream_failed"} & set(before) else "skipped"


def _returned_to(task: Any, run: Run) -> dict[str, Any]:
    """Give what earlier tasks returned, by the fields of a task that refer to them (A10)."""
    given = {name: getattr(task, name) for name in task.template_fields}
    references = {name: value.operator.task_id for name, value in given.items() if isinstance(value, PlainXComArg)}
    return {name: run.task(task_id).pushed.get(RETURNED) for name, task_id in references.items()}
