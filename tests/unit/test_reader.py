"""Reading published days: a whole one, or an error."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from insider_web_push.errors import ContractViolation, IncompleteDay, InvalidRequest
from insider_web_push.manifest import Manifest
from insider_web_push.publishing import content_of, described, files_of, next_manifest
from insider_web_push.reader import DayReader
from insider_web_push.storage import Storage
from insider_web_push.tables import TABLES
from tests.builders import DAY, SWEPT_AT, day_input, snapshot, swept


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    """An empty storage."""
    return Storage(tmp_path.as_uri(), "brand")


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[DayReader]:
    """Its reader."""
    return DayReader(tmp_path.as_uri(), "brand")


def publish(storage: Storage, campaigns: list[str], before: Manifest | None = None) -> Manifest:
    """Publish the next revision of a day with these campaigns."""
    stored = {f"raw/{campaign}": snapshot(campaign) for campaign in campaigns}
    content = content_of(day_input([swept(campaign) for campaign in campaigns], stored))
    revision = before.revision + 1 if before else 1
    files = files_of(content, revision=revision)
    manifest = next_manifest(
        content,
        described(storage.write_revision(DAY, revision, files), files, content),
        partner_id="brand",
        day=DAY,
        about={"timezone": "UTC", "published_at": SWEPT_AT, "run_id": "r", "sweep": "x"},
        before=before,
    )
    storage.write_manifest(manifest)
    return manifest


@pytest.mark.parametrize("table", TABLES)
def test_every_table_of_a_published_day_can_be_read(storage: Storage, reader: DayReader, table: str) -> None:
    """With the rows that the manifest states."""
    manifest = publish(storage, ["1", "2"])
    assert reader.read(DAY, table).num_rows == manifest.files[table].rows > 0


def test_campaign_day_is_what_a_reader_gets_unless_another_is_asked_for(storage: Storage, reader: DayReader) -> None:
    """One row a campaign."""
    publish(storage, ["1", "2"])
    assert reader.read(DAY)["campaign_id"].to_pylist() == ["1", "2"]


def test_a_reader_sees_the_committed_revision(storage: Storage, reader: DayReader) -> None:
    """Files of the next one that no manifest names yet do not exist for it."""
    first = publish(storage, ["1"])
    storage.write_revision(DAY, 2, dict.fromkeys(TABLES, b"half of a revision"))
    assert reader.read(DAY)["revision"].to_pylist() == [1]
    publish(storage, ["1", "2"], first)
    assert reader.read(DAY)["revision"].to_pylist() == [2, 2]
    assert reader.manifest(DAY).revision == 2


def test_an_unpublished_day_is_an_error(storage: Storage, reader: DayReader) -> None:
    """Not an empty table."""
    publish(storage, ["1"])
    with pytest.raises(IncompleteDay, match="2026-11-21 was never published"):
        reader.read(DAY - timedelta(days=1))


def test_another_partners_day_is_not_this_ones(storage: Storage, tmp_path: Path) -> None:
    """They may share a storage."""
    publish(storage, ["1"])
    with pytest.raises(IncompleteDay):
        DayReader(tmp_path.as_uri(), "brand2").read(DAY)


def test_a_file_that_is_not_the_published_one_is_an_error(storage: Storage, reader: DayReader) -> None:
    """Also where it is a good file of the same table."""
    key = publish(storage, ["1"]).files["campaign_day"].key
    other = files_of(content_of(day_input([], {})), revision=1)["campaign_day"]
    storage.write(key, other)
    with pytest.raises(ContractViolation, match=f"{key} is not the file that was published"):
        reader.read(DAY)


def test_a_file_that_is_gone_is_an_error_that_names_it(storage: Storage, reader: DayReader, tmp_path: Path) -> None:
    """And not an empty table."""
    key = publish(storage, ["1"]).files["campaign_day"].key
    (tmp_path / key).unlink()
    with pytest.raises(ContractViolation, match=key):
        reader.read(DAY)


def test_an_unknown_table_is_refused(storage: Storage, reader: DayReader) -> None:
    """The message lists those that there are."""
    publish(storage, ["1"])
    with pytest.raises(InvalidRequest, match="no table 'campaigns'; there are campaign_day, campaign_day_device"):
        reader.read(DAY, "campaigns")


def test_a_damaged_manifest_is_an_error_that_names_it(storage: Storage, reader: DayReader) -> None:
    """Readers must not take the day for unpublished."""
    publish(storage, ["1"])
    storage.write(storage.manifest_key(DAY), b"{")
    with pytest.raises(ContractViolation, match=r"manifests/partner_id=brand/day=2026-11-22\.json"):
        reader.read(DAY)
