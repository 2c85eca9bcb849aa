"""A lake that version 0.1.0 wrote, and the present operators over it, one after the other as their tasks would run."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from airflow.sdk.exceptions import AirflowSkipException
from airflow.sdk.execution_time.context import OutletEventAccessors

from insider_web_push.days.rules import Rules
from insider_web_push.lake.manifest import Manifest
from insider_web_push.lake.storage import Storage
from insider_web_push.operators import (
    ChooseDaysOperator,
    DiscoverCampaignsOperator,
    PlanFetchOperator,
    PublishDaysOperator,
    PurgeOperator,
    VerifyDaysOperator,
)
from insider_web_push.reader import DayReader
from tests.integration.pipeline import ASSET, PLAIN_ASSET, TaskState

PARTNER, CONN_ID, ZONE = "acme", "acme", "Europe/Istanbul"
NOBODY = "http://127.0.0.1:9"
"""An API that nothing here may ask."""
RULES = Rules(partial_after_h=24)
DAILY, REFRESH = "insider_web_push_campaign_metrics", "insider_web_push_refresh"


def nov(day: int) -> date:
    """Give a day of the lake, which is of November 2026."""
    return date(2026, 11, day)


def is_kept(before: Any, after: Any) -> bool:
    """Whether all that an old document says is said by a present one, which may say more."""
    match before, after:
        case dict(), dict():
            return all(key in after and is_kept(value, after[key]) for key, value in before.items())
        case list(), list():
            return len(before) == len(after) and all(map(is_kept, before, after))
    return bool(before == after)


class OldLake:
    """The account's storage."""

    def __init__(self, root: Path) -> None:
        self.root, self.url = root, root.as_uri()
        self.store = Storage(self.url, PARTNER)
        self.reader = DayReader(self.url, PARTNER)

    def manifest(self, day: int) -> Manifest:
        """Read a published day's manifest."""
        return self.store.require_manifest(nov(day))

    def files(self, *folders: str) -> dict[str, bytes]:
        """Read every file below some folders of the root; all of them if none is named."""
        return {
            str(path.relative_to(self.root)): path.read_bytes()
            for folder in folders or (".",)
            for path in sorted((self.root / folder).rglob("*"))
            if path.is_file()
        }

    def list_again(self, day: int, at: datetime) -> str:
        """Keep the newest list of a day once more, as read later: nothing in it has moved. Gives its key."""
        newest = self.store.newest_list(nov(day))
        assert newest is not None
        return self.store.write_list(self.store.read_list(newest).model_copy(update={"swept_at": at}))


class TaskInstance:
    """What the operators use of Airflow's: XCom, and the states of tasks."""

    max_tries = 4

    def __init__(self, run: "Run", task_id: str) -> None:
        self.dag_id, self.run_id, self.task_id = run.dag_id, run.run_id, task_id
        self._run = run

    def xcom_push(self, key: str, value: Any) -> None:
        """Keep it."""
        self._run.xcoms.setdefault(self.task_id, {})[key] = value

    def xcom_pull(self, *, task_ids: str, key: str) -> Any:
        """Give what a task pushed; None if it did not."""
        return self._run.xcoms.get(task_ids, {}).get(key)

    def get_task_states(self, *, dag_id: str, task_ids: list[str], run_ids: list[str]) -> dict[str, dict[str, str]]:
        """Tell the states as Airflow does: mapped tasks as `fetch_3`, and nothing of a run that it does not know."""
        del dag_id
        return {
            run_id: {name: state for name, state in self._run.states[run_id].items() if name.split("_")[0] in task_ids}
            for run_id in run_ids
            if run_id in self._run.states
        }


@dataclass
class Run:
    """
    A run of one of the DAGs that fetch.

    Attributes:
        form: Its params.
        states: States of tasks by run id: of this run, and of others.
        xcoms: What its tasks handed on, by task and key.
        partition_key: Its partition, of the weekly report.
        announced: Partitions of the event of the task that ran last.
    """

    storage: str
    dag_id: str = REFRESH
    run_id: str = "manual__by_the_present_version"
    form: dict[str, Any] = field(default_factory=dict)
    states: dict[str, dict[str, str]] = field(default_factory=dict)
    xcoms: dict[str, Any] = field(default_factory=dict)
    partition_key: str | None = None
    announced: set[str] = field(default_factory=set)

    def task(self, operator: type[Any], task_id: str, **arguments: Any) -> Any:
        """Run a task; gives its result, which is handed on as well."""
        now = datetime.now(UTC)
        context = {
            "dag_run": SimpleNamespace(data_interval_start=None, run_after=now, partition_key=self.partition_key),
            "run_id": self.run_id,
            "params": {"max_calls": None} | self.form,
            "ti": TaskInstance(self, task_id),
            "task_state_store": TaskState(),
            "outlet_events": OutletEventAccessors(),
        }
        of_account = {"conn_id": CONN_ID, "storage": self.storage, "timezone": ZONE, "rules": RULES}
        made = operator(task_id=task_id, **of_account | arguments)
        self.announced = set()
        result = made.execute(context)
        self.announced = set(context["outlet_events"][ASSET].partition_keys)
        self.xcoms.setdefault(task_id, {})["return_value"] = result
        return result

    def choose(self) -> Any:
        """Run choose."""
        return self.task(ChooseDaysOperator, "choose")

    def discover(self, days: Any) -> Any:
        """Run discover."""
        return self.task(DiscoverCampaignsOperator, "discover", days=days)

    def plan(self, swept: Any) -> Any:
        """Run plan."""
        return self.task(PlanFetchOperator, "plan", swept=swept)

    def publish(self, swept: Any) -> dict[str, str]:
        """Run publish, which is skipped where there is nothing to announce; gives what became of each day."""
        with suppress(AirflowSkipException):
            self.task(PublishDaysOperator, "publish", swept=swept, asset=ASSET, plain_asset=PLAIN_ASSET)
        return {result["day"]: result["outcome"] for result in self.xcoms["publish"]["days"]}

    def verify(self, swept: Any) -> Any:
        """Run verify."""
        watched = ["choose", "discover", "plan", "fetch", "publish"]
        return self.task(VerifyDaysOperator, "verify", swept=swept, watched=watched)

    def rebuild(self, day: int) -> str:
        """Make a day anew from what is stored; gives what became of it."""
        self.form = {"first_day": nov(day).isoformat(), "last_day": nov(day).isoformat(), "rebuild": True}
        swept = self.discover(self.choose())
        assert self.plan(swept) == []
        (outcome,) = self.publish(swept).values()
        return outcome

    def purge(self, day: int, *campaigns: str) -> None:
        """Run purge, which is skipped where there is nothing to announce."""
        days = {"first_day": nov(day).isoformat(), "last_day": nov(day).isoformat()}
        self.form = days | {"confirm": PARTNER, "campaigns": list(campaigns)}
        with suppress(AirflowSkipException):
            self.task(PurgeOperator, "purge", asset=ASSET, plain_asset=PLAIN_ASSET)
