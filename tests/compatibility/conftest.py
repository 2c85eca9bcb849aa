"""What version 0.1.0 wrote, unpacked and copied for each test, and a connection to an API that nobody asks."""

import json
import shutil
import tarfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine

from tests.builders import DATA
from tests.compatibility.old_lake import CONN_ID, NOBODY, PARTNER, OldLake, Run

NOW = datetime(2026, 11, 19, 4, tzinfo=UTC)
"""Seven in the morning of the account's zone, on the day after the last thing that happened to the lake."""


@pytest.fixture(scope="session")
def stored(tmp_path_factory: pytest.TempPathFactory) -> OldLake:
    """The lake as it was stored, for tests that only read."""
    folder = tmp_path_factory.mktemp("lake_v2")
    with tarfile.open(DATA / "lake_v2" / "lake.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return OldLake(folder)


@pytest.fixture
def lake(stored: OldLake, tmp_path: Path) -> OldLake:
    """A copy of it, to go on with."""
    return OldLake(shutil.copytree(stored.root, tmp_path / "lake"))


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Make the account's connection, to some API."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")

    def make(url: str, *, key: str = "k3y-that-opens-nothing") -> None:
        connection = {"conn_type": "insider_web_push", "host": url, "password": key, "extra": {"partner_id": PARTNER}}
        monkeypatch.setenv(f"AIRFLOW_CONN_{CONN_ID.upper()}", json.dumps(connection))

    return make


@pytest.fixture
def clock() -> Iterator[Any]:
    """Our clock, at `NOW`."""
    with time_machine.travel(NOW, tick=True) as traveller:
        yield traveller


@pytest.fixture
def run(lake: OldLake, connect: Callable[..., None], clock: Any) -> Run:  # noqa: ARG001 — it is the time of the run
    """A run of the refresh by the present version. A call to the API would fail it."""
    connect(NOBODY)
    return Run(lake.url)
