"""Compare and swap on a file system, and on S3 servers without conditions; `test_two_publishers` has the rest."""

import json
import logging
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

import pytest

from insider_web_push.lake.objects import Objects
from insider_web_push.lake.storage import Storage

KEY = "folder/object.json"


@pytest.fixture
def files(tmp_path: Path) -> Objects:
    """An empty folder."""
    return Objects(tmp_path.as_uri())


def test_it_is_written_on_the_version_that_it_was_made_from(files: Objects) -> None:
    """Also the first one, which was made from none; and never on another."""
    assert files.version(KEY) is None
    assert not files.swap(KEY, b"made from something", made_from="what is gone")
    assert files.swap(KEY, b"one", made_from=None)
    first = files.version(KEY)
    assert not files.swap(KEY, b"another first one", made_from=None)
    assert files.swap(KEY, b"two", made_from=first)
    assert not files.swap(KEY, b"three", made_from=first)
    assert files.read(KEY) == b"two"


def test_what_is_there_already_was_written(files: Objects) -> None:
    """A write whose answer was lost is sent again, and refused for what it wrote itself."""
    files.write(KEY, b"one")
    assert files.swap(KEY, b"one", made_from=None)


def test_files_are_not_warned_of(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """They have a lock."""
    Storage(tmp_path.as_uri(), "brand").check_usable()
    assert "takes no condition" not in caplog.text


class Unconditional(BaseHTTPRequestHandler):
    """An S3 server of one object that ignores conditions, or says that it does not know them."""

    protocol_version = "HTTP/1.1"
    says_so: ClassVar[bool]
    data: ClassVar[bytes]

    def do_PUT(self) -> None:
        """Take an upload, whatever its condition is."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.says_so and ("If-Match" in self.headers or "If-None-Match" in self.headers):
            words = "A header you provided implies functionality that is not implemented"
            self._answer(501, f"<Error><Code>NotImplemented</Code><Message>{words}</Message></Error>".encode())
            return
        type(self).data = body
        self._answer(200, b"")

    def do_GET(self) -> None:
        """Give the object, or what there is of it besides its bytes."""
        self._answer(200 if self.data else 404, self.data)

    do_HEAD = do_GET  # noqa: N815 — http.server's

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("ETag", f'"{self.data.hex()}"')
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(params=[True, False], ids=["refused", "ignored"])
def unconditional(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of such a server."""
    Unconditional.data, Unconditional.says_so = b"", request.param
    with ThreadingHTTPServer(("127.0.0.1", 0), Unconditional) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        extra = {"endpoint_url": f"http://127.0.0.1:{server.server_port}", "region_name": "us-east-1"}
        extra |= {"config_kwargs": {"request_checksum_calculation": "when_required"}}  # type: ignore[dict-item]
        name = "says_no" if request.param else "ignores"
        connection = {"conn_type": "aws", "login": "key", "password": "secret", "extra": extra}
        monkeypatch.setenv(f"AIRFLOW_CONN_{name.upper()}", json.dumps(connection))
        yield f"s3://{name}@lake/x"
        server.shutdown()


def test_a_server_that_takes_no_conditions_is_found_out_and_written_to_all_the_same(
    unconditional: str, caplog: pytest.LogCaptureFixture
) -> None:
    """What it says of them, or that it takes one which it had to refuse, tells it; the log says what that means."""
    with caplog.at_level(logging.WARNING):
        Storage(unconditional, "brand").check_usable()
    assert "takes no condition on a write: where two Airflows publish one day" in caplog.text
    objects = Objects(unconditional)
    assert objects.swap(KEY, b"one", made_from=None)
    first = objects.version(KEY)
    assert objects.swap(KEY, b"two", made_from=first)
    assert Unconditional.data == b"two"
    # Where it says no, the look before the write still finds what came earlier.
    assert objects.swap(KEY, b"three", made_from=first) is not Unconditional.says_so


class Bucketless(Unconditional):
    """An S3 server that has no bucket."""

    says_so, data = False, b""

    def do_PUT(self) -> None:
        """Refuse an upload."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def do_GET(self) -> None:
        """Say that there is no such bucket."""
        self._answer(404, b"<Error><Code>NoSuchBucket</Code><Message>The bucket does not exist</Message></Error>")

    do_HEAD = do_GET  # noqa: N815 — http.server's


def test_a_bucket_that_is_gone_is_not_a_swap_that_somebody_else_won(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a 404 too, and who is told that others were quicker tries again and looks for them."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Bucketless) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        extra = {"endpoint_url": f"http://127.0.0.1:{server.server_port}", "region_name": "us-east-1"}
        connection = {"conn_type": "aws", "login": "key", "password": "secret", "extra": extra}
        monkeypatch.setenv("AIRFLOW_CONN_NO_BUCKET", json.dumps(connection))
        objects = Objects("s3://no_bucket@lake/x")
        assert objects.version(KEY) is None
        for made_from in (None, '"etag"'):
            with pytest.raises(FileNotFoundError, match="bucket does not exist"):
                objects.swap(KEY, b"one", made_from=made_from)
        server.shutdown()
