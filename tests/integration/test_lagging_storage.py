"""Storage that shows what was written later: a listing that lags, as on NFS, and objects that come late."""

import logging
import threading
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowSkipException
from airflow.sdk.io import store as airflow_stores
from airflow.sdk.io.store import ObjectStore
from fsspec.implementations.local import LocalFileSystem

from insider_web_push.errors import IncompleteDay
from insider_web_push.lake import objects
from tests.integration.pipeline import DAY, Pipeline


class Lagging(LocalFileSystem):
    """Lists no answer, or whatever else is late, that is not known to have been listed; by its name each is there."""

    cachable = False
    listed: set[str] | None = None
    late = "campaign_metrics"

    def find(self, path: str, *args: Any, **kwargs: Any) -> Any:
        """List, without what came lately."""
        found = super().find(path, *args, **kwargs)
        if self.listed is None:
            return found
        return {name: info for name, info in found.items() if self.late not in name or name in self.listed}


@pytest.fixture
def lagging(monkeypatch: pytest.MonkeyPatch) -> Lagging:
    """Folders by a file system that can lag: no real one does so on demand."""
    system = Lagging()
    monkeypatch.setitem(airflow_stores._STORE_CACHE, "file", ObjectStore("file", None, fs=system))
    return system


@pytest.fixture(autouse=True)
def _short_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the code is replaced, but how long it waits: the minute that NFS may take is long for a test."""
    monkeypatch.setattr(objects, "FIRST_LOOK_S", 0.05)
    monkeypatch.setattr(objects, "LONGEST_LAG_S", 2.0)


def fetched(day: Pipeline) -> Any:
    """Fetch a day, and give what discover handed on."""
    swept = day.discover()
    for position, planned in enumerate(day.plan(swept)):
        day.fetch(**planned, map_index=position)
    return swept


def answers(day: Pipeline) -> list[Path]:
    """Give the stored answers."""
    return sorted((day.folder / "raw" / "campaign_metrics").rglob("*.json.gz"))


def test_answers_that_are_not_listed_yet_are_published(day: Pipeline, lagging: Lagging) -> None:
    """Publish knows their names from the fetches."""
    lagging.listed = set()
    swept = fetched(day)
    day.publish(swept)
    day.verify(swept)
    assert len(day.read()) == 4
    assert set(day.read("detail_status")) == {"fetched", "quiet"}


def test_an_older_answer_that_is_listed_does_not_take_the_place_of_a_newer_one(day: Pipeline, lagging: Lagging) -> None:
    """Neither while it is published, nor when the day is looked at after that."""
    day.run()
    lagging.listed = set(map(str, answers(day)))
    day.run_id = "manual__2"
    looks = {"why": "", "mode": "all", "depth": "full", "only": [], "closing": False, "rebuild": False}
    swept = day.discover([{"day": DAY, **looks}])
    for position, planned in enumerate(day.plan(swept)):
        day.fetch(**planned, map_index=position)
    with pytest.raises(AirflowSkipException):
        day.publish(swept)
    day.verify(swept)
    newest = {path.parent.name: path.name for path in answers(day)}
    assert {
        f"campaign_id={key}": Path(campaign.snapshot).name
        for key, campaign in day.manifest.campaigns.items()
        if campaign.snapshot
    } == newest


def test_what_a_purge_has_just_found_published_goes_though_it_is_not_listed_yet(
    day: Pipeline, lagging: Lagging
) -> None:
    """Files and details of the version that had the campaign: the manifest names them."""
    day.run()
    gone = day.plan_of_one()
    lagging.late, lagging.listed = "/revisions/", set()
    day.purge(campaigns=[gone])
    assert gone not in day.read()
    assert {path.parent.name for path in day.folder.rglob("revisions/**/*.*")} == {"rev=2"}
    assert len(list(day.folder.rglob("revisions/**/details-*"))) == 1


@pytest.fixture
def hidden(day: Pipeline) -> tuple[Any, Path, Path]:
    """Fetch a day, and hide an answer; gives what discover handed on, the answer's place, and where it is instead."""
    swept = fetched(day)
    place = answers(day)[0]
    away = day.folder / "away"
    place.rename(away)
    return swept, place, away


def test_an_answer_that_comes_late_is_waited_for(day: Pipeline, hidden: tuple[Any, Path, Path], caplog: Any) -> None:
    """A little, and the log says so."""
    swept, place, away = hidden
    timer = threading.Timer(0.3, away.rename, [place])
    timer.start()
    with caplog.at_level(logging.INFO):
        day.publish(swept)
    timer.join()
    day.verify(swept)
    assert "1 objects that were written are not to be seen yet" in caplog.text
    assert len(day.read()) == 4


def test_one_that_does_not_come_is_named(day: Pipeline, hidden: tuple[Any, Path, Path]) -> None:
    """The day is kept, and verify says what is not there, instead of just that a campaign is missing."""
    swept, place, _ = hidden
    with pytest.raises(AirflowSkipException):
        day.publish(swept)
    with pytest.raises(IncompleteDay, match=r"its answer was stored as .* and the storage does not show it") as caught:
        day.verify(swept)
    assert place.name in str(caught.value)
