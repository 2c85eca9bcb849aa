"""The table `campaign` over publishes: which of its files are written."""

from collections.abc import Collection
from datetime import timedelta
from pathlib import Path
from typing import Any

from insider_web_push.tables.campaign_parts import MOST_ROWS
from tests.builders import DAY, SWEPT_AT, swept
from tests.lake import Lake

FOLDER = "tables/campaign/partner_id=brand"
MANY = [str(1000 + n) for n in range(MOST_ROWS + 1)]
SPLIT_AT = 1000 + MOST_ROWS // 2


def publish(lake: Lake, age: int, campaigns: Collection[str], name: str = "A name") -> None:
    """Publish one of the days after the first with quiet campaigns."""
    day, at = DAY + timedelta(days=age), SWEPT_AT + timedelta(days=age)
    lake.list_day([swept(campaign, name, sent=0) for campaign in campaigns], day=day, at=at)
    lake.publish(day=day, now=at)


def stored(lake: Lake) -> dict[str, bytes]:
    """Read the files of the table, by their names."""
    return {name.rpartition("/")[2]: data for name, data in lake.files("part-*").items() if name.startswith(FOLDER)}


def said(lake: Lake, column: str = "campaign_id") -> list[Any]:
    """Read a column of the table."""
    return list(lake.reader.campaigns()[column].to_pylist())


def test_a_day_touches_the_files_of_its_campaigns_alone(tmp_path: Path) -> None:
    """The table has one file until it grows too long."""
    lake = Lake(tmp_path)
    publish(lake, 0, MANY[:-1])
    assert list(stored(lake)) == ["part-0.parquet"]
    publish(lake, 1, MANY[-1:])
    split = stored(lake)
    assert list(split) == ["part-0.parquet", f"part-{SPLIT_AT}.parquet", f"part-{MANY[-1]}.parquet"]
    assert said(lake) == MANY
    publish(lake, 2, MANY[:1], name="Another name")
    changed = {name for name, data in stored(lake).items() if data != split[name]}
    assert (changed, said(lake, "name").count("Another name")) == ({"part-0.parquet"}, 1)


def test_a_split_that_was_not_finished_loses_and_doubles_nothing(tmp_path: Path) -> None:
    """The process was killed before it shortened the file that it had split: the next one that reads it does so."""
    lake = Lake(tmp_path)
    publish(lake, 0, MANY[:-1])
    whole = lake.root / FOLDER / "part-0.parquet"
    long = whole.read_bytes()
    publish(lake, 1, MANY[-1:])
    short = whole.read_bytes()
    whole.write_bytes(long)
    assert said(lake) == MANY
    publish(lake, 2, MANY[:1], name="Another name")
    assert (len(whole.read_bytes()) < len(long), said(lake)) == (True, MANY)
    assert len(whole.read_bytes()) - len(short) < 1000


def test_who_reads_an_empty_table_finds_it(tmp_path: Path) -> None:
    """A day without any campaign was published, and no other."""
    lake = Lake(tmp_path)
    publish(lake, 0, [])
    assert (list(stored(lake)), said(lake)) == (["part-0.parquet"], [])
