"""Stores that list folders as empty objects: Azure with a hierarchical namespace, S3 with markers of a console."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowSkipException
from airflow.sdk.io import store as airflow_stores
from airflow.sdk.io.store import ObjectStore
from fsspec.implementations.local import LocalFileSystem

from include.servers import S3_BUCKET, s3
from insider_web_push.lake.objects import Objects
from insider_web_push.lake.storage import Storage
from tests.integration.pipeline import DAY, Pipeline


class Hierarchical(LocalFileSystem):
    """Lists each folder as an object of no bytes, and removes one by its name only where nothing is in it."""

    cachable = False

    def find(self, path: str, *args: Any, detail: bool = False, **kwargs: Any) -> Any:
        """List, folders too."""
        kwargs["withdirs"] = True
        found = super().find(path, *args, detail=True, **kwargs)
        listed = {
            name: info | {"type": "file", "size": info["size"] * (info["type"] == "file")}
            for name, info in found.items()
        }
        return listed if detail else sorted(listed)

    def rm_file(self, path: str) -> None:
        """Remove an object or an empty folder."""
        if Path(path).is_dir():
            Path(path).rmdir()
        else:
            super().rm_file(path)


@pytest.fixture
def _hierarchical(monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders by such a file system: a real one is no process on this machine."""
    monkeypatch.setitem(airflow_stores._STORE_CACHE, "file", ObjectStore("file", None, fs=Hierarchical()))


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> Iterator[Objects]:
    """An empty prefix of a real S3 server."""
    with s3() as connection:
        monkeypatch.setenv("AIRFLOW_CONN_MARKED", json.dumps(connection))
        yield Objects(f"s3://marked@{S3_BUCKET}/insider")


@pytest.mark.usefixtures("_hierarchical")
def test_a_day_is_published_and_purged_among_folders_that_are_listed(day: Pipeline) -> None:
    """A campaign of it first: the folders of the others are not empty then."""
    day.run()
    gone, *left = day.read()
    day.purge(campaigns=[gone])
    assert day.read() == left
    assert not list((day.folder / "raw").rglob(f"campaign_id={gone}/*"))
    store = Storage(day.storage, "brand")
    with pytest.raises(AirflowSkipException, match="objects removed"):
        day.purge()
    assert [key for key in Objects(day.storage).keys("") if DAY in key] == [store.at.tombstone(date.fromisoformat(DAY))]


@pytest.mark.usefixtures("_hierarchical")
def test_purging_again_finds_that_it_is_done(day: Pipeline) -> None:
    """An empty folder is no trace of a campaign."""
    day.run()
    gone = day.read()[0]
    day.purge(campaigns=[gone])
    with pytest.raises(AirflowSkipException, match="it does not have them"):
        day.purge(campaigns=[gone])


def test_markers_of_folders_are_no_objects(marked: Objects) -> None:
    """They end with a slash there."""
    marked.write("raw/day=1/a.json.gz", b"x")
    marked.write("raw/empty.json.gz", b"")
    system = marked._root.fs
    for marker in ("raw/", "raw/day=1/", "raw/day=2/"):
        system.call_s3("put_object", Bucket=S3_BUCKET, Key=f"insider/{marker}", Body=b"")
    assert marked.keys("raw") == ["raw/day=1/a.json.gz", "raw/empty.json.gz"]
    assert marked.keys("raw/day=2") == []
    assert {"day=1", "day=2"} <= set(marked.folders("raw"))
