"""Reading published days: whole ones, or an error."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from insider_web_push.days.rules import Rules
from insider_web_push.errors import ContractViolation, IncompleteDay, InvalidRequest
from insider_web_push.reader import DayReader
from insider_web_push.tables.files import to_parquet
from insider_web_push.tables.schemas import SCHEMA_VERSION, TABLES
from insider_web_push.vocabulary import DayOutcome
from tests.builders import DAY, SWEPT_AT, swept
from tests.lake import Lake

NEXT = DAY + timedelta(days=1)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """An empty storage."""
    return Lake(tmp_path)


@pytest.fixture
def reader(lake: Lake) -> Iterator[DayReader]:
    """Its reader."""
    return lake.reader


def publish(lake: Lake, campaigns: list[str], day: date = DAY, *, missing: str | None = None) -> None:
    """Publish the next revision of a day with these campaigns."""
    listed = [swept(campaign) for campaign in [*campaigns, *([missing] if missing else [])]]
    lake.list_day(listed, day=day, at=SWEPT_AT + (day - DAY))
    for campaign in campaigns:
        lake.answer(campaign, day=day, fetched_at=SWEPT_AT + (day - DAY) + timedelta(minutes=len(campaigns)))
    rules = Rules(partial_after_h=0) if missing else None
    outcome = lake.publish(day=day, rules=rules, now=SWEPT_AT + (day - DAY)).outcome
    assert outcome is (DayOutcome.PARTIAL if missing else DayOutcome.PUBLISHED)


@pytest.mark.parametrize("table", TABLES)
def test_every_table_of_a_published_day_can_be_read(lake: Lake, reader: DayReader, table: str) -> None:
    """With the rows that the manifest states."""
    publish(lake, ["1", "2"])
    assert reader.read(DAY, table).num_rows == lake.manifest().files[table].rows > 0


def test_campaign_day_is_what_a_reader_gets_unless_another_is_asked_for(lake: Lake, reader: DayReader) -> None:
    """One row a campaign, of the schema that is documented."""
    publish(lake, ["1", "2"])
    assert reader.read(DAY)["campaign_id"].to_pylist() == ["1", "2"]
    assert reader.read(DAY).schema.equals(TABLES["campaign_day"].schema)


def test_the_heads_of_a_range_are_those_of_its_published_days(lake: Lake, reader: DayReader) -> None:
    """In order, complete or not, as their manifests say; whatever else is there of other days."""
    publish(lake, ["1"], NEXT)
    publish(lake, ["1"], missing="2")
    publish(lake, ["1"], NEXT + timedelta(days=1))
    heads = reader.heads(DAY - timedelta(days=7), NEXT)
    assert heads == [reader.manifest(day).head_alone for day in (DAY, NEXT)]
    assert [(head.is_complete, head.number_of_campaigns) for head in heads] == [(False, 2), (True, 1)]
    assert reader.heads(DAY - timedelta(days=7), DAY - timedelta(days=1)) == []
    with pytest.raises(InvalidRequest, match="swap them"):
        reader.heads(NEXT, DAY)


def test_a_range_is_whole_days_behind_their_day(lake: Lake, reader: DayReader) -> None:
    """In order, each at its own revision."""
    publish(lake, ["1"], NEXT)
    publish(lake, ["1"])
    publish(lake, ["1", "2"])
    found = reader.read_range(DAY, NEXT).select(["day", "campaign_id", "revision"]).to_pylist()
    assert [tuple(row.values()) for row in found] == [(DAY, "1", 2), (DAY, "2", 2), (NEXT, "1", 1)]


def test_a_relation_is_the_same_in_duckdb(lake: Lake, reader: DayReader) -> None:
    """In the connection that is given, or DuckDB's own."""
    publish(lake, ["1"])
    publish(lake, ["1", "2"], NEXT)
    with duckdb.connect() as connection:
        found = reader.relation(DAY, NEXT, connection=connection)
        assert found.aggregate("day, count(*) AS n").order("day").fetchall() == [(DAY, 1), (NEXT, 2)]
    assert reader.relation(DAY, DAY, "campaign_day_device").count("*").fetchall() == [(2,)]


def test_the_changes_of_all_revisions_are_read(lake: Lake, reader: DayReader) -> None:
    """A day that never changed has none, of the right schema."""
    publish(lake, ["1"])
    publish(lake, ["1"], NEXT)
    assert reader.read_range(DAY, NEXT, "campaign_day_change").num_rows == 0
    publish(lake, ["1", "2"])
    found = reader.read_range(DAY, NEXT, "campaign_day_change")
    assert set(found["campaign_id"].to_pylist()) == {"2"}
    assert found.schema.field("delta").type == pa.decimal128(38, 9)


