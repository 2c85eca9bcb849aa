"""
The disk that is full, where the storage is a folder.

A worker gets a file system of its own, in memory, in a mount namespace: that needs no container, and either root or a
kernel that lets users make namespaces.
"""

import dataclasses
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from include.chaos.faults import Fault
from include.chaos.stacks import running_chaos
from include.chaos.verdict import Verdict
from include.distributed.stack import DistributedAirflow
from include.simulator.process import Simulator

_FULL_FOR_S = 20.0
_ROOM = "64m"
_IS_ROOT = os.geteuid() == 0
# Root in a user namespace of its own could no longer open what belongs to others, as PostgreSQL's socket.
_UNSHARE = ["unshare", "--mount"] if _IS_ROOT else ["unshare", "--user", "--map-root-user", "--mount"]
_ENTER = ["--mount"] if _IS_ROOT else ["--user", "--mount", "--preserve-credentials"]
_MOUNT = f'mount -t tmpfs -o size={_ROOM} tmpfs "$0" && exec "$@"'


def why_not() -> str | None:
    """Say why this machine cannot show it; None if it can."""
    if any(shutil.which(program) is None for program in ("unshare", "nsenter")):
        return "unshare and nsenter, of Linux's util-linux, are not here"
    probe = [*_UNSHARE, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    said = subprocess.run(probe, capture_output=True, text=True, check=False)  # noqa: S603 - constants
    return f"the kernel does not let this user mount a file system: {said.stderr.strip()}" if said.returncode else None


def run_on_a_full_disk(folder: Path, day: date) -> Verdict:
    """Run a day whose storage has no room for a while."""
    lake = folder / "disk-lake"
    lake.mkdir()
    prefix = [*_UNSHARE, "sh", "-c", _MOUNT, str(lake)]
    with running_chaos(folder / "disk", storage=str(lake), workers=1, worker_prefix=prefix) as chaos:
        seen_from_here = f"/proc/{chaos.airflow.pids()['worker-1']}/root{lake}"

        @contextmanager
        def full(airflow: DistributedAirflow, _sim: Simulator) -> Iterator[None]:
            worker = airflow.pids()["worker-1"]
            disk = os.statvfs(seen_from_here)
            _resize(worker, lake, str((disk.f_blocks - disk.f_bfree) * disk.f_frsize))
            yield
            _resize(worker, lake, _ROOM)

        there = dataclasses.replace(chaos, read=f"file://{seen_from_here}")
        return there.run_with(Fault("disk full on file storage", _FULL_FOR_S, full), day)


def _resize(worker: int, lake: Path, size: str) -> None:
    inside = ["nsenter", f"--target={worker}", *_ENTER]
    subprocess.run([*inside, "mount", "-o", f"remount,size={size}", str(lake)], check=True)  # noqa: S603 - constants but for our own pid, size and folder
