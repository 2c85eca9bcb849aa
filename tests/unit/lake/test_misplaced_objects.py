"""Objects that lie under a key of another day or campaign: nothing of them is shown or published as this one's."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from insider_web_push.coverage.keeping import rebuilt
from insider_web_push.errors import DamagedObject
from tests.builders import DAY, swept
from tests.lake import Lake

OTHER = DAY - timedelta(days=1)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """A published day of the account brand, with two campaigns."""
    lake = Lake(tmp_path / "lake")
    lake.list_day([swept("1"), swept("2")])
    lake.answer("1")
    lake.answer("2")
    lake.publish()
    return lake


def move(lake: Lake, key: str, to: str) -> None:
    """Copy an object under another key."""
    (lake.root / to).parent.mkdir(parents=True, exist_ok=True)
    (lake.root / to).write_bytes((lake.root / key).read_bytes())


def test_a_manifest_of_another_day_is_damaged(lake: Lake) -> None:
    """For tasks, the reader and the page's index; both days are named."""
    move(lake, lake.store.at.manifest(DAY), lake.store.at.manifest(OTHER))
    said = f"says day '{DAY}' where its key says '{OTHER}'"
    with pytest.raises(DamagedObject, match=said):
        lake.store.read_manifest(OTHER)
    with pytest.raises(DamagedObject, match=said):
        lake.reader.read(OTHER)
    assert set(rebuilt(lake.store).days) == {DAY}


@pytest.mark.parametrize("kind", ["manifest", "tombstone"])
def test_what_another_account_wrote_is_damaged(lake: Lake, kind: str) -> None:
    """Its keys may all be right."""
    if kind == "tombstone":
        written = {"partner_id": "other", "day": str(DAY), "campaigns": None, "purged_at": "2026-11-25T00:00:00Z"}
        lake.store.write(lake.store.at.tombstone(DAY), json.dumps(written | {"run_id": "manual__1"}).encode())
    else:
        where = lake.root / lake.store.at.manifest(DAY)
        where.write_text(json.dumps(json.loads(where.read_bytes()) | {"partner_id": "other"}))
    with pytest.raises(DamagedObject, match="says partner_id 'other' where its key says 'brand'"):
        lake.store.read_tombstone(DAY) if kind == "tombstone" else lake.store.read_manifest(DAY)


def test_an_answer_about_another_campaign_is_damaged(lake: Lake) -> None:
    """Its figures would be published as this campaign's."""
    first, second = (lake.store.newest_answer(DAY, key) or "" for key in ("1", "2"))
    move(lake, second, first)
    with pytest.raises(DamagedObject, match="says campaign_id '2' where its key says '1'"):
        lake.store.read_snapshots([first])


def test_an_answer_and_a_list_of_another_day_are_damaged(lake: Lake) -> None:
    """Those of yesterday look right in all else."""
    answer, listed = lake.store.newest_answer(DAY, "1") or "", lake.store.newest_list(DAY) or ""
    for key in (answer, listed):
        move(lake, key, key.replace(f"day={DAY}", f"day={OTHER}"))
    with pytest.raises(DamagedObject, match=f"says day '{DAY}' where its key says '{OTHER}'"):
        lake.store.read_snapshots([answer.replace(str(DAY), str(OTHER))])
    with pytest.raises(DamagedObject, match=f"says day '{DAY}' where its key says '{OTHER}'"):
        lake.store.read_list(listed.replace(str(DAY), str(OTHER)))


@pytest.mark.parametrize("part", ["snapshot of another campaign", "snapshot", "sweep", "file"])
def test_a_manifest_that_names_what_is_of_another_day_or_campaign_is_damaged(lake: Lake, part: str) -> None:
    """The page would show that answer as this campaign's, and the reader that file as this day's."""
    manifest = lake.whole_manifest()
    campaigns, file = manifest["campaigns"], manifest["files"]["campaign_day"]
    if part == "snapshot of another campaign":
        campaigns["1"]["snapshot"] = campaigns["2"]["snapshot"]
    elif part == "snapshot":
        campaigns["1"]["snapshot"] = campaigns["1"]["snapshot"].replace(str(DAY), str(OTHER))
    elif part == "sweep":
        manifest["sweep"] = manifest["sweep"].replace(str(DAY), str(OTHER))
    else:
        file["key"] = file["key"].replace(str(DAY), str(OTHER))
    lake.store_manifest(manifest)
    with pytest.raises(
        DamagedObject, match="campaign_id=2.*campaign 1" if "campaign" in part else f"day={OTHER}.*day {DAY}"
    ):
        lake.store.read_manifest(DAY)
