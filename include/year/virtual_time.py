"""
Virtual time, and the jobs that share it.

A job is a greenlet: it runs alone until it waits, so that two publishers meet at each write and nowhere else, and the
same seed gives the same year. Nothing here is random.
"""

from __future__ import annotations

import heapq
import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import greenlet
import time_machine

from insider_web_push.budget import clock as budget_clock


class Killed(BaseException):
    """The process is gone (kill -9, a lost node): whatever it was about to do does not happen."""


class Job:
    """
    One process.

    Attributes:
        skew_s: How far its machine's clock is ahead, in seconds. The boot clock, which measures, is not.
        failure: What ended it, if that was not its own end.
    """

    def __init__(self, name: str, run: Callable[[], None], *, skew_s: float = 0.0) -> None:
        self.name = name
        self.skew_s = skew_s
        self.failure: BaseException | None = None
        self._run = run
        self._greenlet = greenlet.greenlet(self._go)

    def _go(self) -> None:
        try:
            self._run()
        except BaseException as failure:  # noqa: BLE001 — the judge hears of it
            self.failure = failure

    def resume(self) -> None:
        """Let it run until it waits or ends; then whoever called goes on, not whoever started it."""
        self._greenlet.parent = greenlet.getcurrent()
        self._greenlet.switch()


class VirtualTime:
    """
    The clock of a year, and the queue of who runs next.

    Attributes:
        now: Seconds since the epoch.
        job: The job that runs; None between jobs.
        failures: Jobs that ended by an error that nobody caught.
    """

    def __init__(self, start: datetime) -> None:
        self.now = start.timestamp()
        self.job: Job | None = None
        self.failures: list[Job] = []
        self._queue: list[tuple[float, int, Job]] = []
        self._tie = itertools.count()
        self._hub = greenlet.getcurrent()
        self._wall: Any = None

    @property
    def instant(self) -> datetime:
        """The present instant, UTC, by nobody's clock."""
        return datetime.fromtimestamp(self.now, UTC)

    def start(self, name: str, run: Callable[[], None], *, at: float | None = None, skew_s: float = 0.0) -> None:
        """Let a job begin, now or later."""
        self.wake(Job(name, run, skew_s=skew_s), at=at)

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
        heapq.heappush(self._queue, (self.now if at is None else at, next(self._tie), job))

    def run_until(self, end: float) -> None:
        """Run all that is due before an instant."""
        self._hub = greenlet.getcurrent()
        while self._queue and self._queue[0][0] <= end:
            at, _, job = heapq.heappop(self._queue)
            self.now, self.job = max(self.now, at), job
            self._wall.move_to(self.now + job.skew_s)
            job.resume()
            self.job = None
            if job.failure is not None:
                self.failures.append(job)
        self.now = max(self.now, end)
        self._wall.move_to(self.now)

    @property
    def is_idle(self) -> bool:
        """Whether nobody waits for anything."""
        return not self._queue

    @contextmanager
    def everywhere(self) -> Iterator[None]:
        """Make this the clock of the process: of `datetime`, of `time.sleep` and of the boot clock."""
        real = time.clock_gettime
        with time_machine.travel(self.now, tick=False) as self._wall:
            faked = time.clock_gettime
            clocks: dict[str, Any] = {
                "sleep": self.sleep,
                "monotonic": lambda: self.now,
                "clock_gettime": lambda which: self.now if which == budget_clock.CLOCK else faked(which),
            }
            with patch.multiple(time, **clocks):
                assert budget_clock.boot_clock() == self.now
                yield
        time.clock_gettime = real
