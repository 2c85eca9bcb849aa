"""Published days in Iceberg tables, of a catalog in SQL and of one that is asked by REST."""

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from insider_web_push.days.rules import Rules
from insider_web_push.errors import IncompleteDay, RetryableError
from insider_web_push.iceberg import mapping
from insider_web_push.iceberg.catalog import IcebergTables
from insider_web_push.iceberg.mapping import DAY_TABLES
from insider_web_push.tables.schemas import CAMPAIGNS
from tests.builders import DAY, SWEPT_AT, swept
from tests.conftest import PROJECT_ROOT
from tests.hostile_texts import HOSTILE
from tests.integration.iceberg.lakehouse import NAMESPACE, ROWS_OF_A_DAY, Lakehouse

BEFORE = DAY - timedelta(days=1)
NEXT_MONTH = date(2026, 12, 1)
BOTH = pytest.mark.parametrize("catalog", ["sql", "rest"], indirect=True)
GUIDE = PROJECT_ROOT / "docs" / "iceberg.md"
EVERY_TABLE = [CAMPAIGNS.name, *(table.name for table in DAY_TABLES)]


@BOTH
def test_a_day_is_written_once(house: Lakehouse) -> None:
    """All its tables and the account's campaigns; again takes no snapshot and no commit."""
    assert house.follow() == EVERY_TABLE
    assert {name: len(house.rows(name)) for name in ROWS_OF_A_DAY} == ROWS_OF_A_DAY
    assert {(row["campaign_id"], row["name"]) for row in house.rows("campaign")} == {
        ("1", "The campaign"), ("2", "The campaign"),
    }  # fmt: skip
    assert house.standing() == house.standing("campaign_day_change") == {DAY: 1}
    before = {name: house.table(name).metadata_location for name in EVERY_TABLE}
    assert house.follow() == house.follow(None) == []
    assert {name: house.table(name).metadata_location for name in EVERY_TABLE} == before


@pytest.mark.parametrize("name", ["campaign_day", "campaign_day_device", "campaign_day_change"])
def test_the_rows_are_the_readers(house: Lakehouse, name: str) -> None:
    """Every value, with the columns of the partition before them."""
    house.publish(conversions=15)
    house.follow()
    rows = [{"partner_id": "brand", "day": DAY} | row for row in house.lake.reader.read(DAY, name).to_pylist()]
    assert rows
    assert house.rows(name) == rows


@BOTH
def test_a_correction_replaces_its_day_and_the_revision_before_can_be_travelled_to(house: Lakehouse) -> None:
    """In one commit: the snapshot says of which revision it is, and another day stays as it was."""
    house.publish(BEFORE, 7)
    house.follow(None)
    (first,) = house.snapshots()
    house.publish(conversions=15)
    assert house.follow() == EVERY_TABLE
    assert house.conversions() == {BEFORE: {7}, DAY: {15}}
    assert house.conversions(snapshot_id=first) == {BEFORE: {7}, DAY: {14}}
    assert house.standing() == {BEFORE: 1, DAY: 2}
    assert {row["metric"] for row in house.rows("campaign_day_change")} == {"conversions", "failed_checks"}
    said = [
        found.summary.additional_properties["insider-web-push.days"]
        for found in house.table().snapshots()
        if found.summary and found.summary.operation.value == "append"
    ]
    assert said == ["2026-11-21=1 2026-11-22=1", "2026-11-22=2"]


