"""The operators of a run, one after the other as their tasks would, against real HTTP and a real folder."""

import json
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from airflow.sdk import Asset
from airflow.sdk.exceptions import AirflowSkipException
from airflow.sdk.execution_time.context import OutletEventAccessors

from insider_web_push.days.rules import Rules
from insider_web_push.errors import InsiderError
from insider_web_push.hook import InsiderWebPushHook
from insider_web_push.lake.manifest import Manifest
from insider_web_push.operators import (
    CampaignMetricsOperator,
    ChooseDaysOperator,
    DiscoverCampaignsOperator,
    PlanFetchOperator,
    PublishDaysOperator,
    PurgeOperator,
    VerifyDaysOperator,
)
from insider_web_push.reader import DayReader

DAY = "2026-03-10"
ASSET = Asset(name="campaign_day", uri="x-insider-web-push://default/campaign_day")
PLAIN_ASSET = Asset(name="any_day", uri="x-insider-web-push://default/any_day")


class TaskState(dict[str, Any]):
    """What Airflow keeps for a task over its tries."""

    def set(self, key: str, value: Any) -> None:
        """Keep it."""
        self[key] = value


class TaskInstance:
    """What the operators use of Airflow's: XCom, and the states of this run's tasks and of other runs' publish."""

    dag_id = "insider_web_push_campaign_metrics"

    def __init__(self, task_id: str, run_id: str, states: dict[str, str], others: dict[str, str], results: Any) -> None:
        self.task_id, self.run_id, self._results = task_id, run_id, results
        self.pushed: dict[str, Any] = {}
        self.max_tries = 4
        self._states, self._others = states, others

    def xcom_push(self, key: str, value: Any) -> None:
        """Keep it."""
        self.pushed[key] = value

    def xcom_pull(self, *, task_ids: str, key: str) -> Any:
        """Give what publish pushed."""
        assert (task_ids, key) == ("publish", "days")
        return self._results

    def get_task_states(self, *, dag_id: str, task_ids: list[str], run_ids: list[str]) -> dict[str, dict[str, str]]:
        """Tell the states as Airflow does."""
        assert dag_id == self.dag_id
        (run_id,) = run_ids
        if run_id != self.run_id:
            return {run_id: {"publish": self._others[run_id]}} if run_id in self._others else {}
        return {run_id: {name: state for name, state in self._states.items() if name.split("_")[0] in task_ids}}


