"""From a day's sweep and snapshots to its next revision."""

from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pyarrow.parquet as pq
import pytest

from insider_web_push.answers.day_list import ListedCampaign
from insider_web_push.lake.manifest import Manifest
from insider_web_push.lake.raw import Snapshot
from insider_web_push.publishing.revision import DayContent, content_of, files_of, is_unmoved
from insider_web_push.vocabulary import CallOutcome, DayStatus, DetailStatus
from tests.builders import DAY, FETCHED_AT, SWEPT_AT, gathered_day, snapshot, swept, totals

NOT_FOUND = "the API answered 424: SERVICE:-Campaign not found"


def published(content: DayContent, before: Manifest | None = None) -> Manifest:
    """Give the manifest of the next revision, as far as the next content looks at it."""
    return Manifest(
        partner_id="brand",
        day=DAY,
        timezone="UTC",
        status=content.status,
        revision=before.revision + 1 if before else 1,
        published_at=SWEPT_AT,
        run_id="manual__1",
        sweep="raw/sweep",
        content=content.hash,
        files={},
        campaigns=content.campaigns,
    )


def content(listed: list[ListedCampaign], stored: dict[str, Snapshot] | None = None, **changes: Any) -> DayContent:
    """Give a day's content."""
    day = gathered_day(listed, stored or {}, **changes)
    return content_of(day, lambda _: stored or {}, status=DayStatus.COMPLETE, accepted={})


def row_of(found: DayContent, campaign_id: str) -> dict[str, Any]:
    """Give a campaign's row of campaign_day."""
    (row,) = [row for row in found.tables["campaign_day"].to_pylist() if row["campaign_id"] == campaign_id]
    return row


def test_a_fetched_campaign_is_published_from_its_snapshot() -> None:
    """The manifest says which one, of when, and after which totals."""
    found = content([swept("1")], {"raw/1": snapshot("1")})
    campaign = found.campaigns["1"]
    assert (campaign.status, campaign.snapshot, campaign.fetched_at) == (DetailStatus.FETCHED, "raw/1", FETCHED_AT)
    assert campaign.baseline == totals(clicks=1)
    assert campaign.name == row_of(found, "1")["name"] == "Big autumn sale"
    assert row_of(found, "1")["sent"] == 411_840


def test_a_quiet_campaign_is_published_without_a_call() -> None:
    """As zeros, as of the sweep."""
    found = content([swept("1", clicks=0)])
    campaign = found.campaigns["1"]
    assert (campaign.status, campaign.snapshot, campaign.fetched_at) == (DetailStatus.QUIET, None, SWEPT_AT)
    assert (row_of(found, "1")["sent"], row_of(found, "1")["detail_status"]) == (0, "quiet")


def test_a_skipped_campaign_is_published_with_its_reason() -> None:
    """Its body is not read: there is none."""
    skipped = snapshot("1", outcome=CallOutcome.SKIPPED, reason=NOT_FOUND, body=b"", status=424, baseline=totals())
    found = content([swept("1", clicks=0)], {"raw/1": skipped})
    assert (found.campaigns["1"].status, found.campaigns["1"].reason) == (DetailStatus.SKIPPED, NOT_FOUND)
    assert (row_of(found, "1")["clicks"], row_of(found, "1")["detail_status"]) == (0, "skipped")


@pytest.mark.parametrize("stored", [{"raw/1": snapshot("1")}, {}], ids=["fetched", "quiet"])
def test_a_campaign_that_vanished_from_the_list_is_kept(stored: dict[str, Snapshot]) -> None:
    """With its last figures, and listed = false in row and manifest."""
    listed = [swept("1", clicks=len(stored)), swept("2", clicks=0)]
    before = published(content(listed, stored))
    after = content([swept("2", clicks=0)], stored, before=before)
    assert (after.campaigns["1"].listed, row_of(after, "1")["listed"]) == (False, False)
    assert after.campaigns["1"].name == before.campaigns["1"].name
    assert row_of(after, "1")["sent"] == row_of(content(listed, stored), "1")["sent"]
    assert after.campaigns["2"].listed


def test_a_campaign_that_vanished_stays_through_further_revisions() -> None:
    """Not only through the next one."""
    day = published(content([swept("1", clicks=0)]))
    for revision in (2, 3):
        day = published(content([], before=day), day)
        assert (day.revision, list(day.campaigns)) == (revision, ["1"])