def test_the_guide_s_way_back_to_a_revision_leads_there(house: Lakehouse) -> None:
    """By its own lines."""
    house.follow()
    house.publish(conversions=15)
    house.follow()
    (shown,) = re.findall(r"^```python\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    names: dict[str, Any] = {}
    exec(shown, names)  # noqa: S102 — the guide's own lines
    assert set(names["revisions"]) == {"2026-11-22=1", "2026-11-22=2"}
    assert names["before"]["conversions"].to_pylist() == [14, 14]


def test_days_that_were_corrected_together_are_one_commit(house: Lakehouse) -> None:
    """As by a refresh, with an event each: the first of a month writes all of it, and the others find nothing."""
    house.publish(BEFORE)
    house.publish(NEXT_MONTH)
    assert house.follow(BEFORE) == EVERY_TABLE
    assert house.standing() == {BEFORE: 1, DAY: 1}
    assert len(house.snapshots()) == 1
    assert house.follow(DAY) == []
    house.follow(NEXT_MONTH)
    assert house.standing() == {BEFORE: 1, DAY: 1, NEXT_MONTH: 1}


@BOTH
def test_all_days_at_once_are_a_commit_a_month(house: Lakehouse) -> None:
    """As where a catalog is connected after a year."""
    house.publish(BEFORE)
    house.publish(NEXT_MONTH)
    house.follow(None)
    assert len(house.snapshots()) == 2
    assert house.standing() == {BEFORE: 1, DAY: 1, NEXT_MONTH: 1}
    months = {task.file.partition[1] for task in house.table().scan().plan_files()}
    assert len(months) == 2


@BOTH
def test_a_file_that_somebody_made_of_many_days_gives_up_one(house: Lakehouse) -> None:
    """As an engine that compacts a month."""
    house.publish(BEFORE, 7)
    house.follow(None)
    (task,) = house.table().scan().plan_files()
    assert task.file.record_count == 4
    house.publish(BEFORE, 8)
    house.follow(BEFORE)
    assert house.conversions() == {BEFORE: {8}, DAY: {14}}


@BOTH
def test_columns_that_came_later_are_added(house: Lakehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the commit that first fills them; older rows have null there."""
    with monkeypatch.context() as patch:
        whole = mapping.arrow_schema

        def of_an_older_version(table: Any) -> Any:
            schema = whole(table)
            return schema.remove(schema.get_field_index("ctr")) if "ctr" in schema.names else schema

        patch.setattr(mapping, "arrow_schema", of_an_older_version)
        house.publish(BEFORE)
        house.follow(None)
    assert "ctr" not in house.table().schema().column_names
    house.publish(conversions=15)
    house.follow()
    by_day = {row["day"]: row["ctr"] for row in house.rows()}
    assert (by_day[BEFORE], by_day[DAY]) == (None, house.lake.reader.read(DAY)["ctr"][0].as_py())
    assert house.table().schema().find_field("ctr").doc == "clicks / delivered; null without delivered."


def test_a_day_that_is_not_there_is_named(house: Lakehouse) -> None:
    """As for every reader."""
    with pytest.raises(IncompleteDay, match="2026-11-21 was never published"):
        house.follow(BEFORE)


def test_a_partial_day_is_not_written_and_says_so(house: Lakehouse) -> None:
    """Others of its month are, when somebody asks for all."""
    house.lake.list_day([swept("1")], day=BEFORE, at=SWEPT_AT)
    house.lake.publish(day=BEFORE, rules=Rules(partial_after_h=0))
    with pytest.raises(IncompleteDay, match="2026-11-21 is partial: it is written to Iceberg when it is complete"):
        house.follow(BEFORE)
    house.follow(None)
    assert house.standing() == {DAY: 1}


@pytest.mark.parametrize("partner_id", ["007", "2026-11", "a.2026-11", "..", "brand" * 20])
def test_an_account_of_any_name_has_its_rows_and_no_other_s(house: Lakehouse, tmp_path: Path, partner_id: str) -> None:
    """In the same tables; a name of digits stays a text."""
    other = Lakehouse(tmp_path / "other", house.catalog, partner_id)
    other.publish(conversions=7)
    house.follow()
    other.follow()
    other.publish(conversions=8)
    other.follow()
    assert {(row["partner_id"], row["conversions"]) for row in house.rows()} == {("brand", 14), (partner_id, 8)}
    assert (house.standing(), other.standing()) == ({DAY: 1}, {DAY: 2})
    assert {row["partner_id"] for row in house.rows("campaign")} == {"brand", partner_id}
    assert house.follow() == []


def test_campaigns_of_any_name_are_written_as_the_reader_gives_them(house: Lakehouse) -> None:
    """Also where Iceberg keeps the beginning of the least and of the greatest."""
    listed = [swept(str(number), name, clicks=0) for number, name in enumerate(HOSTILE.values(), start=100)]
    house.lake.list_day(listed, day=BEFORE, at=SWEPT_AT)
    house.lake.publish(day=BEFORE)
    house.follow(None)
    names = house.lake.reader.read(BEFORE)["name"].to_pylist()
    assert len(names) == len(HOSTILE)
    assert [row["name"] for row in house.rows(row_filter=f"day = '{BEFORE}'")] == names
    assert {row["name"] for row in house.rows("campaign")} == {*names, "The campaign"}


@BOTH
def test_accounts_that_commit_at_the_same_time_lose_nothing(house: Lakehouse, tmp_path: Path) -> None:
    """To tables that they share."""
    others = [Lakehouse(tmp_path / str(number), house.catalog, f"brand{number}") for number in range(3)]
    house.follow()
    for other in others:
        other.publish()
    with ThreadPoolExecutor(len(others)) as pool:
        written = list(pool.map(Lakehouse.follow, others))
    assert written == [EVERY_TABLE] * 3
    assert {row["partner_id"] for row in house.rows()} == {"brand", "brand0", "brand1", "brand2"}
    assert all(other.standing() == {DAY: 1} for other in others)


@BOTH
@pytest.mark.parametrize("is_first", [True, False], ids=["first", "correction"])
def test_a_day_that_two_write_at_the_same_time_is_there_once(house: Lakehouse, *, is_first: bool) -> None:
    """One of them may have to look again. The tables are there: not every catalog lets one alone make them."""
    for table in (CAMPAIGNS, *DAY_TABLES):
        IcebergTables(house.catalog, NAMESPACE).open(table)
    if not is_first:
        house.follow()
        house.publish(conversions=15)

    def follow(_: int) -> None:
        with suppress(RetryableError):
            house.follow()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(follow, range(2)))
    house.follow()
    assert {name: len(house.rows(name)) for name in ROWS_OF_A_DAY} == ROWS_OF_A_DAY
    assert house.conversions() == {DAY: {14 if is_first else 15}}
    assert house.follow() == []
