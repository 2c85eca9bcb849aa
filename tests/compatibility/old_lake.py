"""A lake that version 0.1.0 wrote, and the present operators over it, one after the other as their tasks would run."""

import json
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from airflow.sdk.exceptions import AirflowSkipException

from insider_web_push.days.handover import unpacked
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
from tests.integration.pipeline import ASSET, PLAIN_ASSET
from tests.supervisor import Instance, Supervisor, a_run

PARTNER, CONN_ID, ZONE = "acme", "acme", "Europe/Istanbul"
NOBODY = "http://127.0.0.1:9"
"""An API that nothing here may ask."""
RULES = Rules(partial_after_h=24)
DAILY, REFRESH, PURGE = "insider_web_push_campaign_metrics", "insider_web_push_refresh", "insider_web_push_purge"


TABLES = ("campaign_day", "campaign_day_device", "campaign_day_unsuccessful", "campaign_day_click", "campaign_day_goal")
COMPLETE = {
    # day: revision, rows of each table, rows of campaign_day_change, and sent, clicks and revenue in all
    9: (1, (6, 11, 32, 6, 10), 0, 248_017, 5_782, "107362.088404"),
    10: (2, (6, 11, 32, 6, 10), 49, 227_805, 5_610, "115301.396745"),
    11: (1, (6, 9, 25, 3, 8), 0, 274_917, 4_193, "74088.977422"),
    12: (2, (21, 8, 26, 6, 8), 85, 279_772, 2_595, "84281.553248"),
    13: (1, (6, 11, 32, 6, 10), 0, 162_451, 2_767, "27781.973636"),
    14: (2, (5, 9, 25, 3, 8), 0, 288_797, 5_467, "231865.918314"),
    15: (1, (6, 11, 32, 6, 10), 0, 189_326, 3_231, "68040.683033"),
}
TOTALS, PARTIAL, UNPUBLISHED, PURGED = 8, 16, 17, 7
PUBLISHED = (TOTALS, *COMPLETE, PARTIAL)


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
        """
        Keep the newest list of a day once more, as read later: nothing in it has moved. Gives its key.

        Its totals count its rows, since a purge has taken some out of the stored one.
        """
        newest = self.store.newest_list(nov(day))
        assert newest is not None
        stored = self.store.read_list(newest)
        rows = sum(len(json.loads(page.body)["data"]) for page in stored.pages)
        pages = [
            page.model_copy(update={"body": json.dumps(json.loads(page.body) | {"total": rows}).encode()})
            for page in stored.pages
        ]
        return self.store.write_list(stored.model_copy(update={"swept_at": at, "pages": pages}))


@dataclass
class Run:
    """
    A run of one of the DAGs that fetch.

    Attributes:
        form: Its params.
        airflow: What Airflow knows of the tasks of this run and of others.
        partition_key: Its partition, of the weekly report.
        try_number: Which try its tasks are in: above 1 they were tried before, or are cleared.
        announced: Partitions of the event of the task that ran last.
    """

    storage: str
    dag_id: str = REFRESH
    run_id: str = "manual__by_the_present_version"
    form: dict[str, Any] = field(default_factory=dict)
    airflow: Supervisor = field(default_factory=Supervisor)
    partition_key: str | None = None
    try_number: int = 1
    announced: set[str] = field(default_factory=set)

    def task(self, operator: type[Any], task_id: str, **arguments: Any) -> Any:
        """Run a task; gives its result."""
        of_account = {"conn_id": CONN_ID, "storage": self.storage, "timezone": ZONE, "rules": RULES}
        run = a_run(
            self.dag_id, self.run_id, conf=self.form, run_after=datetime.now(UTC), partition_key=self.partition_key
        )
        task = operator(task_id=task_id, **of_account | arguments)
        context = self.airflow.context(task, run, try_number=self.try_number, max_tries=3 + self.try_number)
        self.announced = set()
        result = self.airflow.execute(context)
        self.announced = set().union(*self.airflow.events(context)[ASSET.uri])
        return result

    def had_sent(self, dag_id: str, run_id: str, task_id: str, day: int) -> None:
        """Let Airflow have the event of a task of the old version."""
        sent = {ASSET: nov(day).isoformat()}
        self.airflow.had_succeeded(Instance(dag_id, run_id, task_id), sent=sent, at=datetime.now(UTC))

    def instance(self, task_id: str, map_index: int = -1) -> Instance:
        """Name a task instance of the run."""
        return Instance(self.dag_id, self.run_id, task_id, map_index)

    def xcom(self, task_id: str, key: str) -> Any:
        """Give what a task pushed."""
        return self.airflow.xcoms[self.instance(task_id), key]

    def choose(self) -> Any:
        """Run choose."""
        return self.task(ChooseDaysOperator, "choose")

    def discover(self, days: Any) -> Any:
        """Run discover."""
        return self.task(DiscoverCampaignsOperator, "discover", days=days)

    def plan(self, swept: Any) -> Any:
        """Run plan; gives what its fetches are given."""
        return list(map(unpacked, self.task(PlanFetchOperator, "plan", swept=swept)))

    def publish(self, swept: Any) -> dict[str, str]:
        """Run publish, which is skipped where there is nothing to announce; gives what became of each day."""
        with suppress(AirflowSkipException):
            self.task(PublishDaysOperator, "publish", swept=swept, asset=ASSET, plain_asset=PLAIN_ASSET)
        return {result["day"]: result["outcome"] for result in self.xcom("publish", "days")}

    def verify(self, swept: Any) -> Any:
        """Run verify."""
        watched = ["choose", "discover", "plan", "fetch", "publish"]
        return self.task(VerifyDaysOperator, "verify", swept=swept, watched=watched, asset=ASSET)

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
        self.form = days | {"confirm": PARTNER, "campaigns": list(campaigns), "whole_days": not campaigns}
        with suppress(AirflowSkipException):
            self.task(PurgeOperator, "purge", asset=ASSET, plain_asset=PLAIN_ASSET)
