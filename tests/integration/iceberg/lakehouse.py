"""A lake whose days are followed into an Iceberg catalog."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from pyiceberg.catalog import Catalog
from pyiceberg.table import Table

from insider_web_push.iceberg.catalog import IcebergTables
from insider_web_push.iceberg.following import Following
from insider_web_push.iceberg.standing import standing_in
from insider_web_push.lake.removal import bury
from insider_web_push.lake.storage import Storage
from insider_web_push.reader import DayReader
from tests.builders import DAY, SWEPT_AT, sample, swept
from tests.lake import Lake

NAMESPACE = "insider_web_push"
ROWS_OF_A_DAY = {
    "campaign_day": 2, "campaign_day_device": 4, "campaign_day_unsuccessful": 14, "campaign_day_click": 6,
    "campaign_day_goal": 4,
}  # fmt: skip


def sql_catalog(folder: Path) -> dict[str, Any]:
    """Give the connection of a catalog in SQLite."""
    extra = {"type": "sql", "warehouse": (folder / "warehouse").as_uri()}
    return {"conn_type": "iceberg", "host": f"sqlite:///{folder}/catalog.db", "extra": extra}


class Lakehouse:
    """
    An account's lake on a real file system, and tables in a real catalog.

    Attributes:
        now: Present instant, UTC.
    """

    def __init__(self, root: Path, catalog: Catalog, partner_id: str = "brand") -> None:
        self.lake = Lake(root)
        self.lake.store = Storage(root.as_uri(), partner_id)
        self.lake.reader = DayReader(root.as_uri(), partner_id)
        self.catalog = catalog
        self.partner_id = partner_id
        self.now = datetime.now(UTC)

    def publish(self, day: date = DAY, conversions: int = 14) -> None:
        """Publish or correct a day of two campaigns."""
        document = sample("campaign_metrics_older")
        document["overview"]["conversionRate"]["conversions"] = str(conversions)
        at = SWEPT_AT + (day - DAY) + timedelta(days=2, minutes=conversions)
        listed = [swept(campaign, clicks=conversions) for campaign in "12"]
        self.lake.list_day(listed, day=day, at=at)
        for item in listed:
            answer = {"body": json.dumps(document).encode(), "baseline": item.totals, "partner_id": self.partner_id}
            self.lake.answer(item.campaign_id, day=day, fetched_at=at + timedelta(seconds=1), **answer)
        self.lake.publish(day=day, now=at)

    def bury(self, day: date = DAY, *campaigns: str) -> None:
        """Leave a tombstone, as a purge does first; without campaigns of the whole day, whose manifest goes."""
        store = self.lake.store
        bury(store, day, campaigns, at=datetime.now(UTC), run_id="r")
        if not campaigns:
            store.delete([store.at.manifest(day)])

    def follow(self, day: date | None = DAY) -> list[str]:
        """Write to Iceberg what is stale; gives the names of the tables."""
        return [said.partition(":")[0] for said in self.following.follow(day)]

    @property
    def following(self) -> Following:
        """What writes."""
        tables = IcebergTables(self.catalog, NAMESPACE)
        return Following(store=self.lake.store, reader=self.lake.reader, tables=tables, now=lambda: self.now)

    def table(self, name: str = "campaign_day") -> Table:
        """Give a table as it is now."""
        return self.catalog.load_table((NAMESPACE, name))

    def rows(self, name: str = "campaign_day", **scan: Any) -> list[dict[str, Any]]:
        """Read a table, now or as of a snapshot, as an engine would."""
        return self.table(name).scan(**scan).to_arrow().to_pylist()

    def conversions(self, **scan: Any) -> dict[date, set[int]]:
        """Give the conversions of each day's campaigns."""
        found: dict[date, set[int]] = {}
        for row in self.rows(**scan):
            found.setdefault(row["day"], set()).add(row["conversions"])
        return found

    def standing(self, name: str = "campaign_day") -> dict[date, int]:
        """Tell which revisions a table says that it has."""
        marks = standing_in(self.table(name).properties, self.partner_id)
        return {day: int(mark.partition("-")[0]) for day, mark in marks.items()}

    def snapshots(self, name: str = "campaign_day") -> list[int]:
        """Name a table's snapshots."""
        return [found.snapshot_id for found in self.table(name).snapshots()]


def data_files(house: Lakehouse) -> list[str]:
    """Name the data files that the present snapshot of `campaign_day` has."""
    found = [task.file.file_path for task in house.table().scan().plan_files()]
    assert all(exists(house, path) for path in found)
    return found


def exists(house: Lakehouse, path: str) -> bool:
    """Whether a file of the warehouse is there, and is Parquet."""
    file = house.table().io.new_input(path)
    if not file.exists():
        return False
    with file.open() as opened:
        return pq.read_metadata(opened).num_rows > 0
