"""A day's tables as Arrow say what their rows say, whole and a batch at a time."""

from datetime import timedelta

import pytest

from insider_web_push.tables import day_tables as module
from insider_web_push.tables.campaign_day import TableRows, no_rows
from insider_web_push.tables.changes import content_hash
from insider_web_push.tables.day_tables import (
    campaigns_in,
    day_tables,
    each_row,
    from_file,
    in_batches,
    joined,
    only,
    rows_in,
    stamped,
)
from insider_web_push.tables.files import to_arrow
from insider_web_push.tables.schemas import OLDEST_SCHEMA, PROVENANCE, SCHEMA_VERSION, SINCE, TABLES
from tests.builders import FETCHED_AT, campaign_day, detail, rows_of

CAMPAIGNS = ("1", "10", "2")


def rows(*campaigns: str) -> TableRows:
    """Give the rows of campaigns that have the same answer."""
    return rows_of(campaign_day(detail(), campaign_id=campaign) for campaign in campaigns)


def plain(found: TableRows) -> TableRows:
    """Leave out where rows come from."""
    return {
        name: [{column: value for column, value in row.items() if column not in PROVENANCE} for row in of_table]
        for name, of_table in found.items()
    }


@pytest.mark.parametrize("batch", [1, 2, 1_000])
def test_rows_come_out_as_they_went_in(monkeypatch: pytest.MonkeyPatch, batch: int) -> None:
    """In their order, whatever a batch is: so is their hash, which stored manifests have."""
    monkeypatch.setattr(module, "BATCH", batch)
    tables = joined([day_tables(rows(*some)) for some in in_batches(CAMPAIGNS)])
    assert rows_in(tables, CAMPAIGNS) == plain(rows(*CAMPAIGNS))
    assert content_hash({name: each_row(table) for name, table in tables.items()}) == content_hash(rows(*CAMPAIGNS))
    assert campaigns_in(tables) == list(CAMPAIGNS)


def test_some_campaigns_are_chosen_by_their_whole_id() -> None:
    """10 is not 1; one that is not there has no rows."""
    tables = day_tables(rows(*CAMPAIGNS))
    assert rows_in(tables, ["10", "7"]) == plain(rows("10"))
    assert only(tables, [])["campaign_day_goal"].num_rows == 0
    assert campaigns_in(day_tables(no_rows())) == []


def test_a_part_may_lack_tables() -> None:
    tables = day_tables(rows("1"))
    below = {name: table for name, table in day_tables(rows("2")).items() if name != "campaign_day"}
    together = joined([below, tables])
    assert campaigns_in(together) == ["1"]
    assert together["campaign_day_goal"]["campaign_id"].unique().to_pylist() == ["2", "1"]


def test_columns_can_be_chosen() -> None:
    """Also those that say where a row comes from."""
    (row,) = each_row(day_tables(rows("1"))["campaign_day"], "campaign_id", "fetched_at")
    assert row == {"campaign_id": "1", "fetched_at": FETCHED_AT}


@pytest.mark.parametrize("version", [OLDEST_SCHEMA, SCHEMA_VERSION])
def test_a_file_has_null_for_what_came_later(version: int) -> None:
    """It is read as a table of today."""
    stamp = {"revision": 7, "schema_version": version}
    file = to_arrow(TABLES["campaign_day"], [row | stamp for row in rows("1")["campaign_day"]], version=version)
    table = from_file("campaign_day", file)
    (expected,) = plain(rows("1"))["campaign_day"]
    lacks = {column for column, since in SINCE.items() if since > version}
    assert table.schema == day_tables(no_rows())["campaign_day"].schema
    assert list(each_row(table)) == [expected | dict.fromkeys(lacks)]


def test_instants_are_replaced_by_campaign() -> None:
    """One that is not among them keeps its own; one that has no rows is not looked for."""
    later = FETCHED_AT + timedelta(days=2)
    tables = stamped(day_tables(rows("1", "2")), {"2": later, "3": later})
    for table in tables.values():
        assert dict(zip(*table.select(["campaign_id", "fetched_at"]).to_pydict().values(), strict=True)) == {
            "1": FETCHED_AT,
            "2": later,
        }
