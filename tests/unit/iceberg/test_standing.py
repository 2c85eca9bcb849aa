"""Which revision of a day a table has, and what is stale."""

from datetime import date, timedelta
from typing import Any

import pytest

from insider_web_push.iceberg.standing import by_month, campaigns_noted, mark_of, noted, stale, standing_in
from insider_web_push.lake.manifest import ManifestHead, PublishedFile
from insider_web_push.tables.schemas import CAMPAIGNS
from tests.builders import manifest

DAY = date(2026, 11, 22)
NEXT_MONTH = date(2026, 12, 1)


def file(sha256: str) -> PublishedFile:
    """Give a published file."""
    return PublishedFile(key="k", sha256=sha256, bytes=1, rows=1)


def head(day: date = DAY, revision: int = 1, sha256: str = "a" * 64, changes: tuple[str, ...] = ()) -> ManifestHead:
    """Give what a manifest says of a day with one table."""
    files = {"campaign_day": file(sha256)}
    return manifest(day=day, revision=revision, files=files, changes=[file(sha) for sha in changes])


def written(properties: dict[str, str], marks: dict[date, Any], partner_id: str = "brand") -> dict[str, str]:
    """Give the properties after a commit of some days of one month."""
    return properties | noted(standing_in(properties, partner_id), marks, partner_id)


def test_a_day_stands_at_a_revision_of_certain_content() -> None:
    """A day whose manifest was lost begins at revision 1 again."""
    assert mark_of(head(revision=3), "campaign_day") == "3-aaaaaaaaaaaa"
    assert stale([head()], {DAY: "1-aaaaaaaaaaaa"}, "campaign_day") == {}
    assert stale([head(sha256="b" * 64)], {DAY: "1-aaaaaaaaaaaa"}, "campaign_day") == {DAY: "1-bbbbbbbbbbbb"}
    assert stale([head(revision=2)], {DAY: "1-aaaaaaaaaaaa"}, "campaign_day") == {DAY: "2-aaaaaaaaaaaa"}


def test_what_moved_stands_by_all_its_files() -> None:
    """There is one a revision; a purge writes them anew."""
    marks = [mark_of(head(changes=changes), "campaign_day_change") for changes in ((), ("a",), ("a", "b"), ("c", "b"))]
    assert len(set(marks)) == 4


def test_a_table_that_a_day_was_published_without_is_never_stale() -> None:
    assert mark_of(head(), "campaign_day_goal") is None
    assert stale([head()], {}, "campaign_day_goal") == {}


def test_a_property_holds_a_month_of_an_account() -> None:
    """In the order of days, and other months stay as they are."""
    properties = written({}, {DAY: "1-a"})
    properties = written(properties, {NEXT_MONTH: "1-b"})
    properties = written(properties, {DAY - timedelta(days=1): "2-c"})
    assert properties == {
        "insider-web-push.brand.2026-11": '{"2026-11-21": "2-c", "2026-11-22": "1-a"}',
        "insider-web-push.brand.2026-12": '{"2026-12-01": "1-b"}',
    }
    assert standing_in(properties, "brand") == {DAY - timedelta(days=1): "2-c", DAY: "1-a", NEXT_MONTH: "1-b"}


def test_a_day_that_is_removed_stands_nowhere() -> None:
    properties = written(written({}, {DAY: "1-a"}), {DAY: None})
    assert standing_in(properties, "brand") == {}


@pytest.mark.parametrize("partner_id", ["brand.2026-11", "bran", "insider-web-push.brand", "2026-11", "Brand"])
def test_accounts_whose_names_are_alike_are_kept_apart(partner_id: str) -> None:
    properties = written(written({}, {DAY: "1-a"}), {DAY: "5-x"}, partner_id)
    assert standing_in(properties, "brand") == {DAY: "1-a"}
    assert standing_in(properties, partner_id) == {DAY: "5-x"}


@pytest.mark.parametrize("value", ["", "{", "[]", '{"day": "1-a"}', '{"2026-10-22": "1-a"}', "1", "null"])
def test_what_cannot_be_read_is_written_again(value: str) -> None:
    """Somebody has changed it by hand."""
    assert standing_in({"insider-web-push.brand.2026-11": value, "other": "x"}, "brand") == {}


def test_a_commit_is_of_one_month() -> None:
    marks = {DAY: "1-a", NEXT_MONTH: "1-b", DAY - timedelta(days=1): "2-c"}
    assert by_month(marks) == [{DAY: "1-a", DAY - timedelta(days=1): "2-c"}, {NEXT_MONTH: "1-b"}]


def test_the_campaigns_stand_by_their_content_and_their_last_day() -> None:
    nobody = campaigns_noted(CAMPAIGNS.schema.empty_table(), "brand")
    assert list(nobody) == ["insider-web-push.brand"]
    assert nobody == campaigns_noted(CAMPAIGNS.schema.empty_table(), "brand")
