"""A purge that comes while a run is at work: what the run makes of it afterwards is gone when its publish ends."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowSkipException
from airflow.sdk.io import store as airflow_stores
from airflow.sdk.io.store import ObjectStore
from fsspec.implementations.local import LocalFileSystem

from include.simulator.process import Simulator
from insider_web_push.lake.removal import bury
from insider_web_push.lake.storage import Storage
from tests.each_write import EachWrite
from tests.integration.pipeline import DAY, Pipeline
from tests.integration.test_purge import mentioned

WRITES_OF_A_PUBLISH = 5 + 1 + 1 + 1 + 5 + 1 + 1 + 1
"""Tables, what moved, details, head, copies, the copy of what moved, the account's campaigns, the coverage index."""


class Meeting(EachWrite):
    """A storage where something else happens just before one of its writes."""

    def __init__(self, url: str, write: int, meanwhile: Callable[[], None]) -> None:
        super().__init__(url, "brand")
        self.left, self.meanwhile = write, meanwhile

    def before_write(self) -> None:
        """Count it."""
        self.left -= 1
        if self.left == 0:
            self.meanwhile()


class Noting(LocalFileSystem):
    """Notes what is read."""

    cachable = False

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def cat_file(self, path: str, *args: Any, **kwargs: Any) -> bytes:
        """Read a file."""
        self.asked.append(path)
        return super().cat_file(path, *args, **kwargs)


@contextmanager
def run_of_its_own(day: Pipeline, run_id: str) -> Iterator[None]:
    """Let another run do something."""
    before, day.run_id = day.run_id, run_id
    try:
        with suppress(AirflowSkipException):
            yield
    finally:
        day.run_id = before


def purge(day: Pipeline, *campaigns: str) -> None:
    """Purge campaigns, or the whole day, by a run of its own."""
    with run_of_its_own(day, "manual__purge"):
        day.purge(campaigns=list(campaigns))


def publish_meeting(day: Pipeline, swept: Any, write: int, meanwhile: Callable[[], None]) -> int:
    """Publish, while something else happens before one of its writes; tells how many were left until then."""
    task, store = day.publish_task(swept), Meeting(day.storage, write, meanwhile)
    vars(task)["store"] = store
    with suppress(AirflowSkipException):
        day.execute(task)
    return store.left


def fetched(day: Pipeline) -> Any:
    """Run all that comes before publish; gives what discover handed on."""
    swept = day.discover()
    for position, planned in enumerate(day.plan(swept)):
        with suppress(AirflowSkipException):
            day.fetch(**planned, map_index=position)
    return swept


def of_the_day(day: Pipeline) -> list[str]:
    """Name the folders that have something of the day."""
    files = [path for path in day.folder.rglob("*") if path.is_file() and DAY in str(path)]
    return [str(path.relative_to(day.folder)) for path in files]


@pytest.mark.parametrize("write", range(1, WRITES_OF_A_PUBLISH + 1))
@pytest.mark.parametrize("is_first", [True, False], ids=["first revision", "second revision"])
def test_a_publish_that_meets_a_purge_leaves_nothing_of_it(
    sim: Simulator, day: Pipeline, write: int, *, is_first: bool
) -> None:
    """As with a pool that was widened: whether it loses to the purge, or the purge finds nothing to publish anew."""
    sim.patch(now="2026-03-11T01:00:00+03:00")
    if not is_first:
        day.run()
        sim.patch(now="2026-03-20T01:00:00+03:00")
        day.run_id = "manual__2"
    swept, gone = fetched(day), day.plan_of_one()
    left = publish_meeting(day, swept, write, lambda: purge(day, gone))
    assert left <= 0 or is_first
    if left <= 0:
        assert mentioned(day, gone) == []
        assert gone not in day.read()
        assert len(day.read()) == 3


@pytest.mark.parametrize("write", range(1, WRITES_OF_A_PUBLISH - 1))
def test_a_publish_that_meets_a_purge_of_the_day_leaves_nothing_of_it(day: Pipeline, write: int) -> None:
    """The first one: the purge finds no manifest that it could remove."""
    swept = fetched(day)
    if publish_meeting(day, swept, write, lambda: purge(day)) <= 0:
        assert of_the_day(day) == [f"tombstones/partner_id=brand/day={DAY}.json"]
        assert day.reader.campaigns().num_rows == 0


@pytest.mark.parametrize("is_whole", [True, False], ids=["day", "campaign"])
def test_an_answer_that_comes_after_the_purge_is_gone_when_the_run_has_published(
    sim: Simulator, day: Pipeline, *, is_whole: bool
) -> None:
    """Its fetch was under way, and asked nobody: by a tombstone a call, a day of 400 took 800 requests."""
    sim.patch(now="2026-03-11T01:00:00+03:00")
    day.run()
    sim.patch(now="2026-03-20T01:00:00+03:00")
    day.run_id = "manual__2"
    swept, gone = day.discover(), day.plan_of_one()
    planned = day.plan(swept)
    purge(day, *([] if is_whole else [gone]))
    for position, item in enumerate(planned):
        day.fetch(**item, map_index=position)
    assert mentioned(day, gone)
    with suppress(AirflowSkipException):
        day.publish(swept)
    assert mentioned(day, gone) == []
    assert len(of_the_day(day)) == 1 if is_whole else gone not in day.read()