@dataclass
class Pipeline:
    """
    One account's day, or whatever its form says.

    Attributes:
        events: Partitions of the asset event that each publish announced.
        states: States of the run's tasks, as verify sees them: mapped ones as `fetch_3`.
        others: State of publish of another run, by its id.
        results: What publish pushed of each day.
        form: The run's params.
        task_state: What Airflow keeps for the task that runs.
        max_tries: How many tries it may have yet, those before a clear included.
    """

    conn_id: str
    storage: str
    max_calls: int | None = None
    run_id: str = "manual__1"
    events: list[set[str]] = field(default_factory=list)
    states: dict[str, str] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)
    results: Any = None
    estimate: Any = None
    form: dict[str, Any] = field(default_factory=dict)
    rules: Rules = field(default_factory=Rules)
    task_state: TaskState = field(default_factory=TaskState)
    max_tries: int = 4

    def _context(self, task_id: str) -> dict[str, Any]:
        """What Airflow hands to a task: a run of the day."""
        starts = datetime(2026, 3, 9, 22, tzinfo=UTC)
        ti = TaskInstance(task_id, self.run_id, self.states, self.others, self.results)
        ti.max_tries = self.max_tries
        return {
            "dag_run": SimpleNamespace(data_interval_start=starts, run_after=datetime(2026, 3, 10, 22, tzinfo=UTC)),
            "run_id": self.run_id,
            "params": {"max_calls": self.max_calls} | self.form,
            "ti": ti,
            "task_state_store": self.task_state,
            "outlet_events": OutletEventAccessors(),
        }

    def _arguments(self, task_id: str) -> dict[str, Any]:
        return {
            "task_id": task_id, "conn_id": self.conn_id, "storage": self.storage, "timezone": "Europe/Istanbul",
            "rules": self.rules,
        }  # fmt: skip

    def choose(self) -> Any:
        """Run choose."""
        return ChooseDaysOperator(**self._arguments("choose")).execute(self._context("choose"))

    def discover(self, days: Any = None) -> Any:
        """Run discover."""
        return DiscoverCampaignsOperator(days=days, **self._arguments("discover")).execute(self._context("discover"))

    def plan(self, swept: Any) -> list[Any]:
        """Run plan, and keep its estimate."""
        context = self._context("plan")
        try:
            return PlanFetchOperator(swept=swept, **self._arguments("plan")).execute(context)
        finally:
            self.estimate = context["ti"].pushed.get("estimate")

    def fetch(self, campaign_id: str, *, max_wait_s: float = 60, **arguments: Any) -> list[str]:
        """Run one map index of fetch, with four retries."""
        planned = {"day": DAY, "retries": 4} | arguments
        operator = CampaignMetricsOperator(campaign_id=campaign_id, **planned, **self._arguments("fetch"))
        operator.hook.max_wait_s = max_wait_s
        return operator.execute(self._context("fetch"))

    def publish(self, swept: Any) -> Any:
        """Run publish, and keep what it announced."""
        operator = PublishDaysOperator(swept=swept, asset=ASSET, plain_asset=PLAIN_ASSET, **self._arguments("publish"))
        return self._announcing(operator, "publish")

    def purge(self, **form: Any) -> Any:
        """Run purge with a form, and keep what it announced."""
        self.form = {"first_day": DAY, "last_day": DAY, "confirm": "brand"} | form
        operator = PurgeOperator(asset=ASSET, plain_asset=PLAIN_ASSET, **self._arguments("purge"))
        try:
            return self._announcing(operator, "purge")
        finally:
            self.form = {}

    def _announcing(self, operator: Any, task_id: str) -> Any:
        context = self._context(task_id)
        self.results = None  # Airflow clears a task's XCom before it runs
        try:
            result = operator.execute(context)
            self.events.append(set(context["outlet_events"][ASSET].partition_keys))
        finally:
            self.results = context["ti"].pushed.get("days")
        return result

    def verify(self, swept: Any) -> dict[str, Any]:
        """Run verify."""
        watched = ["choose", "discover", "plan", "fetch", "publish"]
        operator = VerifyDaysOperator(swept=swept, watched=watched, **self._arguments("verify"))
        return operator.execute(self._context("verify"))

    def run(self, days: Any = None) -> Any:
        """Run all of it, as far as nothing fails; gives what discover handed on."""
        swept = self.discover(days)
        for planned in self.plan(swept):
            self.fetch(**planned)
        with suppress(AirflowSkipException):  # nothing moved
            self.publish(swept)
        self.verify(swept)
        return swept

    def refresh(self, **form: Any) -> Any:
        """Run the refresh, with a form or as scheduled."""
        self.form = form
        try:
            return self.run(self.choose())
        finally:
            self.form = {}

    def run_all(self) -> None:
        """Run all of it, as Airflow does: a fetch that fails leaves the others alone."""
        swept = self.discover()
        for position, planned in enumerate(self.plan(swept)):
            try:
                self.fetch(**planned)
            except InsiderError:
                self.states[f"fetch_{position}"] = "failed"
        try:
            with suppress(AirflowSkipException):
                self.publish(swept)
            self.verify(swept)
        finally:
            self.states = {}

    def plan_of_one(self) -> str:
        """Give the id of some active campaign of the day, without a call of ours being kept."""
        page = json.loads(
            InsiderWebPushHook(self.conn_id).overall_metrics(day=self._day, page=1, timezone="Europe/Istanbul").body
        )
        return next(str(row["builderId"]) for row in page["data"] if row["sent"])

    def changes(self) -> list[dict[str, Any]]:
        """Read what moved in all revisions of the day."""
        return list(self.reader.read(self._day, "campaign_day_change").to_pylist())

    @property
    def folder(self) -> Path:
        """The storage's folder."""
        return Path(self.storage.removeprefix("file://"))

    def read(self, column: str = "campaign_id", table: str = "campaign_day") -> list[Any]:
        """Read a column of the published day."""
        return list(self.reader.read(self._day, table)[column].to_pylist())

    @property
    def _day(self) -> Any:
        return datetime.fromisoformat(DAY).date()

    @property
    def reader(self) -> DayReader:
        """The account's reader."""
        return DayReader(self.storage, "brand")

    @property
    def manifest(self) -> Manifest:
        """The published day's manifest."""
        return self.reader.manifest(self._day)

    @property
    def revision(self) -> int:
        """The published revision."""
        return self.manifest.revision
