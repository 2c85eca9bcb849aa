"""A lake of version 0.1.0 is continued: looked at, rebuilt, purged and reported as if the present one wrote it."""

import gzip
import json
import re
from collections import Counter
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from airflow.sdk.exceptions import AirflowSkipException

from insider_web_push.coverage.keeping import read_index
from insider_web_push.errors import IncompleteDay
from insider_web_push.lake.manifest import Manifest
from insider_web_push.operators import CampaignMetricsOperator, WeeklyReportOperator
from insider_web_push.probing.report import AccountReport
from tests.compatibility.old_lake import (
    COMPLETE,
    DAILY,
    PARTIAL,
    PUBLISHED,
    PURGE,
    UNPUBLISHED,
    OldLake,
    Run,
    nov,
)
from tests.supervisor import Instance

SENT = [
    (DAILY, "scheduled__2026-11-10T02:00:00+00:00", "publish", 9),
    (PURGE, "manual__2026-11-15T08:00:00+00:00", "purge", 14),
]
"""The tasks that had sent their events, but still owed them by their manifests, when the lake was copied."""


@pytest.fixture
def run(run: Run) -> Run:
    """A run, in an Airflow that has those events."""
    for sent in SENT:
        run.had_sent(*sent)
    return run


def of_days(lake: OldLake) -> dict[str, bytes]:
    """
    Read the files of all days: revisions, and copies for SQL.

    Not the account's table, which any publish renews; nor details, which older versions wrote into the manifest.
    """
    found = {name: data for name, data in lake.files("revisions", "tables").items() if name.endswith(".parquet")}
    return {name: data for name, data in found.items() if not name.startswith("tables/campaign/")}


def whole(manifest: Manifest) -> Manifest:
    """Give all that a manifest says, as if it were one object."""
    return manifest.model_copy(update={"format": 2, "details": None})


def is_details(name: str, day: int) -> bool:
    """Whether a file is a day's details."""
    return f"day={nov(day)}" in name and name.endswith(".json.gz")


def test_the_refresh_finds_the_days_that_are_due(run: Run) -> None:
    """By the ages that are noted in the old manifests; a purged day and one of totals are left alone."""
    assert {work["day"]: work["why"] for work in run.choose()} == {
        **{nov(day).isoformat(): "age" for day in COMPLETE},
        nov(PARTIAL).isoformat(): "incomplete",
        nov(UNPUBLISHED).isoformat(): "incomplete",
    }


def test_a_look_at_unmoved_days_costs_no_call_and_makes_no_revision(lake: OldLake, run: Run) -> None:
    """The old answers and their baselines are held against newer lists that say the same; the age is noted."""
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
    with pytest.raises(IncompleteDay) as raised:
        run.verify(swept)
    assert re.fullmatch(
        r"2026-11-15: check unreadable failed for 1 of 6 campaigns \(40008\)[^.;]*", raised.value.said
    ), raised.value.said


@pytest.mark.parametrize(
    ("state", "announced"),
    [("failed", {"2026-11-09"}), ("success", {"2026-11-09"}), ("sent", set()), ("running", set())],
)
def test_an_event_that_an_old_run_owes_is_sent_once(lake: OldLake, run: Run, state: str, announced: set[str]) -> None:
    """By the run that rebuilds the day, where the old one ended without it, or was marked success by hand."""
    if state != "sent":
        run.airflow.states[Instance(DAILY, "scheduled__2026-11-10T02:00:00+00:00", "publish")] = state
        run.airflow.asset_events.clear()
    run.rebuild(9)
    assert run.announced == announced
    assert lake.manifest(9).revision == 1


@pytest.mark.parametrize("day", PUBLISHED)
def test_a_day_that_is_rebuilt_is_the_same(lake: OldLake, run: Run, day: int) -> None:
    """
    From the raw answers: no revision, not a byte in its files, and nothing new in its manifest but a sent event.

    And the reason of a partial day, which older versions did not store.
    """
    before, raw, campaigns = of_days(lake), lake.files("raw", "tombstones"), lake.reader.campaigns()
    manifest = lake.manifest(day)
    assert run.rebuild(day) == ("partial" if day == PARTIAL else "unmoved")
    assert (of_days(lake), lake.files("raw", "tombstones")) == (before, raw)
    assert lake.reader.campaigns() == campaigns
    reason = lake.manifest(day).reason
    assert bool(reason) is (day == PARTIAL)
    assert whole(lake.manifest(day)) == manifest.model_copy(update={"event": None, "reason": reason})


@pytest.mark.parametrize("day", PUBLISHED)
def test_a_manifest_that_is_one_object_becomes_head_and_details(lake: OldLake, day: int) -> None:
    """By the first commit, which loses nothing of it; the next one leaves the details where they are."""
    before, path = lake.manifest(day), lake.root / lake.store.at.manifest(nov(day))
    document = json.loads(path.read_bytes())
    committed = lake.store.swap_manifest(before, made_from=lake.store.manifest_version(nov(day)))
    head = json.loads(path.read_bytes())
    assert (lake.manifest(day), whole(committed)) == (committed, before)
    assert {"campaigns", "checks", "moved", "sentinel", "unknown_fields"}.isdisjoint(head)
    assert {name: document[name] for name in head.keys() & document.keys() - {"format"}}.items() <= head.items()
    again = lake.store.swap_manifest(committed, made_from=lake.store.manifest_version(nov(day)))
    assert len(list(lake.root.glob(f"revisions/*/day={nov(day)}/*/details-*"))) == 1
    assert again == committed


@pytest.mark.parametrize("day", PUBLISHED)
def test_files_that_are_lost_are_restored_byte_for_byte(lake: OldLake, run: Run, day: int) -> None:
    """Those of the revision, and the copies for SQL. With another pyarrow the same rows are other bytes."""
    any_file = lake.root / lake.manifest(day).files["campaign_day"].key
    if pq.read_metadata(any_file).created_by != written_by():
        pytest.skip(f"the lake's files were written by {pq.read_metadata(any_file).created_by}")
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
    (details,) = (gzip.decompress(lake.files()[name]) for name in lake.files("revisions") if is_details(name, 10))
    assert b"40034" not in details
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
    run.try_number = 2
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