def test_an_answer_of_a_fetch_that_was_killed_is_gone_as_well(sim: Simulator, day: Pipeline) -> None:
    """Publish knows it by the folder alone."""
    sim.patch(now="2026-03-11T01:00:00+03:00")
    swept, gone = day.discover(), day.plan_of_one()
    purge(day, gone)
    day.fetch(gone)
    day.airflow.xcoms = {at: value for at, value in day.airflow.xcoms.items() if at[0].task_id != "fetch"}
    for position, item in enumerate(planned for planned in day.plan(swept) if planned["campaign_id"] != gone):
        day.fetch(**item, map_index=position)
    assert mentioned(day, gone)
    day.publish(swept)
    assert mentioned(day, gone) == []


def test_a_first_try_asks_for_no_tombstone(sim: Simulator, day: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the number of campaigns, a run asks as often."""
    files = Noting()
    monkeypatch.setitem(airflow_stores._STORE_CACHE, "file", ObjectStore("file", None, fs=files))
    asked = Counter[int]()
    for campaigns in (3, 6):
        sim.patch(campaigns=campaigns)
        day.storage = (day.folder.parent / f"lake-{campaigns}").as_uri()
        files.asked.clear()
        day.run()
        asked[campaigns] = sum("tombstones" in path for path in files.asked)
    assert asked[3] == asked[6] == 7


def test_a_fetch_that_is_cleared_after_a_purge_makes_no_call(sim: Simulator, day: Pipeline) -> None:
    """Nobody publishes after it, as likely as not."""
    day.run()
    gone, kept = day.read()[:2]
    purge(day, gone)
    sim.clear_log()
    day.try_number, day.max_tries = 2, 5
    with pytest.raises(AirflowSkipException, match=f"campaign {gone} was purged from {DAY}"):
        day.fetch(gone)
    assert (sim.requests(), mentioned(day, gone)) == ([], [])
    also = [{"campaign_id": gone, "campaign_name": "", "day": DAY, "baseline": None, "listed": True, "after": None}]
    day.fetch(kept, also=also)
    assert [request["campaign_id"] for request in sim.requests()] == [kept]


def test_a_purge_that_was_killed_at_once_is_finished_by_who_publishes_next(sim: Simulator, day: Pipeline) -> None:
    """It left its tombstone and nothing else: neither does what earlier revisions changed keep the campaign."""
    sim.patch(now="2026-03-11T01:00:00+03:00")
    day.run()
    sim.patch(now="2026-03-20T01:00:00+03:00")
    day.run_id = "manual__2"
    day.run()
    gone = next(row["campaign_id"] for row in day.changes())
    store = Storage(day.storage, "brand")
    bury(store, date.fromisoformat(DAY), [gone], at=datetime.now(UTC), run_id="manual__purge")
    day.run_id = "manual__3"
    day.run()
    assert [path for path in mentioned(day, gone) if not path.startswith("tables/campaign/")] == []
    purge(day, gone)
    assert mentioned(day, gone) == []
    assert day.changes()


def test_a_purge_that_was_killed_before_it_removed_is_finished_though_a_run_came_first(
    sim: Simulator, day: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run keeps a list, and publishes: whatever told the purge that it is not finished may be gone then."""
    sim.patch(now="2026-03-11T01:00:00+03:00")
    day.run()
    gone = day.plan_of_one()
    with monkeypatch.context() as patch, suppress(RuntimeError):
        patch.setattr("insider_web_push.operators.purge.remove_old_revisions", _killed)
        purge(day, gone)
    assert mentioned(day, gone)
    sim.patch(now="2026-03-20T01:00:00+03:00")
    day.run_id = "manual__2"
    day.run()
    purge(day, gone)
    assert mentioned(day, gone) == []


def _killed(*_: object) -> int:
    raise RuntimeError("killed")


@pytest.mark.parametrize("write", range(1, WRITES_OF_A_PUBLISH + 1))
def test_a_publisher_keeps_what_it_is_about_to_commit(sim: Simulator, day: Pipeline, write: int) -> None:
    """Another one looks after an earlier purge in the same moment."""
    sim.patch(now="2026-03-11T01:00:00+03:00")
    day.run()
    purge(day, day.plan_of_one())
    sim.patch(now="2026-03-20T01:00:00+03:00")
    day.run_id = "manual__2"
    swept = fetched(day)

    def publish() -> None:
        with run_of_its_own(day, "manual__3"):
            day.publish(swept)

    publish_meeting(day, swept, write, publish)
    store = Storage(day.storage, "brand")
    assert [file.key for file in day.manifest.objects if store.read_file(file) is None] == []
    assert (day.revision, len(day.read())) == (3, 3)


def test_a_storage_that_lets_nobody_remove_keeps_no_day_from_being_published(
    day: Pipeline, caplog: pytest.LogCaptureFixture
) -> None:
    """The right to remove is for purges alone, in some places; the log says what is left."""
    swept, gone = fetched(day), day.plan_of_one()
    bury(Storage(day.storage, "brand"), date.fromisoformat(DAY), [gone], at=datetime.now(UTC), run_id="manual__purge")
    task = day.publish_task(swept)
    vars(task)["store"] = Unremovable(day.storage, "brand")
    day.execute(task)
    assert gone not in day.read()
    assert "what came after its purge is not removed: Permission denied. Purge again then" in caplog.text


class Unremovable(Storage):
    """A storage that refuses to remove, as S3 does without that right: root may remove any file."""

    def delete(self, keys: Any) -> int:
        """Refuse."""
        raise PermissionError(13, "Permission denied", str(Path(*list(keys)[:1])))
