"""What a way cost, from the simulator's own request log and the processes' own accounting."""

import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import psutil

_PROC = Path("/proc")

_OK, _THROTTLED = 200, {429, 403}


@dataclass(frozen=True)
class Figures:
    """
    One row of the table and of the JSON lines.

    Attributes:
        way: Who made the calls.
        done: Campaigns answered with success.
        wall_s: From the first request to the last, in seconds.
        throttled: Requests that were refused for the limit.
        most_in_window: Most requests in any window, as they arrived at the server, refused ones included.
        share_of_limit: Shortest span that the limit allows for the calls made, over the span taken.
        cpu_s_per_100: CPU seconds of all processes that made the calls, for 100 of them.
        peak_rss_mb: Their largest memory together, in MB; shared pages counted once (PSS).
    """

    way: str
    done: int
    wall_s: float
    throttled: int
    most_in_window: int
    share_of_limit: float
    cpu_s_per_100: float
    peak_rss_mb: float


def figures_of(way: str, requests: Sequence[dict[str, Any]], usage: "Usage", *, limit: int, window_s: float) -> Figures:
    """Judge one way by the simulator's log of it."""
    arrived = sorted(request["arrived_at"] for request in requests)
    good = [request for request in requests if request["status"] == _OK]
    span_s = arrived[-1] - arrived[0]
    shortest_s = (-(-len(good) // limit) - 1) * window_s
    return Figures(
        way=way,
        done=sum(request["endpoint"] == "campaign-metrics" for request in good),
        wall_s=round(span_s, 2),
        throttled=sum(request["status"] in _THROTTLED for request in requests),
        most_in_window=_most_in_window(arrived, window_s),
        share_of_limit=round(shortest_s / span_s, 4) if span_s else 1.0,
        cpu_s_per_100=round(usage.cpu_s / len(good) * 100, 1),
        peak_rss_mb=round(usage.peak_mb, 0),
    )


def _most_in_window(arrived: Sequence[float], window_s: float) -> int:
    most, first = 0, 0
    for last, at in enumerate(arrived):
        while arrived[first] <= at - window_s:
            first += 1
        most = max(most, last - first + 1)
    return most


@dataclass
class Usage:
    """CPU and memory of this process's descendants, except those named by *without*."""

    without: frozenset[int]
    cpu_s: float = 0.0
    peak_mb: float = 0.0
    _stop: threading.Event = field(default_factory=threading.Event)

    @classmethod
    @contextmanager
    def watching(cls, *, without: frozenset[int]) -> Iterator[Self]:
        """Measure for as long as the block lasts."""
        usage = cls(without)
        before = usage._cpu_s()
        sampler = threading.Thread(target=usage._sample, daemon=True)
        sampler.start()
        try:
            yield usage
        finally:
            usage.cpu_s = usage._cpu_s() - before
            usage._stop.set()
            sampler.join()

    def _sample(self) -> None:
        while not self._stop.wait(5):
            self.peak_mb = max(self.peak_mb, sum(_pss(process) for process in self._processes()) / 1e6)

    def _cpu_s(self) -> float:
        """Own time, and that of children which have ended: tasks are forked, and reaped, all the time."""
        total = 0.0
        for process in self._processes():
            try:
                times = process.cpu_times()
            except psutil.NoSuchProcess:
                continue
            total += times.user + times.system + times.children_user + times.children_system
        return total

    def _processes(self) -> list[psutil.Process]:
        return [process for process in psutil.Process().children(recursive=True) if process.pid not in self.without]


def _pss(process: psutil.Process) -> int:
    """Read a process' memory, its share of what it shares included; elsewhere than on Linux it is left out."""
    try:
        found = process.memory_full_info()
        return int(getattr(found, "pss", found.uss))
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return 0


def needs_proc(proc: Path = _PROC) -> None:
    """
    End the program before it measures for minutes what it could not tell.

    Raises:
        SystemExit: this system has no /proc.
    """
    if not (proc / "self" / "status").exists():
        raise SystemExit(f"This benchmark reads peak memory from Linux's {proc}, which is not here: run it on Linux.")


def peak_kib(pid: int | str = "self") -> int:
    """Read a process' peak memory from Linux: getrusage's is also that of the process which started it."""
    found = re.search(r"VmHWM:\s+([0-9]+) kB", (_PROC / str(pid) / "status").read_text())
    return int(found[1]) if found else 0