def test_a_campaign_that_comes_back_is_listed_again() -> None:
    """It is the same campaign."""
    first = published(content([swept("1", clicks=0)]))
    gone = published(content([], before=first), first)
    assert content([swept("1", clicks=0)], before=gone).campaigns["1"].listed


def test_unmoved_content_is_equal_though_it_was_fetched_again() -> None:
    """Another snapshot, a later sweep: nothing for readers."""
    first = content([swept("1")], {"raw/1": snapshot("1", baseline=None)})
    again = snapshot("1", fetched_at=FETCHED_AT + timedelta(days=2), baseline=None)
    second = content([swept("1", clicks=9)], {"raw/2": again}, swept_at=SWEPT_AT + timedelta(days=2))
    assert second.hash == first.hash
    assert is_unmoved(second, published(first))
    assert second.campaigns != first.campaigns


def test_moved_content_is_not_what_is_published() -> None:
    """Nor is the first one, nor a partial day that became complete."""
    first = content([swept("1", clicks=0)])
    second = content([swept("1")], {"raw/1": snapshot("1")}, before=published(first))
    assert not is_unmoved(first, None)
    assert not is_unmoved(second, published(first))
    assert not is_unmoved(first, published(replace(first, status=DayStatus.PARTIAL)))


def test_where_all_rows_stand_nothing_is_hashed() -> None:
    """They are those of the files, which the manifest's hash is of; one campaign more or less is other content."""
    stored = {f"raw/{key}": snapshot(key) for key in ("1", "2")}
    first = content([swept("1"), swept("2")], stored)
    day = gathered_day([swept("1"), swept("2")], stored)
    again = content_of(day, lambda _: {}, status=DayStatus.COMPLETE, accepted={}, unmoved=first.tables)
    before = published(first).model_copy(update={"content": "not looked at"})
    assert again.stand == {"1", "2"}
    assert is_unmoved(again, before)
    assert not is_unmoved(
        again, before.model_copy(update={"campaigns": before.campaigns | {"3": before.campaigns["1"]}})
    )
    assert not is_unmoved(again, before.model_copy(update={"status": DayStatus.PARTIAL}))


def test_files_hold_their_rows() -> None:
    """Number of rows beside the bytes, which are Parquet of that many."""
    found = content([swept("1")], {"raw/1": snapshot("1")})
    for name, (data, rows) in files_of(found.tables, revision=7).items():
        table = pq.read_table(BytesIO(data))
        assert (table.num_rows, set(table["revision"].to_pylist())) == (rows, {7})
        assert rows == len(found.tables[name]) > 0


def test_failed_checks_are_named_with_their_campaigns() -> None:
    """Each check once, with every campaign that failed it."""
    body = snapshot("1").body.replace(b'"2,807"', b'"many"').replace(b'"38,160"', b'"3.816"')
    found = content([swept("1"), swept("2")], {"raw/1": snapshot("1", body=body), "raw/2": snapshot("2")})
    assert found.checks["unreadable"] == ["1"]


def test_totals_are_added_up_over_the_day() -> None:
    """Unreadable figures add nothing."""
    body = snapshot("1").body.replace(b'"2,807"', b'"many"')
    one = content([swept("1")], {"raw/1": snapshot("1")}).totals
    both = content([swept("1"), swept("2")], {"raw/1": snapshot("1"), "raw/2": snapshot("2", body=body)}).totals
    assert both["sent"] == 2 * one["sent"]
    assert both["clicks"] == one["clicks"]


def test_a_day_without_campaigns_is_a_day() -> None:
    """Of empty tables."""
    found = content([])
    assert {len(rows) for rows in found.tables.values()} == {0}
    assert published(found).campaigns == {}


def test_files_do_not_depend_on_the_order_of_the_list() -> None:
    """Pages come in the server's order."""
    stored = {f"raw/{n}": snapshot(str(n)) for n in range(3)}
    listed = [swept(str(n)) for n in range(3)]
    assert files_of(content(listed, stored).tables, revision=1) == files_of(
        content(listed[::-1], stored).tables, revision=1
    )


def test_the_figures_are_of_the_instant_they_were_given() -> None:
    """Each row carries its own."""
    late: datetime = FETCHED_AT + timedelta(hours=1)
    stored = {"raw/1": snapshot("1"), "raw/2": snapshot("2", fetched_at=late)}
    found = content([swept("1"), swept("2")], stored)
    assert [row["fetched_at"] for row in found.tables["campaign_day"].to_pylist()] == [FETCHED_AT, late]
