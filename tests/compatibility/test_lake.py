"""The days of a lake of version 0.1.0 are read as the present one reads its own."""

import json
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from insider_web_push.errors import IncompleteDay
from insider_web_push.lake.keys import read_raw_key
from insider_web_push.vocabulary import CallOutcome
from tests.compatibility.old_lake import (
    COMPLETE,
    PARTIAL,
    PUBLISHED,
    PURGED,
    TABLES,
    TOTALS,
    UNPUBLISHED,
    OldLake,
    nov,
)


def figures(rows: pa.Table) -> tuple[int, int, Decimal]:
    """Add up a few columns."""
    sent, clicks, revenue = (pc.sum(rows[name]).as_py() for name in ("sent", "clicks", "revenue"))
    return sent, clicks, revenue


@pytest.mark.parametrize("day", COMPLETE)
def test_a_complete_day_is_read_as_it_was_published(stored: OldLake, day: int) -> None:
    """Every table of it, at its revision."""
    revision, rows, moves, sent, clicks, revenue = COMPLETE[day]
    tables = {name: stored.reader.read(nov(day), name) for name in TABLES}
    assert stored.manifest(day).revision == revision
    assert tuple(table.num_rows for table in tables.values()) == rows
    assert stored.reader.read(nov(day), "campaign_day_change").num_rows == moves
    assert figures(tables["campaign_day"]) == (sent, clicks, Decimal(revenue))
    assert {revision} == {found for table in tables.values() for found in table["revision"].to_pylist()}


@pytest.mark.parametrize(
    ("table", "rows"), [*zip(TABLES, (56, 70, 204, 36, 64), strict=True), ("campaign_day_change", 134)]
)
def test_every_table_of_a_range_is_read(stored: OldLake, table: str, rows: int) -> None:
    """Of seven days, with their day as the first column."""
    found = stored.reader.read_range(nov(9), nov(15), table)
    assert (found.num_rows, found.column_names[0]) == (rows, "day")


def test_what_days_consist_of_is_read_of_manifests_that_are_one_object(stored: OldLake) -> None:
    """Their heads are in there, with files as the whole manifest names them."""
    heads = stored.reader.heads(nov(1), nov(30))
    assert [head.day for head in heads] == [nov(day) for day in PUBLISHED]
    assert [head.details for head in heads] == [None] * len(heads)
    assert [head.files for head in heads] == [stored.manifest(day).files for day in PUBLISHED]


def test_a_range_adds_up(stored: OldLake) -> None:
    """To what the week's report of then says."""
    sent, clicks, revenue = figures(stored.reader.read_range(nov(9), nov(15)))
    assert (sent, clicks, revenue) == (1_671_085, 29_645, Decimal("708722.590802"))
    totals = json.loads(stored.files("reports")["reports/weekly/partner_id=acme/week=2026-W46/report.json"])["totals"]
    assert {"sent": str(sent), "clicks": str(clicks), "revenue TRY": str(revenue)}.items() <= totals.items()


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (PURGED, r"2026-11-07 was purged from .* on 2026-11-18 by manual__2026-11-18T09:00:00\+00:00: it is gone"),
        (TOTALS, r"2026-11-08 \(totals\)"),
        (PARTIAL, r"2026-11-16 \(partial\)"),
        (UNPUBLISHED, "2026-11-17 was never published"),
    ],
)
def test_a_day_that_is_not_complete_is_refused(stored: OldLake, day: int, said: str) -> None:
    """In the words of what it is."""
    with pytest.raises(IncompleteDay, match=said):
        stored.reader.read(nov(day))


@pytest.mark.parametrize(
    ("day", "statuses", "sent"),
    [
        (TOTALS, {"totals": 5, "quiet": 1}, 193_416),
        (PARTIAL, {"fetched": 4, "missing": 1, "quiet": 1}, 298_707),
    ],
)
def test_what_there_is_of_a_day_is_read_by_who_asks_for_it(
    stored: OldLake, day: int, statuses: dict[str, int], sent: int
) -> None:
    """With `allow_partial`; what was not fetched has the list's figures."""
    rows = stored.reader.read(nov(day), allow_partial=True)
    assert Counter(rows["detail_status"].to_pylist()) == statuses
    assert pc.sum(rows["sent"]).as_py() == sent


@pytest.mark.parametrize(
    ("day", "campaign", "expected"),
    [
        pytest.param(11, "40034", {"detail_status": "missing", "listed": True, "clicks": 7}, id="accepted"),
        pytest.param(12, "40016", {"detail_status": "skipped", "listed": True, "sent": 0}, id="skipped"),
        pytest.param(12, "2000002", {"detail_status": "quiet", "listed": True, "sent": 0}, id="quiet"),
        pytest.param(12, "40022", {"detail_status": "fetched", "listed": False}, id="unlisted"),
        pytest.param(10, "40006", {"clicks": 5_327, "finality": "delivery_closed"}, id="moved"),
        pytest.param(15, "40008", {"sent": None, "failed_checks": ["unreadable"]}, id="unreadable"),
    ],
)
def test_each_campaign_is_what_it_was_published_as(
    stored: OldLake, day: int, campaign: str, expected: dict[str, Any]
) -> None:
    """Row by row, with the names that people filter by."""
    (row,) = [row for row in stored.reader.read(nov(day)).to_pylist() if row["campaign_id"] == campaign]
    assert {name: row[name] for name in expected} == expected


def test_who_accepted_a_missing_campaign_is_known(stored: OldLake) -> None:
    """So that it is not asked for again."""
    assert stored.manifest(11).campaigns["40034"].accepted_by == "manual__2026-11-12T06:30:00+00:00"


def test_what_a_revision_moved_is_known(stored: OldLake) -> None:
    """In the table, and in short in the manifest."""
    moves = {
        (row["campaign_id"], row["metric"]): (row["before"], row["after"], row["delta"])
        for row in stored.reader.read(nov(10), "campaign_day_change").to_pylist()
        if row["table_name"] == "campaign_day"
    }
    assert moves["40006", "conversions"] == ("149", "192", Decimal(43))
    assert stored.manifest(10).moved["40006"]["conversions"] == ["149", "192"]


def test_the_accounts_campaigns_are_read(stored: OldLake) -> None:
    """Of every published day: also one that was purged from another day, and one that is on a single day."""
    days = {row["campaign_id"]: (row["first_day"], row["last_day"]) for row in stored.reader.campaigns().to_pylist()}
    assert len(days) == 21
    assert (days["40008"], days["2000106"]) == ((nov(7), nov(16)), (nov(12), nov(12)))


def test_every_raw_answer_is_read(stored: OldLake) -> None:
    """Lists and campaigns, skipped and rejected ones as well."""
    names = [name for name in stored.files("raw") if "/campaign_id=" in name]
    answers = stored.store.read_snapshots(names)
    assert Counter(answer.outcome for answer in answers.values()) == {
        CallOutcome.FETCHED: 54, CallOutcome.SKIPPED: 1, CallOutcome.REJECTED: 1
    }  # fmt: skip
    lists = [stored.store.read_list(name) for name in stored.files("raw") if "/campaign_id=" not in name]
    assert Counter(len(swept.pages) for swept in lists) == {1: 13, 2: 1}


def test_a_rejected_answer_is_never_the_newest_usable_one(stored: OldLake) -> None:
    """It is kept to be looked at."""
    newest = stored.store.newest_snapshots(nov(15))["40006"]
    named = read_raw_key(newest)
    assert named == (datetime(2026, 11, 16, 2, 0, 29, tzinfo=UTC), CallOutcome.FETCHED, "40006")