def test_the_accounts_campaigns_are_read(lake: Lake, reader: DayReader) -> None:
    """With the first and the last day that lists them."""
    with pytest.raises(IncompleteDay, match="no day was published"):
        reader.campaigns()
    publish(lake, ["1"])
    publish(lake, ["1", "2"], NEXT)
    found = reader.campaigns().select(["campaign_id", "first_day", "last_day"]).to_pylist()
    assert [tuple(row.values()) for row in found] == [("1", DAY, NEXT), ("2", NEXT, NEXT)]


def test_a_reader_sees_the_committed_revision(lake: Lake, reader: DayReader) -> None:
    """Files of the next one that no manifest names yet do not exist for it."""
    publish(lake, ["1"])
    lake.store.write_revision(DAY, 2, dict.fromkeys(TABLES, (b"half of a revision", 0)))
    assert reader.read(DAY)["revision"].to_pylist() == [1]
    publish(lake, ["1", "2"])
    assert reader.read(DAY)["revision"].to_pylist() == [2, 2]
    assert reader.manifest(DAY).revision == 2


def test_days_that_are_not_complete_are_named(lake: Lake, reader: DayReader) -> None:
    """The unpublished, and the partial unless they are asked for; never an empty table."""
    publish(lake, ["1"])
    publish(lake, ["1"], NEXT, missing="2")
    with pytest.raises(IncompleteDay, match=r"2 days are not complete in .*: 2026-11-21, 2026-11-23 \(partial\)\."):
        reader.read_range(DAY - timedelta(days=1), NEXT)
    assert reader.read_range(DAY, NEXT, allow_partial=True)["detail_status"].to_pylist() == [
        "fetched", "fetched", "missing",
    ]  # fmt: skip
    with pytest.raises(IncompleteDay, match="1 day is not complete"):
        reader.read(DAY - timedelta(days=1))


def test_another_partners_day_is_not_this_ones(lake: Lake, tmp_path: Path) -> None:
    """They may share a storage."""
    publish(lake, ["1"])
    with pytest.raises(IncompleteDay):
        DayReader(tmp_path.as_uri(), "brand2").read(DAY)


def test_a_range_that_cannot_be_is_refused(reader: DayReader) -> None:
    """Swapped ends."""
    with pytest.raises(InvalidRequest, match="2026-11-22 is before the first day 2026-11-23: swap them"):
        reader.read_range(NEXT, DAY)


@pytest.mark.parametrize("how", ["changed", "gone"])
def test_a_file_that_is_not_the_published_one_is_an_error(lake: Lake, reader: DayReader, how: str) -> None:
    """Also where it is a good file of the same table; never an empty table."""
    publish(lake, ["1"])
    key = lake.manifest().files["campaign_day"].key
    if how == "gone":
        (lake.root / key).unlink()
    else:
        lake.store.write(key, to_parquet(TABLES["campaign_day"].schema.empty_table()))
    with pytest.raises(ContractViolation, match=rf"{key} is gone or changed, .*: rebuild the day"):
        reader.read(DAY)


def test_an_unknown_table_is_refused(lake: Lake, reader: DayReader) -> None:
    """The message lists those that there are; the account's own is read in another way."""
    publish(lake, ["1"])
    with pytest.raises(InvalidRequest, match="no table 'campaigns'; there are campaign_day, campaign_day_device"):
        reader.read(DAY, "campaigns")
    with pytest.raises(InvalidRequest, match=r"read it by campaigns\(\)"):
        reader.read(DAY, "campaign")


def test_days_of_an_older_schema_are_read_with_the_newer_ones(lake: Lake, reader: DayReader) -> None:
    """Columns that came later are null there."""
    publish(lake, ["1"])
    publish(lake, ["1"], NEXT)
    manifest = lake.manifest()
    older = reader.read(DAY).drop_columns(["finality"])
    files = lake.store.write_revision(DAY, 1, {"campaign_day": (to_parquet(older), 1)})
    lake.store.write_manifest(manifest.model_copy(update={"files": manifest.files | files}))
    found = reader.read_range(DAY, NEXT)
    assert found["finality"].to_pylist()[0] is None
    assert found["schema_version"].to_pylist() == [SCHEMA_VERSION] * 2


def test_a_damaged_manifest_is_an_error_that_names_it(lake: Lake, reader: DayReader) -> None:
    """Readers must not take the day for unpublished."""
    publish(lake, ["1"])
    lake.store.write(lake.store.at.manifest(DAY), b"{")
    with pytest.raises(ContractViolation, match=r"manifests/partner_id=brand/day=2026-11-22\.json"):
        reader.read(DAY)
