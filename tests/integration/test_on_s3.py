"""The same on a real S3 server: what a folder allows and an object store does not would show here."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from include.servers import S3_BUCKET, s3
from include.simulator.process import Simulator
from insider_web_push.errors import IncompleteDay, StorageNotWritable
from insider_web_push.hook import InsiderWebPushHook
from insider_web_push.lake.storage import Storage
from tests.integration.pipeline import DAY, Pipeline


@pytest.fixture(scope="module")
def s3_connection() -> Iterator[dict[str, Any]]:
    with s3() as connection:
        yield connection


@pytest.fixture
def day(
    s3_connection: dict[str, Any],
    sim: Simulator,
    hook_for: Callable[..., InsiderWebPushHook],
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> Pipeline:
    """A day of three active campaigns and a quiet one, in a bucket."""
    monkeypatch.setenv("AIRFLOW_CONN_BUCKET", json.dumps(s3_connection))
    sim.patch(campaigns=3, quiet_campaigns=1, now="2026-03-11T01:00:00+03:00")
    hook = hook_for(sim.url, requests_per_minute=1000)
    return Pipeline(hook.http_conn_id, f"s3://bucket@{S3_BUCKET}/{request.node.name}")


def test_a_day_is_published_corrected_rebuilt_and_purged(sim: Simulator, day: Pipeline) -> None:
    """Revisions, changes, the same bytes again, and nothing left but the tombstone."""
    day.run()
    sim.patch(now="2026-03-20T09:00:00+03:00")
    day.run_id = "manual__2"
    day.run()
    assert (len(day.read()), day.revision, day.events) == (4, 2, [{DAY}, {DAY}])
    assert day.changes()

    store = Storage(day.storage, "brand")
    tables = [key for key in store.keys("tables") if "campaign_day_change" not in key]
    kept = {key: store.read(key) for key in tables}
    store.delete([*tables, *(file.key for file in day.manifest.files.values())])
    day.run_id = "manual__3"
    day.refresh(first_day=DAY, last_day=DAY, rebuild=True)
    assert {key: store.read(key) for key in tables} == kept

    gone = day.read()[0]
    day.purge(campaigns=[gone])
    assert gone not in day.read()
    assert [key for key in store.keys("raw") if f"campaign_id={gone}" in key] == []
    with pytest.raises(Exception, match="objects removed"):
        day.purge()
    assert [key for key in store.keys("") if DAY in key] == [store.at.tombstone(date.fromisoformat(DAY))]
    with pytest.raises(IncompleteDay, match="2026-03-10"):
        day.read()


def test_folders_are_listed_without_what_is_in_them(day: Pipeline) -> None:
    """Also right after something was written into them; nothing is listed of what is not there."""
    store = Storage(day.storage, "brand")
    assert store.days_published() == store.days_swept() == []
    day.run()
    assert store.days_published() == store.days_swept() == [date.fromisoformat(DAY)]
    assert store.read_manifest(date(2026, 3, 11)) is None


def test_a_key_that_is_refused_costs_no_call(
    sim: Simulator, day: Pipeline, s3_connection: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a folder that cannot be written."""
    monkeypatch.setenv("AIRFLOW_CONN_REFUSED", json.dumps(s3_connection | {"password": "wrong"}))
    day.storage = day.storage.replace("bucket@", "refused@")
    with pytest.raises(StorageNotWritable, match=r"cannot write to the storage .*refused@lake"):
        day.discover()
    assert sim.requests() == []
