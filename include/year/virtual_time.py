"""
Virtual time, and the jobs that share it.

A job is a greenlet: it runs alone until it waits, so that two publishers meet at each write and nowhere else, and the
same seed gives the same year. Nothing here is random.
"""

import heapq
import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import time_machine
from greenlet import getcurrent, greenlet


class Killed(BaseException):
    """The process is gone (kill -9, a lost node): whatever it was about to do does not happen."""


@dataclass(frozen=True, slots=True)
class Job:
    """One process; its machine's clock, but not the one that measures, is ahead by *skew_s* seconds."""

    name: str
    skew_s: float
    go_on: Callable[[], None]


class VirtualTime:
    """
    The clock of a year, and the queue of who runs next.

    Attributes:
        now: Seconds since the epoch.
        job: The job that runs; None between jobs.
        queue: Who waits until when.
        failures: Of jobs that ended by an error which nobody caught, name and error.
    """

    def __init__(self, start: datetime) -> None:
        self.now = start.timestamp()
        self.job: Job | None = None
        self.queue: list[tuple[float, int, Job]] = []
        self.failures: list[str] = []
        self._tie = itertools.count()
        self._hub = getcurrent()
        self._wall: Any = None

    @property
    def instant(self) -> datetime:
        """The present instant, UTC, by nobody's clock."""
        return datetime.fromtimestamp(self.now, UTC)

    def start(self, name: str, run: Callable[[], None], *, at: float | None = None, skew_s: float = 0.0) -> None:
        """Let a job begin, now or later."""
        self.wake(Job(name, skew_s, greenlet(run, self._hub).switch), at=at)

    def sleep(self, seconds: float) -> None:
        """Wait; whoever is due meanwhile runs. Between jobs nobody waits."""
        if self.job:
            self.wake(self.job, at=self.now + max(0.0, seconds))
            self.park()

    def park(self) -> None:
        """Wait until somebody calls `wake`."""
        self._hub.switch()

    def wake(self, job: Job, *, at: float | None = None) -> None:
        """Let a parked job go on, now or later."""
        heapq.heappush(self.queue, (self.now if at is None else at, next(self._tie), job))

    def run_until(self, end: float) -> None:
        """Run all that is due before an instant."""
        while self.queue and self.queue[0][0] <= end:
            at, _, job = heapq.heappop(self.queue)
            self.now, self.job = max(self.now, at), job
            self._wall.move_to(self.now + job.skew_s)
            try:
                job.go_on()
            except BaseException as failure:  # noqa: BLE001 — the judge hears of it
                self.failures.append(f"{job.name} ended by {type(failure).__name__}: {failure}")
            self.job = None
        self.now = max(self.now, end)
        self._wall.move_to(self.now)

    @contextmanager
    def everywhere(self) -> Iterator[None]:
        """Make this the clock of the process: of `datetime`, of `time.sleep` and of the clocks that measure."""
        measure = patch.multiple(time, sleep=self.sleep, monotonic=lambda: self.now, clock_gettime=lambda _: self.now)
        with time_machine.travel(self.now, tick=False) as self._wall, measure:
            yield
