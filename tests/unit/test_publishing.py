"""From a day's sweep and snapshots to its next revision."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

import pytest

from insider_web_push.manifest import DetailStatus, Manifest
from insider_web_push.publishing import DayContent, content_of, described, files_of, next_manifest
from insider_web_push.snapshots import Outcome, Snapshot
from insider_web_push.sweep import Swept
from insider_web_push.tables import TABLES
from tests.builders import DAY, FETCHED_AT, SWEPT_AT, day_input, snapshot, swept, totals

NOT_FOUND = "the API answered 424: SERVICE:-Campaign not found"


def published(content: DayContent, before: Manifest | None = None) -> Manifest:
    """Give the manifest of the next revision."""
    revision = before.revision + 1 if before else 1
    files = files_of(content, revision=revision)
    about = {"timezone": "Europe/Istanbul", "published_at": SWEPT_AT, "run_id": "manual__1", "sweep": "raw/sweep"}
    return next_manifest(
        content,
        described({name: f"rev={revision}/{name}" for name in files}, files, content),
        partner_id="brand",
        day=DAY,
        about=about,
        before=before,
    )


def content(listed: list[Swept], stored: dict[str, Snapshot] | None = None, **changes: Any) -> DayContent:
    """Give a day's content."""
    return content_of(day_input(listed, stored or {}, **changes))


def row_of(found: DayContent, campaign_id: str) -> dict[str, Any]:
    """Give a campaign's row of campaign_day."""
    (row,) = [row for row in found.tables["campaign_day"] if row["campaign_id"] == campaign_id]
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
    skipped = snapshot("1", outcome=Outcome.SKIPPED, reason=NOT_FOUND, body=b"", status=424, baseline=totals())
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
    """Another snapshot, a later sweep, other totals before it: nothing for readers."""
    first = content([swept("1")], {"raw/1": snapshot("1")})
    again = snapshot("1", fetched_at=FETCHED_AT + timedelta(days=2), baseline=totals(clicks=9))
    second = content([swept("1", clicks=9)], {"raw/2": again}, swept_at=SWEPT_AT + timedelta(days=2))
    assert second.content == first.content
    assert second.campaigns != first.campaigns


def test_moved_content_is_the_next_revision_and_owes_an_event() -> None:
    """The first one is 1."""
    first = published(content([swept("1", clicks=0)]))
    second = published(content([swept("1")], {"raw/1": snapshot("1")}, before=first), first)
    assert (first.revision, second.revision) == (1, 2)
    assert first.content != second.content
    assert (first.event_owed, second.event_owed) == (True, True)


def test_files_are_described_as_they_are() -> None:
    """Hash, size and rows: a reader holds the file against them."""
    found = content([swept("1")], {"raw/1": snapshot("1")})
    files = files_of(found, revision=1)
    day = published(found)
    assert set(day.files) == set(files) == set(TABLES)
    for name, data in files.items():
        file = day.files[name]
        assert (file.sha256, file.bytes) == (hashlib.sha256(data).hexdigest(), len(data))
        assert file.rows == len(found.tables[name])


def test_failed_checks_are_counted_over_the_day() -> None:
    """Each figure of each campaign."""
    body = snapshot("1").body.replace(b'"2,807"', b'"many"').replace(b'"38,160"', b'"3.816"')
    found = content([swept("1"), swept("2")], {"raw/1": snapshot("1", body=body), "raw/2": snapshot("2")})
    assert found.failed_checks == published(found).failed_checks == 2


def test_a_day_without_campaigns_is_a_day() -> None:
    """Of empty tables."""
    found = content([])
    assert {len(rows) for rows in found.tables.values()} == {0}
    assert published(found).campaigns == {}


def test_files_do_not_depend_on_the_order_of_the_list() -> None:
    """Pages come in the server's order."""
    stored = {f"raw/{n}": snapshot(str(n)) for n in range(3)}
    listed = [swept(str(n)) for n in range(3)]
    assert files_of(content(listed, stored), revision=1) == files_of(content(listed[::-1], stored), revision=1)


def test_the_figures_are_of_the_instant_they_were_given() -> None:
    """Each row carries its own."""
    late: datetime = FETCHED_AT + timedelta(hours=1)
    stored = {"raw/1": snapshot("1"), "raw/2": snapshot("2", fetched_at=late)}
    found = content([swept("1"), swept("2")], stored)
    assert [row["fetched_at"] for row in found.tables["campaign_day"]] == [FETCHED_AT, late]
