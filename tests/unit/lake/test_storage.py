"""Where everything lies, and how it gets there: on a real file system."""

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest

from insider_web_push.accounts.file import read_accounts
from insider_web_push.errors import ContractViolation, IncompleteDay, StorageNotWritable
from insider_web_push.lake.objects import Objects
from insider_web_push.lake.raw import Known, StoredList
from insider_web_push.lake.storage import Storage
from insider_web_push.vocabulary import CallOutcome
from tests.builders import DAY, FETCHED_AT, SWEPT_AT, known, snapshot, swept, totals
from tests.lake import Lake

RAW_DAY = "raw/campaign_metrics/partner_id=brand/day=2026-11-22"


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    """An empty storage in a folder that does not exist yet."""
    return Storage((tmp_path / "lake" / "insider").as_uri(), "brand")


@pytest.fixture
def objects(tmp_path: Path) -> Objects:
    """The same place, with names of any kind."""
    return Objects((tmp_path / "lake" / "insider").as_uri())


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Where that storage is."""
    return tmp_path / "lake" / "insider"


def files_below(folder: Path) -> list[str]:
    """List every file, hidden ones too."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_everything_lies_where_the_layout_says(tmp_path: Path) -> None:
    """Other tools read these paths."""
    lake = Lake(tmp_path)
    lake.list_day([swept("11111")])
    lake.answer("11111")
    lake.publish()
    tables = ["campaign_day", "campaign_day_click", "campaign_day_device", "campaign_day_goal"]
    tables.append("campaign_day_unsuccessful")
    files = [re.sub(r"-[0-9a-f]{12}\.(parquet|json)", r"-HASH.\1", name) for name in lake.files()]
    assert files == sorted(
        [
            f"{RAW_DAY}/campaign_id=11111/20261123T010203.000000Z.json.gz",
            "raw/overall_metrics/partner_id=brand/day=2026-11-22/20261123T010000.000000Z.json.gz",
            "manifests/partner_id=brand/.lock",
            "manifests/partner_id=brand/day=2026-11-22.json",
            "revisions/partner_id=brand/day=2026-11-22/rev=1/details-HASH.json.gz",
            *(f"revisions/partner_id=brand/day=2026-11-22/rev=1/{table}-HASH.parquet" for table in tables),
            *(f"tables/{table}/partner_id=brand/day=2026-11-22/part-0.parquet" for table in tables),
            "tables/campaign/partner_id=brand/part-0.parquet",
        ]
    )


def test_an_object_is_read_as_it_was_written(objects: Objects) -> None:
    """And written again in its place."""
    for data in (b"one", b"", b"\x00\xff" * 100_000):
        assert objects.write("a/b/c", data) == "a/b/c"
        assert objects.read("a/b/c") == data


def test_a_sweep_comes_back_by_its_key(storage: Storage) -> None:
    """The key is what discover hands on."""
    sweep = StoredList(run_id="r", partner_id="brand", day=DAY, swept_at=SWEPT_AT, pages=[])
    assert storage.read_list(storage.write_list(sweep)) == sweep


def test_a_failed_write_leaves_no_file_behind(objects: Objects, root: Path) -> None:
    """A folder stands in the object's place, so that the last step fails."""
    (root / "a" / "b").mkdir(parents=True)
    with pytest.raises(OSError, match="b"):
        objects.write("a/b", b"data")
    assert files_below(root) == []


def test_a_failed_write_leaves_the_old_object(objects: Objects, root: Path) -> None:
    """Whole, as readers saw it before."""
    objects.write("a/b", b"old")
    not_bytes: bytes = "text"  # type: ignore[assignment] — fails while it is written
    with pytest.raises(TypeError):
        objects.write("a/b", not_bytes)
    assert (objects.read("a/b"), files_below(root)) == (b"old", ["a/b"])


def test_checking_twice_leaves_one_small_object(storage: Storage, root: Path) -> None:
    """Each run checks."""
    storage.check_usable()
    storage.check_usable()
    assert [(root / name).stat().st_size for name in files_below(root)] == [0]


@pytest.mark.parametrize("below", ["", "deeper/still"])
def test_a_storage_below_a_file_is_not_writable(tmp_path: Path, below: str) -> None:
    """The message names the storage and the setting."""
    (tmp_path / "file").write_text("")
    storage = Storage((tmp_path / "file" / below).as_uri(), "brand")
    with pytest.raises(StorageNotWritable, match=r"file.*Set `storage` of the account"):
        storage.check_usable()


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="the only folder that root cannot write to is Linux's")
def test_a_read_only_file_system_is_not_writable() -> None:
    """Also for root."""
    with pytest.raises(StorageNotWritable, match=r"/proc/insider"):
        Storage("file:///proc/insider", "brand").check_usable()


@pytest.mark.parametrize("folder", ["with blanks", "Müşteri Verisi", "100% of it", "a#b"])
def test_a_folder_of_any_name_holds_the_storage(tmp_path: Path, folder: str) -> None:
    """As an account's relative storage beside its file: a project may lie anywhere."""
    project = tmp_path / folder
    project.mkdir()
    accounts_file = project / "accounts.yaml"
    accounts_file.write_text("accounts: [{name: default, timezone: UTC, storage: data}]")
    (account,) = read_accounts(accounts_file)
    Objects(account.storage).write("x", b"")
    assert files_below(tmp_path) == [f"{folder}/accounts.yaml", f"{folder}/data/x"]


