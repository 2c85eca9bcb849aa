"""The same on a real S3 server: what a folder allows and an object store does not would show here."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar

import pytest

from include.servers import S3_BUCKET, s3
from include.simulator.process import Simulator
from insider_web_push.errors import IncompleteDay, StorageNotWritable
from insider_web_push.hook import InsiderWebPushHook
from insider_web_push.lake.objects import Objects
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
    tables = [key for key in Objects(day.storage).keys("tables") if "campaign_day_change" not in key]
    kept = {key: store.read(key) for key in tables}
    store.delete([*tables, *(file.key for file in day.manifest.files.values())])
    day.run_id = "manual__3"
    day.refresh(first_day=DAY, last_day=DAY, rebuild=True)
    assert {key: store.read(key) for key in tables} == kept

    gone = day.read()[0]
    day.purge(campaigns=[gone])
    assert gone not in day.read()
    assert [key for key in Objects(day.storage).keys("raw") if f"campaign_id={gone}" in key] == []
    with pytest.raises(Exception, match="objects removed"):
        day.purge()
    assert [key for key in Objects(day.storage).keys("") if DAY in key] == [store.at.tombstone(date.fromisoformat(DAY))]
    with pytest.raises(IncompleteDay, match="2026-03-10"):
        day.read()


def test_folders_are_listed_without_what_is_in_them(day: Pipeline) -> None:
    """Also right after something was written into them; nothing is listed of what is not there."""
    store = Storage(day.storage, "brand")
    assert store.days_published() == store.days_swept() == []
    day.run()
    assert store.days_published() == store.days_swept() == [date.fromisoformat(DAY)]
    assert store.read_manifest(date(2026, 3, 11)) is None


@contextmanager
def serving(store: type[BaseHTTPRequestHandler]) -> Iterator[dict[str, Any]]:
    """A store that answers as S3 might; gives its connection."""
    with ThreadingHTTPServer(("127.0.0.1", 0), store) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        extra = {"endpoint_url": f"http://127.0.0.1:{server.server_port}", "region_name": "us-east-1"}
        yield {"conn_type": "aws", "login": "key", "password": "secret", "extra": extra}
        server.shutdown()


class TakesNoChecksums(BaseHTTPRequestHandler):
    """A store that refuses uploads with a checksum in the words of one that does."""

    protocol_version = "HTTP/1.1"

    def do_PUT(self) -> None:
        """Take an upload, or refuse it."""
        self.rfile.read(int(self.headers["Content-Length"]))
        if "x-amz-sdk-checksum-algorithm" in self.headers:
            said = "Unsupported header 'x-amz-sdk-checksum-algorithm' received for this API call."
            return self._answer(400, f"<Error><Code>InvalidArgument</Code><Message>{said}</Message></Error>")
        return self._answer(200, "")

    def _answer(self, status: int, body: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_a_store_without_checksums_says_so_and_the_advice_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the words of its error, in one try."""
    with serving(TakesNoChecksums) as connection:
        monkeypatch.setenv("AIRFLOW_CONN_PLAIN", json.dumps(connection))
        with pytest.raises(StorageNotWritable, match=r"for this API call\. It seems .* checksums") as caught:
            Storage("s3://plain@lake/x", "brand").check_usable()
        (advised,) = re.findall(r'"config_kwargs": (\{[^}]*\})', str(caught.value))
        connection["extra"]["config_kwargs"] = json.loads(advised)
        monkeypatch.setenv("AIRFLOW_CONN_ADVISED", json.dumps(connection))
        Storage("s3://advised@lake/x", "brand").check_usable()


class CountsRequests(BaseHTTPRequestHandler):
    """A store of one object, which notes what it is asked."""

    protocol_version = "HTTP/1.1"
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        """Give the object, or say that there is none."""
        self.asked.append(f"{self.command} {self.path}")
        found = self.path == "/lake/x/there"
        said = b"the object" if found else b"<Error><Code>NoSuchKey</Code><Message>none</Message></Error>"
        self.send_response(200 if found else 404)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(said)

    def do_HEAD(self) -> None:
        """Do the same, without the object."""
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_an_object_is_read_by_one_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether it is there or not: s3fs would ask for its size first, and list where there is none."""
    with serving(CountsRequests) as connection:
        monkeypatch.setenv("AIRFLOW_CONN_COUNTED", json.dumps(connection))
        objects = Objects("s3://counted@lake/x")
        assert (objects.read("there"), objects.read_if_there("nowhere")) == (b"the object", None)
        assert [request.partition("?")[0] for request in CountsRequests.asked] == [
            "GET /lake/x/there",
            "GET /lake/x/nowhere",
        ]


def test_a_key_that_is_refused_costs_no_call(
    sim: Simulator, day: Pipeline, s3_connection: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a folder that cannot be written."""
    monkeypatch.setenv("AIRFLOW_CONN_REFUSED", json.dumps(s3_connection | {"password": "wrong"}))
    day.storage = day.storage.replace("bucket@", "refused@")
    with pytest.raises(StorageNotWritable, match=r"cannot write to the storage .*refused@lake"):
        day.discover()
    assert sim.requests() == []
