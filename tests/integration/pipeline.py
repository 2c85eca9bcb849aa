"""The operators of a run, one after the other as their tasks would, against real HTTP and a real folder."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from airflow.sdk import Asset
from airflow.sdk.exceptions import AirflowSkipException

from insider_web_push.days.handover import unpacked
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
from insider_web_push.operators.plan import ESTIMATE
from insider_web_push.reader import DayReader
from insider_web_push.vocabulary import DAILY
from tests.supervisor import Instance, Supervisor, a_run

DAY = "2026-03-10"
STARTS, ENDS = datetime(2026, 3, 9, 21, tzinfo=UTC), datetime(2026, 3, 10, 21, tzinfo=UTC)
"""The day in Istanbul."""
ASSET = Asset(name="campaign_day", uri="x-insider-web-push://default/campaign_day")
PLAIN_ASSET = Asset(name="any_day", uri="x-insider-web-push://default/any_day")


@dataclass
class Pipeline:
    """
    One account's day, or whatever its form says.

    Attributes:
        events: Partitions of each asset event that a publish sent: none where one without partitions is sent.
        states: How each publish or purge ended that did not fail.
        airflow: What Airflow knows of the tasks of this run and of others.
        form: The run's params.
        try_number: Which try the tasks are in.
        max_tries: How many tries a task may have yet, those before a clear included.
        every_day: Whether the refresh makes up for days that nobody ever looked at; most tests have but one day.
    """

    conn_id: str
    storage: str
    max_calls: int | None = None
    run_id: str = "manual__1"
    events: list[set[str]] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    airflow: Supervisor = field(default_factory=Supervisor)
    form: dict[str, Any] = field(default_factory=dict)
    rules: Rules = field(default_factory=Rules)
    try_number: int = 1
    max_tries: int = 4
    timezone: str = "Europe/Istanbul"
    every_day: bool = False

    def _context(self, operator: Any, *, map_index: int = -1) -> Any:
        """What Airflow hands to a task: a run of the day."""
        conf = self.form if isinstance(operator, PurgeOperator) else {"max_calls": self.max_calls} | self.form
        run = a_run(DAILY, self.run_id, conf=conf, run_after=ENDS, interval=(STARTS, ENDS))
        return self.airflow.context(
            operator, run, map_index=map_index, try_number=self.try_number, max_tries=self.max_tries
        )

    def execute(self, operator: Any, *, map_index: int = -1) -> Any:
        """Run a task of the day."""
        return self.airflow.execute(self._context(operator, map_index=map_index))

    def _arguments(self, task_id: str) -> dict[str, Any]:
        return {
            "task_id": task_id, "conn_id": self.conn_id, "storage": self.storage, "timezone": self.timezone,
            "rules": self.rules,
        }  # fmt: skip

    def set_state(self, state: str, task_id: str, map_index: int = -1, *, run_id: str | None = None) -> None:
        """Let Airflow know a task instance in a state: this run's, unless another is named."""
        self.airflow.states[Instance(DAILY, run_id or self.run_id, task_id, map_index)] = state

    def choose(self) -> Any:
        """Run choose."""
        return self.execute(ChooseDaysOperator(every_day=self.every_day, **self._arguments("choose")))

    def discover(self, days: Any = None) -> Any:
        """Run discover."""
        return self.execute(DiscoverCampaignsOperator(days=days, **self._arguments("discover")))

    def plan(self, swept: Any, **arguments: Any) -> list[Any]:
        """Run plan; the run's fetches are new ones then, and what they pushed before is gone."""
        self.airflow.xcoms = {
            (at, key): value
            for (at, key), value in self.airflow.xcoms.items()
            if (at.run_id, at.task_id) != (self.run_id, "fetch")
        }
        self.airflow.states = {
            at: state for at, state in self.airflow.states.items() if (at.run_id, at.task_id) != (self.run_id, "fetch")
        }
        planned = self.execute(PlanFetchOperator(swept=swept, choose="choose", **arguments, **self._arguments("plan")))
        return list(map(unpacked, planned))

    @property
    def estimate(self) -> Any:
        """What plan pushed besides its result."""
        return self.airflow.xcoms[Instance(DAILY, self.run_id, "plan"), ESTIMATE]

    def fetch(self, campaign_id: str, *, max_wait_s: float = 60, map_index: int = 0, **arguments: Any) -> list[str]:
        """Run one map index of fetch, with four retries."""
        planned = {"day": DAY, "retries": 4} | arguments
        operator = CampaignMetricsOperator(campaign_id=campaign_id, **planned, **self._arguments("fetch"))
        operator.hook.max_wait_s = max_wait_s
        stored: list[str] = self.execute(operator, map_index=map_index)
        # As Airflow hands a task's result on.
        self.airflow.xcoms[Instance(DAILY, self.run_id, "fetch", map_index), "return_value"] = stored
        return stored

    def publish(self, swept: Any) -> Any:
        """Run publish, and keep what it announced."""
        return self._announcing(self.publish_task(swept))

    def publish_and_die(self, swept: Any) -> None:
        """Let the process of publish die after its last write: Airflow gets no event."""
        self.execute(self.publish_task(swept))

    def publish_task(self, swept: Any) -> PublishDaysOperator:
        """Make the task publish."""
        return PublishDaysOperator(swept=swept, asset=ASSET, plain_asset=PLAIN_ASSET, **self._arguments("publish"))

    def purge(self, **form: Any) -> Any:
        """Run purge with a form, and keep what it announced."""
        whole = not form.get("campaigns")
        self.form = {"first_day": DAY, "last_day": DAY, "confirm": "brand", "whole_days": whole} | form
        try:
            return self._announcing(PurgeOperator(asset=ASSET, plain_asset=PLAIN_ASSET, **self._arguments("purge")))
        finally:
            self.form = {}

    def _announcing(self, operator: Any) -> Any:
        context = self._context(operator)
        try:
            result = self.airflow.execute(context)
        except AirflowSkipException:
            self.states.append("skipped")
            raise
        self.states.append("success")
        self.events += self.airflow.events(context)[ASSET.uri]
        return result

    def verify(self, swept: Any, *, also: Sequence[str] = ()) -> dict[str, Any]:
        """Run verify, which watches the run's other tasks, and some more."""
        watched = ["choose", "discover", "plan", "fetch", "publish", *also]
        return self.execute(VerifyDaysOperator(swept=swept, watched=watched, asset=ASSET, **self._arguments("verify")))

    def run(self, days: Any = None) -> Any:
        """Run all of it, as far as nothing fails; gives what discover handed on."""
        swept = self.discover(days)
        self.fetch_and_publish(swept)
        self.verify(swept)
        return swept

    def fetch_and_publish(self, swept: Any) -> None:
        """Run what lies between discover and verify."""
        for position, planned in enumerate(self.plan(swept)):
            with suppress(AirflowSkipException):  # the API has nothing for it
                self.fetch(**planned, map_index=position)
        with suppress(AirflowSkipException):  # nothing moved
            self.publish(swept)

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
                self.fetch(**planned, map_index=position)
            except InsiderError:
                self.set_state("failed", "fetch", position)
        with suppress(AirflowSkipException):
            self.publish(swept)
        self.verify(swept)

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
