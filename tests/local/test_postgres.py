import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from include.local.postgres import start_postgres
from include.local.processes import ComponentDiedError, Processes


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


@pytest.mark.parametrize("is_deep", [False, True], ids=["short", "deep"])
def test_its_socket_is_where_nobody_else_may_enter(tmp_path, processes, is_deep):
    """It asks for no password: whoever reaches it is the superuser."""
    data = (deep(tmp_path) if is_deep else tmp_path) / "postgres"
    way = start_postgres(data, processes).socket_folder
    assert way.resolve() == data.resolve()
    assert (way / ".s.PGSQL.5432").is_socket()
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert is_deep == way.is_symlink()
    if is_deep:
        assert (stat.S_IMODE(way.parent.stat().st_mode), way.parent.stat().st_uid) == (0o700, os.geteuid())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
@pytest.mark.parametrize("is_deep", [False, True], ids=["short", "deep"])
def test_another_user_of_the_machine_does_not_reach_it(tmp_path, processes, is_deep):
    """Neither by the way that we take nor by the data folder's own path."""
    data = (deep(tmp_path) if is_deep else tmp_path) / "postgres"
    way = start_postgres(data, processes).socket_folder
    connect = (
        "import os, sys; os.chdir(sys.argv[1]); import socket; socket.socket(socket.AF_UNIX).connect('.s.PGSQL.5432')"
    )
    for folder in (way, data):
        command = ["/usr/bin/env", "python3", "-c", connect, str(folder)]
        assert subprocess.run(command, check=False).returncode == 0  # noqa: S603 — ours
        refused = subprocess.run(  # noqa: S603 — ours
            command, user="nobody", group="nogroup", capture_output=True, text=True, check=False
        )
        assert "PermissionError" in refused.stderr


def test_a_folder_that_somebody_else_made_is_not_believed(tmp_path, processes, monkeypatch):
    """Clients would be led to another server."""
    with tempfile.TemporaryDirectory() as base:  # shorter than pytest's own
        theirs = Path(base, f"insider-web-push-{os.geteuid()}")
        theirs.mkdir()
        theirs.chmod(0o777)
        monkeypatch.setenv("XDG_RUNTIME_DIR", base)
        with pytest.raises(ComponentDiedError, match="is not a folder of this user alone"):
            start_postgres(deep(tmp_path) / "postgres", processes)


def test_the_folders_above_are_not_opened_to_everybody(tmp_path, processes):
    """The wheel makes them readable where root starts it; its other user needs to pass through, no more."""
    above = tmp_path / "home"
    above.mkdir(mode=0o700)
    start_postgres(above / "postgres", processes)
    assert stat.S_IMODE(above.stat().st_mode) in {0o700, 0o711}
