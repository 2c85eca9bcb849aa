"""What came after a purge, and what of it may be removed."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from insider_web_push.lake.manifest import Manifest
from insider_web_push.lake.removal import bury
from insider_web_push.lake.storage import Storage
from insider_web_push.publishing.finishing import published_without_purged
from insider_web_push.publishing.published import Published
from insider_web_push.vocabulary import DayOutcome
from tests.builders import DAY, SWEPT_AT
from tests.lake import Lake
from tests.unit.publishing.looks import LATER, first, look

PURGED_AT = SWEPT_AT + timedelta(hours=5)


def purged(root: Path, *, published_at: datetime = PURGED_AT + timedelta(minutes=1)) -> tuple[Lake, Manifest]:
    """Publish a day, purge its second campaign, and publish it without; gives the manifest that had it."""
    lake = Lake(root)
    first(lake, "1", "2")
    before = lake.manifest()
    bury(lake.store, DAY, ["2"], at=PURGED_AT, run_id="manual__9")
    lake.publish(now=published_at)
    return lake, before


def finish(lake: Lake, stored: Collection[str] = ()) -> DayOutcome:
    """Publish the day again, which has not moved."""
    return published_without_purged(lake.store, DAY, lake.publish, stored=stored).outcome


def there(lake: Lake, keys: Iterable[str]) -> list[str]:
    """Name those of some objects that are there."""
    return [key for key in keys if lake.store.read_if_there(key) is not None]


def test_what_names_a_purged_campaign_goes_and_what_does_not_stays(tmp_path: Path) -> None:
    """The latter may be of a publisher that is about to commit it."""
    lake, before = purged(tmp_path)
    (folder,) = {file.key.rpartition("/")[0] for file in before.files.values()}
    half_written = lake.store.write(f"{folder}/.campaign_day-0123456789ab.parquet.5f3a.tmp", b"PAR1")
    damaged = [lake.store.write(f"{folder}/{name}", b"x") for name in ("details-0.json.gz", "campaign_day-0.parquet")]
    look(lake, "1", conversions="16")
    lake.publish(now=PURGED_AT + LATER)
    lake.succeed()
    named = [file.key for file in lake.manifest().objects]
    rows = lake.store.read(lake.manifest().files["campaign_day"].key)
    (next_one,) = lake.store.write_revision(DAY, 4, {"campaign_day": (rows, 1)}).values()
    assert finish(lake) is DayOutcome.UNMOVED
    assert there(lake, [half_written, *damaged]) == []
    assert there(lake, [file.key for file in before.objects]) == []
    assert there(lake, [*named, next_one.key]) == [*named, next_one.key]


def test_nothing_is_removed_while_somebody_may_commit_it(tmp_path: Path) -> None:
    """The manifest is older than the tombstone: a publisher may have gathered the day before both."""
    lake, before = purged(tmp_path, published_at=PURGED_AT - timedelta(minutes=1))
    keys = [file.key for file in before.objects]
    finish(lake)
    assert there(lake, keys) == keys
    look(lake, "1")
    finish(lake)  # that look has a list from after the purge
    assert there(lake, keys) != keys


def test_a_day_that_still_has_what_was_purged_keeps_its_answers(tmp_path: Path) -> None:
    """It could not be published without: the purge has said so, and is not finished."""
    lake = Lake(tmp_path)
    first(lake, "1", "2")
    bury(lake.store, DAY, ["2"], at=PURGED_AT, run_id="manual__9")
    kept = Published(DayOutcome.KEPT, lake.manifest(), "something else is missing")
    answer = lake.answer("2", fetched_at=PURGED_AT)
    published_without_purged(lake.store, DAY, lambda: kept)
    assert there(lake, [answer]) == [answer]


def test_an_answer_that_is_not_listed_yet_goes_by_its_name(tmp_path: Path) -> None:
    """As the run's fetches have handed it on."""
    lake, _ = purged(tmp_path)
    late, kept = (lake.answer(campaign, fetched_at=PURGED_AT + LATER) for campaign in ("2", "1"))
    lake.store = Lagging(tmp_path.as_uri(), "brand")
    finish(lake, [late, kept])
    assert there(lake, [late, kept]) == [kept]


class Lagging(Storage):
    """A storage that lists no answers."""

    def keys(self, prefix: str) -> list[str]:
        """List objects."""
        return [key for key in super().keys(prefix) if not key.startswith("raw/campaign_metrics")]


def test_a_damaged_tombstone_is_no_trouble_of_the_day_that_is_published(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It came after the day was gathered; nobody can tell what was purged."""
    lake, _ = purged(tmp_path)
    published = lake.publish()
    lake.store.write(lake.store.at.tombstone(DAY), b"{")
    assert published_without_purged(lake.store, DAY, lambda: published) == published
    assert "what came after its purge is not removed: the tombstone" in caplog.text
