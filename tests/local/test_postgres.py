import subprocess
import sys
from pathlib import Path

import pytest

from include.local.postgres import start_postgres
from include.local.processes import Processes


@pytest.fixture
def processes(tmp_path):
    running = Processes(record=tmp_path / "record.json", logs=tmp_path)
    yield running
    running.stop_all()


@pytest.fixture
def bystander():
    """Somebody else's process."""
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    yield process
    process.kill()
    process.wait()


def deep(folder: Path) -> Path:
    """A folder whose path is longer than a unix socket's may be."""
    found = folder.joinpath(*["a-deeply-nested-clone"] * 6)
    found.mkdir(parents=True)
    return found


def test_it_runs_in_a_deep_folder_and_remembers_its_migrations(tmp_path, processes):
    """Unix sockets have paths of about a hundred bytes at most."""
    data = deep(tmp_path) / "postgres"
    database = start_postgres(data, processes)
    assert database.migrated_to() is None
    database.set_migrated_to("3.3.2")
    processes.stop_all()
    assert start_postgres(data, processes).migrated_to() == "3.3.2"


def test_a_killed_servers_pid_may_be_somebody_elses_by_now(tmp_path, processes, bystander):
    """It is neither taken for the server nor stopped."""
    data = tmp_path / "postgres"
    start_postgres(data, processes)
    processes.stop_all()
    (data / "postmaster.pid").write_text(f"{bystander.pid}\n{data}\n1\n5432\n{data}\n\n  1 1\nready\n")
    assert start_postgres(data, processes).migrated_to() is None
    processes.stop_all()
    assert bystander.poll() is None
