"""Manifests on a real file system: the head is the commit, and its details lie beside the files."""

import gzip
import json
from datetime import date, timedelta

import pytest

from insider_web_push.errors import DamagedObject, Overtaken
from insider_web_push.lake.manifest import Manifest, PublishedFile
from insider_web_push.lake.storage import Storage
from tests.builders import DAY
from tests.lake import Lake


def details_of(lake: Lake) -> PublishedFile:
    """Give what the head says of its details."""
    details = lake.manifest().details
    assert details is not None
    return details


def commit(lake: Lake, **said: object) -> Manifest:
    """Commit the day with something else in its manifest."""
    changed = lake.manifest().model_copy(update=said)
    return lake.store.swap_manifest(changed, made_from=lake.store.manifest_version(DAY))


def test_a_head_names_its_details_by_their_hash_beside_the_files(lake: Lake) -> None:
    """As any file of the revision; the head has no campaigns."""
    details = details_of(lake)
    assert (details.key, details.rows) == (lake.store.at.details(DAY, 1, details.sha256), 1)
    assert lake.store.read_file(details)
    head = json.loads(lake.store.read(lake.store.at.manifest(DAY)))
    assert ("campaigns" in head, head["format"], head["details"]["key"]) == (False, 3, details.key)


def test_a_commit_says_what_is_committed(lake: Lake) -> None:
    """Whoever removes what is not named goes by it."""
    assert commit(lake, moved={"1": {"clicks": [1, 2]}}) == lake.manifest()


def test_details_that_did_not_change_are_not_written_again(lake: Lake) -> None:
    """A sent event is one PUT, and the next revision's number does not matter: they may be an earlier one's."""
    before = lake.files("details-*")
    commit(lake, event=None, revision=2)
    assert (lake.files("details-*"), lake.manifest().revision) == (before, 2)


def test_details_that_changed_are_another_object(lake: Lake) -> None:
    """Whoever reads by the head before finds what it names."""
    before = details_of(lake)
    commit(lake, checks={"rate": ["1"]})
    after = details_of(lake)
    assert before.key != after.key
    assert None not in map(lake.store.read_file, (before, after))


def test_who_was_overtaken_commits_nothing(lake: Lake) -> None:
    """The details that it wrote are named by nobody."""
    before, version = lake.manifest(), lake.store.manifest_version(DAY)
    now = commit(lake, looked_at=3)
    with pytest.raises(Overtaken, match="somebody else has committed 2026-11-22"):
        lake.store.swap_manifest(before.model_copy(update={"checks": {"rate": ["1"]}}), made_from=version)
    assert lake.manifest() == now


@pytest.mark.parametrize("damage", ["lost", "cut", "another", "packed-again"])
def test_details_that_are_lost_or_damaged_are_named(lake: Lake, damage: str) -> None:
    """With the manifest that names them, and what to do."""
    details = details_of(lake)
    path = lake.root / details.key
    data = path.read_bytes()
    changed = {
        "cut": data[:-1],
        "another": gzip.compress(gzip.decompress(data).replace(b"fetched", b"skipped"), mtime=0),
        "packed-again": gzip.compress(gzip.decompress(data), mtime=1),
    }
    path.unlink() if damage == "lost" else path.write_bytes(changed[damage])
    key = lake.store.at.manifest(DAY)
    with pytest.raises(DamagedObject, match=f"{details.key} is gone .* manifest {key} .*remove the manifest, and reb"):
        lake.store.read_manifest(DAY)


def test_whoever_needs_no_details_reads_on_without_them(lake: Lake) -> None:
    """Rows, files, and what the refresh needs of the day."""
    (lake.root / details_of(lake).key).unlink()
    assert lake.reader.read(DAY).num_rows == 1
    assert [head.revision for head in lake.reader.heads(DAY, DAY)] == [1]
    head = lake.store.read_head(DAY)
    assert head is not None
    assert head.number_of_campaigns == 1


class Overtaking(Storage):
    """The real storage, where something happens to the day between the head that is read and its details."""

    def __init__(self, lake: Lake, *, becomes: Manifest | None) -> None:
        super().__init__(lake.root.as_uri(), "brand")
        self.details, self.becomes = details_of(lake), becomes

    def read_file(self, file: PublishedFile) -> bytes | None:
        """Let the day be purged just before: as a whole, or so that it goes on as another version."""
        if file == self.details:
            self.delete([file.key])
            if self.becomes is None:
                self.delete([self.at.manifest(DAY)])
            else:
                self.write_manifest(self.becomes)
        return super().read_file(file)


def test_who_reads_while_a_purge_commits_has_the_version_after_it(lake: Lake) -> None:
    """The details of the one before are gone, and the head that names them as well."""
    after = lake.manifest().model_copy(update={"campaigns": {}, "revision": 2})
    read = Overtaking(lake, becomes=after).read_manifest(DAY)
    assert read is not None
    assert (read.revision, read.campaigns) == (2, {})
    assert read == lake.manifest()


def test_who_reads_while_a_day_is_purged_has_none(lake: Lake) -> None:
    """It is as if it had never been published."""
    assert Overtaking(lake, becomes=None).read_manifest(DAY) is None


@pytest.mark.parametrize("key", ["../elsewhere/x.json.gz", "raw/campaign_metrics/partner_id=brand/day=2026-11-22/x"])
def test_details_elsewhere_are_not_read(lake: Lake, key: str) -> None:
    """Nor those of another day: a manifest is damaged that names what is not its own."""
    head = json.loads(lake.store.read(lake.store.at.manifest(DAY)))
    other = head["details"]["key"].replace(str(DAY), str(DAY - timedelta(days=1)))
    for named in (key, other):
        lake.store_manifest(head | {"details": head["details"] | {"key": named}})
        with pytest.raises(DamagedObject, match="does not lie below revisions of account brand, day 2026-11-22"):
            lake.store.read_manifest(DAY)


def test_details_that_name_another_accounts_answer_are_damaged(lake: Lake) -> None:
    """As a manifest that is one object."""
    campaigns = lake.manifest().campaigns
    named = {"1": campaigns["1"].model_copy(update={"snapshot": "raw/campaign_metrics/partner_id=other/x.json.gz"})}
    commit(lake, campaigns=named)
    with pytest.raises(DamagedObject, match=r"'raw/campaign_metrics/partner_id=other/x\.json\.gz', which does not lie"):
        lake.store.read_manifest(DAY)


def test_a_day_that_was_never_published_has_no_head() -> None:
    """None, as of its manifest."""
    store = Storage("file:///nowhere", "brand")
    assert (store.read_head(date(2026, 1, 1)), store.read_manifest(date(2026, 1, 1))) == (None, None)