def test_what_is_known_of_a_new_day_is_its_newest_snapshots(storage: Storage) -> None:
    """One a campaign, with outcome, instant and baseline."""
    older, newer = snapshot("1"), snapshot("1", fetched_at=FETCHED_AT + timedelta(seconds=1), baseline=totals())
    skipped = snapshot("2", outcome=CallOutcome.SKIPPED, body=b"")
    keys = [storage.write_snapshot(raw) for raw in (newer, older, skipped)]
    assert storage.known(DAY, None) == {"1": known(keys[0], newer), "2": known(keys[2], skipped)}


def test_what_was_read_to_know_it_is_not_read_again_to_open_it(storage: Storage, root: Path) -> None:
    """It is not even there any more; what the manifest knows has to be."""
    key = storage.write_snapshot(snapshot("1"))
    (read,) = storage.known(DAY, None).values()
    (root / key).unlink()
    assert storage.open_answers([read]) == {key: snapshot("1")}
    with pytest.raises(FileNotFoundError):
        storage.open_answers([known(key, snapshot("1"))])


def test_a_rejected_answer_is_kept_and_not_used(storage: Storage) -> None:
    """The last good one before it still is."""
    good, bad = snapshot("1"), snapshot("1", outcome=CallOutcome.REJECTED, fetched_at=FETCHED_AT + timedelta(hours=1))
    key, rejected_key = storage.write_snapshot(good), storage.write_snapshot(bad)
    assert storage.known(DAY, None) == {"1": known(key, good)}
    assert storage.read_snapshots([rejected_key])[rejected_key] == bad


def test_only_a_rejected_answer_is_as_good_as_none(storage: Storage) -> None:
    """The campaign is still missing."""
    storage.write_snapshot(snapshot("1", outcome=CallOutcome.REJECTED))
    assert storage.known(DAY, None) == {}


def test_files_that_are_no_snapshots_are_passed_over(storage: Storage, root: Path) -> None:
    """Half-written ones, and what people leave there."""
    key = storage.write_snapshot(snapshot("1"))
    folder = (root / key).parent
    (folder / ".20991123T010203.000000Z.json.gz.5f3a.tmp").write_bytes(b"half")
    (folder / "notes.txt").write_text("hm")
    assert set(storage.known(DAY, None)) == {"1"}


def test_another_partner_and_another_day_are_not_seen(storage: Storage, root: Path) -> None:
    """They lie beside it."""
    storage.write_snapshot(snapshot("1", day=DAY + timedelta(days=1)))
    Storage(root.as_uri(), "brand2").write_snapshot(snapshot("2", partner_id="brand2"))
    assert storage.known(DAY, None) == {}


def test_what_the_manifest_knows_is_not_opened_again(tmp_path: Path) -> None:
    """A published day of 400 campaigns costs one listing."""
    lake = Lake(tmp_path)
    lake.list_day([swept("1"), swept("2")])
    keys = {campaign: lake.answer(campaign) for campaign in ("1", "2")}
    lake.publish()
    for key in keys.values():
        (tmp_path / key).write_bytes(b"would be refused")
    assert {campaign: found.key for campaign, found in lake.store.known(DAY, lake.manifest()).items()} == keys


def test_a_newer_snapshot_takes_the_place_of_the_published_one(tmp_path: Path) -> None:
    """That is what a second look brings."""
    lake = Lake(tmp_path)
    lake.list_day([swept("1")])
    lake.answer("1")
    lake.publish()
    newer = snapshot("1", fetched_at=FETCHED_AT + timedelta(days=2), baseline=totals(clicks=9))
    newer_key = lake.store.write_snapshot(newer)
    assert lake.store.known(DAY, lake.manifest()) == {
        "1": Known(newer_key, CallOutcome.FETCHED, newer.fetched_at, newer.baseline)
    }


def test_a_damaged_snapshot_is_named(storage: Storage, root: Path) -> None:
    """By its key."""
    key = storage.write_snapshot(snapshot("1"))
    os.truncate(root / key, 20)
    with pytest.raises(ContractViolation, match=key):
        storage.known(DAY, None)


def test_a_day_that_was_never_published_has_no_manifest(storage: Storage) -> None:
    """None for who can go on without, an error that names day and storage for who cannot."""
    assert storage.read_manifest(DAY) is None
    with pytest.raises(IncompleteDay, match=r"day 2026-11-22 was never published in .*insider"):
        storage.require_manifest(DAY)


def test_objects_are_listed_by_keys_that_can_be_read(objects: Objects) -> None:
    """Relative to the storage, as everything else."""
    written = {objects.write(f"x/y{n}/z.json", b"") for n in range(3)}
    objects.write("other", b"")
    assert set(objects.keys("x")) == written
    assert objects.keys("nothing") == []
