"""The days of a lake of version 0.1.0 are read, looked at, rebuilt and purged as if the present one wrote them."""

import json
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from airflow.sdk.exceptions import AirflowSkipException

from insider_web_push.coverage.keeping import read_index
from insider_web_push.errors import IncompleteDay
from insider_web_push.lake.keys import read_raw_key
from insider_web_push.operators import CampaignMetricsOperator, WeeklyReportOperator
from insider_web_push.probing.report import AccountReport
from insider_web_push.vocabulary import CallOutcome
from tests.compatibility.old_lake import DAILY, PURGE, OldLake, Run, nov
from tests.supervisor import Instance

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
SUCCEEDED = {
    Instance(DAILY, "scheduled__2026-11-10T02:00:00+00:00", "publish"): "success",
    Instance(PURGE, "manual__2026-11-15T08:00:00+00:00", "purge"): "success",
}
"""The runs that still owed the events of the 9th and the 14th when the lake was copied."""


def of_days(lake: OldLake) -> dict[str, bytes]:
    """Read the files of all days: revisions, and copies for SQL. Not the account's table, which any publish renews."""
    found = lake.files("revisions", "tables")
    return {name: data for name, data in found.items() if not name.startswith("tables/campaign/")}


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


def test_the_refresh_finds_the_days_that_are_due(run: Run) -> None:
    """By the ages that are noted in the old manifests; a purged day and one of totals are left alone."""
    assert {work["day"]: work["why"] for work in run.choose()} == {
        **{nov(day).isoformat(): "age" for day in COMPLETE},
        nov(PARTIAL).isoformat(): "incomplete",
        nov(UNPUBLISHED).isoformat(): "incomplete",
    }


def test_a_look_at_unmoved_days_costs_no_call_and_makes_no_revision(lake: OldLake, run: Run) -> None:
    """The old answers and their baselines are held against newer lists that say the same; the age is noted."""
    run.airflow.states |= SUCCEEDED
    before = of_days(lake)
    now = datetime.now(UTC)
    swept = [
        work | {"sweep": lake.list_again(int(work["day"][-2:]), now), "campaigns": 6, "calls": 1, "problem": ""}
        for work in run.choose()
        if work["why"] == "age"
    ]
    assert run.plan(swept) == []
    assert run.publish(swept) == {nov(day).isoformat(): "unmoved" for day in COMPLETE}
    assert run.announced == set()
    assert {day: lake.manifest(day).looked_at for day in COMPLETE} == {day: 19 - day for day in COMPLETE}
    assert {day: lake.manifest(day).revision for day in COMPLETE} == {day: COMPLETE[day][0] for day in COMPLETE}
    assert of_days(lake) == before
    with pytest.raises(
        IncompleteDay, match=r"^2026-11-15: check unreadable failed for 1 of 6 campaigns \(40008\)[^.]*$"
    ):
        run.verify(swept)


@pytest.mark.parametrize(("state", "announced"), [("failed", {"2026-11-09"}), ("success", set()), ("running", set())])
def test_an_event_that_an_old_run_owes_is_sent_once(lake: OldLake, run: Run, state: str, announced: set[str]) -> None:
    """By the run that rebuilds the day, where the old one ended without it."""
    run.airflow.states[Instance(DAILY, "scheduled__2026-11-10T02:00:00+00:00", "publish")] = state
    run.rebuild(9)
    assert run.announced == announced
    assert lake.manifest(9).revision == 1


@pytest.mark.parametrize("day", PUBLISHED)
def test_a_day_that_is_rebuilt_is_the_same(lake: OldLake, run: Run, day: int) -> None:
    """From the raw answers: no revision, not a byte in its files, and nothing new in its manifest but a sent event."""
    run.airflow.states |= SUCCEEDED
    before, raw, campaigns = of_days(lake), lake.files("raw", "tombstones"), lake.reader.campaigns()
    manifest = lake.manifest(day)
    assert run.rebuild(day) == ("partial" if day == PARTIAL else "unmoved")
    assert (of_days(lake), lake.files("raw", "tombstones")) == (before, raw)
    assert lake.reader.campaigns() == campaigns
    assert lake.manifest(day) == manifest.model_copy(update={"event": None})


@pytest.mark.parametrize("day", PUBLISHED)
def test_files_that_are_lost_are_restored_byte_for_byte(lake: OldLake, run: Run, day: int) -> None:
    """Those of the revision, and the copies for SQL. With another pyarrow the same rows are other bytes."""
    any_file = lake.root / lake.manifest(day).files["campaign_day"].key
    if pq.read_metadata(any_file).created_by != written_by():
        pytest.skip(f"the lake's files were written by {pq.read_metadata(any_file).created_by}")
    run.airflow.states |= SUCCEEDED
    before = of_days(lake)
    for file in lake.manifest(day).files.values():
        (lake.root / file.key).unlink()
    for copy in lake.root.glob(f"tables/*/partner_id=acme/day={nov(day)}/*.parquet"):
        copy.unlink()
    run.rebuild(day)
    assert of_days(lake) == before


