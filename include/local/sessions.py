"""
Sessions of processes, found again by id and start time, and stopped as a whole.

A session id is inherited by every descendant. A process group would not do: Airflow puts each task into one of its own.
"""

import json
import os
import signal
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

GRACE_S = 6.0
"""How long a component may take to end after its signal. Airflow's need about 2 s, but a scheduler that is told to stop
waits for its tasks, however long these take."""

_CLOCK_TOLERANCE_S = 1.0


@dataclass(frozen=True, slots=True)
class Session:
    """A session, by its leader."""

    name: str
    pid: int
    started: float
    """Seconds since the epoch, as psutil tells it; shows whether the pid is still the same process."""
    stop_signal: int = signal.SIGTERM
    grace_s: float = GRACE_S
    """Seconds between the stop signal and SIGKILL."""

    def leader_lives(self) -> bool:
        """Say whether the leader runs, and is still the same process."""
        try:
            leader = psutil.Process(self.pid)
            same = abs(leader.create_time() - self.started) <= _CLOCK_TOLERANCE_S
            return same and leader.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False

    def members(self) -> list[psutil.Process]:
        """List the session's living processes; empty if the pid belongs to something else by now."""
        if psutil.boot_time() > self.started + _CLOCK_TOLERANCE_S:
            return []
        found = []
        for process in psutil.process_iter(["create_time", "status"]):
            created = process.info["create_time"]
            if process.pid == self.pid and abs(created - self.started) > _CLOCK_TOLERANCE_S:
                return []
            if _session_id(process.pid) == self.pid and process.info["status"] != psutil.STATUS_ZOMBIE:
                found.append(process)
        return found

    def send(self, number: int) -> None:
        """Send a signal to every member."""
        for process in self.members():
            try:
                process.send_signal(number)
            except psutil.NoSuchProcess:
                continue


def started_at(pid: int) -> float:
    """Tell when a process was started, as `Session` wants it."""
    return psutil.Process(pid).create_time()


def write_record(record: Path, sessions: list[Session]) -> None:
    """Write down what runs, replacing what was written before."""
    draft = record.with_suffix(".new")
    draft.write_text(json.dumps([asdict(session) for session in sessions]))
    draft.replace(record)


def stop_recorded(record: Path) -> None:
    """
    Stop every session in a record, and remove the record.

    Each gets its own signal, then a grace, then SIGKILL. The first one recorded is stopped last, after all others have
    ended: it is the database, in which they write down their end.
    """
    if not record.exists():
        return
    sessions = [Session(**entry) for entry in json.loads(record.read_text())]
    _stop(sessions[1:])
    _stop(sessions[:1])
    record.unlink(missing_ok=True)


def _stop(sessions: list[Session]) -> None:
    for session in sessions:
        session.send(session.stop_signal)
    began = time.monotonic()
    while living := [session for session in sessions if session.members()]:
        for session in living:
            if time.monotonic() - began > session.grace_s:
                session.send(signal.SIGKILL)
        time.sleep(0.1)


def _session_id(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except (ProcessLookupError, PermissionError):
        return None
