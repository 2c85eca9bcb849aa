"""The five operators of a day, run one after the other as their tasks would, against real HTTP and a real folder."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from airflow.sdk import Asset
from airflow.sdk.exceptions import AirflowSkipException
from airflow.sdk.execution_time.context import OutletEventAccessors

from insider_web_push.operators import (
    CampaignMetricsOperator,
    DiscoverCampaignsOperator,
    PlanFetchOperator,
    PublishDayOperator,
    VerifyDayOperator,
)
from insider_web_push.reader import DayReader

DAY = "2026-03-10"
ASSET = Asset(name="campaign_day", uri="x-insider-web-push://default/campaign_day")


class TaskInstance:
    """What the operators use of Airflow's: XCom, and the states of this run's tasks."""

    dag_id, run_id = "insider_web_push_campaign_metrics", "manual__1"

    def __init__(self, states: dict[str, str]) -> None:
        self.pushed: dict[str, Any] = {}
        self._states = states

    def xcom_push(self, key: str, value: Any) -> None:
        """Keep it."""
        self.pushed[key] = value

    def get_task_states(self, *, dag_id: str, task_ids: list[str], run_ids: list[str]) -> dict[str, dict[str, str]]:
        """Tell the states as Airflow does."""
        assert (dag_id, run_ids) == (self.dag_id, [self.run_id])
        return {self.run_id: {name: state for name, state in self._states.items() if name.split("_")[0] in task_ids}}


@dataclass
class Pipeline:
    """
    One account's day.

    Attributes:
        events: Partitions of the asset event that each publish announced.
        states: States of the run's tasks, as verify sees them: mapped ones as `fetch_3`.
        published: XCom of publish.
    """

    conn_id: str
    storage: str
    max_calls: int | None = None
    events: list[set[str]] = field(default_factory=list)
    states: dict[str, str] = field(default_factory=dict)
    published: Any = None

    @property
    def context(self) -> dict[str, Any]:
        """What Airflow hands to each task: a run of the day."""
        starts = datetime(2026, 3, 9, 22, tzinfo=UTC)
        return {
            "dag_run": SimpleNamespace(data_interval_start=starts, run_after=datetime(2026, 3, 10, 22, tzinfo=UTC)),
            "run_id": "manual__1",
            "params": {"max_calls": self.max_calls},
            "ti": TaskInstance(self.states),
            "outlet_events": OutletEventAccessors(),
        }

    def _arguments(self, task_id: str) -> dict[str, Any]:
        return {
            "task_id": task_id, "conn_id": self.conn_id, "storage": self.storage, "timezone": "Europe/Istanbul"
        }  # fmt: skip

    def discover(self) -> Any:
        """Run discover."""
        return DiscoverCampaignsOperator(**self._arguments("discover")).execute(self.context)

    def plan(self, discovered: Any) -> list[Any]:
        """Run plan."""
        return PlanFetchOperator(discovered=discovered, **self._arguments("plan")).execute(self.context)

    def fetch(self, campaign_id: str, **arguments: Any) -> str:
        """Run one map index of fetch."""
        planned = {"day": DAY} | arguments
        return CampaignMetricsOperator(campaign_id=campaign_id, **planned, **self._arguments("fetch")).execute(
            self.context
        )

    def publish(self, discovered: Any) -> dict[str, Any]:
        """Run publish, and keep what it announced if it succeeded."""
        context = self.context
        operator = PublishDayOperator(discovered=discovered, outlets=[ASSET], **self._arguments("publish"))
        self.published = None  # Airflow clears a task's XCom before it runs
        result = self.published = operator.execute(context)
        self.events.append(set(context["outlet_events"][ASSET].partition_keys))
        return result

    def verify(self, discovered: Any) -> dict[str, Any]:
        """Run verify."""
        watched = ["discover", "plan", "fetch", "publish"]
        operator = VerifyDayOperator(
            discovered=discovered, published=self.published, watched=watched, **self._arguments("verify")
        )
        return operator.execute(self.context)

    def run(self) -> Any:
        """Run all of it, as far as nothing fails; gives what discover handed on."""
        discovered = self.discover()
        for planned in self.plan(discovered):
            self.fetch(**planned)
        with suppress(AirflowSkipException):  # nothing moved
            self.publish(discovered)
        self.verify(discovered)
        return discovered

    def read(self, column: str = "campaign_id") -> list[Any]:
        """Read a column of the published day."""
        return list(self.reader.read(datetime.fromisoformat(DAY).date())[column].to_pylist())

    @property
    def reader(self) -> DayReader:
        """The account's reader."""
        return DayReader(self.storage, "brand")

    @property
    def revision(self) -> int:
        """The published revision."""
        return self.reader.manifest(datetime.fromisoformat(DAY).date()).revision