def written_by() -> str:
    """Name the present writer of Parquet, as its files do."""
    out = BytesIO()
    pq.write_table(pa.table({"x": [1]}), out)
    return str(pq.read_metadata(out).created_by)


def test_a_campaign_is_purged_from_an_old_day(lake: OldLake, run: Run) -> None:
    """The day goes on without it, as the next revision; of it nothing is left but the tombstone."""
    run.purge(10, "40034")
    assert (lake.manifest(10).revision, run.announced) == (3, {"2026-11-10"})
    assert "40034" not in lake.reader.read(nov(10))["campaign_id"].to_pylist()
    moves = lake.reader.read(nov(10), "campaign_day_change")
    assert "40034" not in moves["campaign_id"].to_pylist()
    assert moves.num_rows > 0
    assert not [name for name in lake.files("raw") if "day=2026-11-10" in name and "40034" in name]
    assert not list((lake.root / "reports").rglob("*.html"))


def test_an_old_day_is_purged(lake: OldLake, run: Run) -> None:
    """As a whole."""
    run.purge(9)
    assert [name for name in lake.files() if "day=2026-11-09" in name] == [
        "tombstones/partner_id=acme/day=2026-11-09.json"
    ]
    with pytest.raises(IncompleteDay, match="2026-11-09 was purged"):
        lake.reader.read(nov(9))


def test_what_was_purged_stays_away(lake: OldLake, run: Run) -> None:
    """Neither the day nor the campaign is asked for again, and a campaign more is added to the tombstone."""
    (work,) = run.discover([{"day": "2026-11-07", "why": "asked", "rebuild": False}])
    assert (work["sweep"], work["problem"]) == (None, "")
    with pytest.raises(AirflowSkipException, match="campaign 40008 was purged from 2026-11-14"):
        run.task(CampaignMetricsOperator, "fetch", campaign_id="40008", day="2026-11-14")
    run.purge(14, "40034")
    tombstone = lake.store.read_tombstone(nov(14))
    assert tombstone is not None
    assert tombstone.campaigns == {"40008", "40034"}


def test_the_coverage_index_is_read_and_kept(lake: OldLake, run: Run) -> None:
    """What it says of days that nobody touches is what it said; only it knows why a day is not published."""
    before = read_index(lake.store)
    assert before is not None
    assert Counter(entry.status for entry in before.days.values()) == {
        "complete": 7, "totals": 1, "partial": 1, "incomplete": 1, "purged": 1
    }  # fmt: skip
    assert before.days[nov(UNPUBLISHED)].why.startswith("1 campaign (40008 ")
    run.purge(9, "40034")
    after = read_index(lake.store)
    assert after is not None
    assert after.days.pop(nov(9)).revision == 2
    assert before.days.pop(nov(9)).revision == 1
    assert after == before


def test_a_week_that_was_reported_is_not_reported_again(lake: OldLake, run: Run) -> None:
    """Its report.json says of which revisions it was made."""
    report = lake.files("reports")
    run.form, run.partition_key = {"week": None}, "2026-11-09"
    with pytest.raises(AirflowSkipException, match=r"2026-W46 was reported on 2026-11-16T02:05:08\+00:00, and no day"):
        run.task(WeeklyReportOperator, "weekly_report")
    assert lake.files("reports") == report


def test_the_last_check_of_the_account_is_read(stored: OldLake) -> None:
    """By whoever looks for what an account's API did."""
    report = AccountReport.model_validate_json(stored.store.read(stored.store.at.account_check))
    assert (report.version, report.calls, len(report.findings), report.differing) == ("0.1.0", 15, 16, [])


def test_undocumented_fields_that_were_reported_are_not_news(lake: OldLake, run: Run) -> None:
    """Each is said once in an account's life."""
    seen = lake.store.read_unknown_fields()
    assert set(seen.values()) == {"2026-11-13"}
    assert len(seen) == 4
    run.rebuild(13)
    assert lake.store.read_unknown_fields() == seen


def test_an_incomplete_day_becomes_partial_at_its_deadline(lake: OldLake, run: Run, clock: Any) -> None:
    """With what was stored before the upgrade; what an old list shows as missing is planned until then."""
    work = {"day": "2026-11-17", "why": "incomplete", "mode": "changed", "depth": "full", "only": [], "closing": True}
    of_list = {"sweep": lake.store.newest_list(nov(UNPUBLISHED)), "campaigns": 6, "calls": 1, "problem": ""}
    swept = [work | {"rebuild": False} | of_list]
    assert [planned["campaign_id"] for planned in run.plan(swept)] == ["40008"]
    clock.move_to(datetime(2026, 11, 18, 20, 59, tzinfo=UTC))
    assert run.publish(swept) == {"2026-11-17": "kept"}
    clock.move_to(datetime(2026, 11, 18, 21, 0, tzinfo=UTC))
    assert run.publish(swept) == {"2026-11-17": "partial"}
