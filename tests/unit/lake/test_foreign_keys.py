"""Keys that stand in stored data: nothing that is another account's, or lies elsewhere, is read, written or removed."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from insider_web_push.coverage.keeping import rebuilt
from insider_web_push.errors import DamagedObject, InsiderError
from insider_web_push.reader import DayReader
from tests.builders import DAY
from tests.lake import Lake
from tests.unit.lake.test_keys import STRANGE

Change = Callable[[dict[str, Any], str], None]


def _snapshot(manifest: dict[str, Any], key: str) -> None:
    manifest["campaigns"]["1"]["snapshot"] = key


def _sweep(manifest: dict[str, Any], key: str) -> None:
    manifest["sweep"] = key


def _file(manifest: dict[str, Any], key: str) -> None:
    manifest["files"]["campaign_day"]["key"] = key


def _change(manifest: dict[str, Any], key: str) -> None:
    manifest["changes"] = [manifest["files"]["campaign_day"] | {"key": key}]


def craft(lake: Lake, change: Change, key: str) -> None:
    """Write what somebody who may write manifests could write."""
    manifest = lake.whole_manifest()
    change(manifest, key)
    lake.store_manifest(manifest)


def files(folder: Path) -> dict[str, bytes]:
    """Give all that lies in a folder."""
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("key", STRANGE.values(), ids=STRANGE)
@pytest.mark.parametrize("change", [_snapshot, _sweep, _file, _change])
def test_a_manifest_that_names_what_is_not_the_accounts_is_damaged(lake: Lake, change: Change, key: str) -> None:
    """Whoever reads it: tasks, the reader, the page's index."""
    craft(lake, change, key)
    with pytest.raises(DamagedObject, match="remove it, and rebuild the day"):
        lake.store.read_manifest(DAY)
    if change in {_file, _change}:
        with pytest.raises(DamagedObject, match="remove it, and rebuild the day"):
            lake.reader.read(DAY)
        with pytest.raises(DamagedObject, match="remove it, and rebuild the day"):
            lake.reader.read(DAY, "campaign_day_change")
    assert DAY not in rebuilt(lake.store).days


@pytest.mark.parametrize("change", [_snapshot, _sweep, _file, _change])
def test_nothing_is_written_where_a_crafted_manifest_says(lake: Lake, tmp_path: Path, change: Change) -> None:
    """A rebuild would restore the lost file there."""
    craft(lake, change, "../elsewhere/revisions/partner_id=brand/x.parquet")
    before = files(tmp_path)
    with pytest.raises(DamagedObject, match="does not lie below"):
        lake.publish()
    assert files(tmp_path) == before


@pytest.mark.parametrize("key", STRANGE.values(), ids=STRANGE)
def test_no_step_of_the_storage_leaves_the_account(lake: Lake, tmp_path: Path, key: str) -> None:
    """Whatever the caller believed."""
    before = files(tmp_path)
    steps: list[Callable[[], object]] = [
        lambda: lake.store.read(key), lambda: lake.store.read_if_there(key), lambda: lake.store.write(key, b"x"),
        lambda: lake.store.delete([key]), lambda: lake.store.keys(key), lambda: lake.store.folders(key),
        lambda: lake.store.there([key]), lambda: lake.store.read_list(key), lambda: lake.store.read_snapshots([key]),
    ]  # fmt: skip
    for step in steps:
        with pytest.raises(DamagedObject, match="is no object of account brand"):
            step()
    assert files(tmp_path) == before


@pytest.mark.parametrize("partner_id", ["../brand", "..", "a/../../brand", ""])
def test_a_reader_of_no_account_reads_nothing(lake: Lake, partner_id: str) -> None:
    """The partner id is the caller's word."""
    with pytest.raises(InsiderError):
        DayReader(lake.root.as_uri(), partner_id).read(DAY)


def test_a_campaign_id_leads_nowhere_else(lake: Lake) -> None:
    """It is a step of a key."""
    with pytest.raises(DamagedObject):
        lake.store.newest_answer(date(2026, 11, 22), "../../partner_id=other")
