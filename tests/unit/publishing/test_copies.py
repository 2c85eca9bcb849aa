"""Copies for SQL: what a commit has to read for them."""

from datetime import timedelta
from pathlib import Path

from insider_web_push.lake.storage import Storage
from insider_web_push.vocabulary import DayOutcome
from tests.builders import SWEPT_AT
from tests.lake import Lake
from tests.unit.publishing.looks import LATER, body, first, listed


class Reading(Storage):
    """A storage that notes what is read of it."""

    def __init__(self, url: str) -> None:
        super().__init__(url, "brand")
        self.seen: list[str] = []

    def read(self, key: str) -> bytes:
        """Read, and note it."""
        self.seen.append(key)
        return super().read(key)


def read_of(store: Reading, folder: str) -> list[str]:
    """List what was read below a folder."""
    return [key for key in store.seen if key.startswith(folder)]


def test_a_commit_reads_no_file_that_it_has_just_written(tmp_path: Path) -> None:
    """Nor the copies that they replace: each would be a request, and the file's bytes once more."""
    lake = Lake(tmp_path)
    lake.store = store = Reading(tmp_path.as_uri())
    first(lake, "1", conversions="14")
    assert [*read_of(store, "revisions"), *read_of(store, "tables/campaign_day")] == []
    at = SWEPT_AT + LATER
    moved = listed("1", conversions="16")
    lake.list_day(moved, at=at)
    lake.answer("1", fetched_at=at + timedelta(hours=1), baseline=moved[0].totals, body=body(conversions="16"))
    store.seen.clear()
    published = lake.publish()
    assert [key for key in read_of(store, "revisions") if "rev=2" in key] == []
    assert read_of(store, "tables/campaign_day") == []
    assert (published.outcome, lake.manifest().revision) == (DayOutcome.PUBLISHED, 2)
    copies = lake.files("tables/campaign_day/*")
    assert list(copies.values()) == list(lake.files("revisions/*/rev=2/campaign_day-*").values())
