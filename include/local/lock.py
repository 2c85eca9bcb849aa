"""One Airflow a home, decided by the kernel: a lock that its holders cannot leave behind."""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

import psutil

_CLEANING_DEADLINE_S = 20.0
"""How long the watchdog of a killed supervisor may take, which holds the lock meanwhile."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock, as it said when it took it."""

    pid: int
    purpose: str
    """The command that started it."""

    @property
    def is_cleaning_up(self) -> bool:
        """Whether it was killed, and only its watchdog still holds the lock, until all that it ran is stopped."""
        return not psutil.pid_exists(self.pid)


class AlreadyRunningError(RuntimeError):
    """Another process runs an Airflow in this home; the message says which command, and what to do."""

    def __init__(self, purpose: str) -> None:
        advice = "`make down` stops it" if purpose == "make up" else "wait for its end, or stop it with Ctrl-C"
        super().__init__(f"`{purpose}` is running here: {advice}")


@contextmanager
def only_one(path: Path, purpose: str) -> Iterator[int]:
    """
    Hold the lock while the block lasts.

    Yields:
        The file descriptor: whoever inherits it holds the lock as well.

    Raises:
        AlreadyRunningError: somebody else holds it.
    """
    deadline = time.monotonic() + _CLEANING_DEADLINE_S
    with path.open("a+") as file:
        while not _taken(file):
            other = _read(path)
            if not other.is_cleaning_up or time.monotonic() > deadline:
                raise AlreadyRunningError(other.purpose)
            time.sleep(0.1)
        file.truncate(0)
        file.write(json.dumps(asdict(Holder(os.getpid(), purpose))))
        file.flush()
        yield file.fileno()


def refuse_second(path: Path) -> None:
    """
    Look before anything is written, where `only_one` comes too late for that.

    Raises:
        AlreadyRunningError: somebody holds the lock.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if (other := holder(path)) is not None and not other.is_cleaning_up:
        raise AlreadyRunningError(other.purpose)


def holder(path: Path) -> Holder | None:
    """Say who holds the lock; None if nobody does."""
    with path.open("a+") as file:
        return None if _taken(file) else _read(path)


def _taken(file: IO[str]) -> bool:
    """Take the lock if it is free; closing the file gives it back."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read(path: Path) -> Holder:
    text = path.read_text()
    # Empty in the instant between taking the lock and writing it down.
    return Holder(**json.loads(text)) if text else Holder(os.getpid(), "another command")
