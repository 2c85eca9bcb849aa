"""Threads whose sleeps cost no time: one runs at once, and the clock jumps to whoever is due next."""

import heapq
import threading
from collections.abc import Callable, Sequence
from random import Random

_MOST_TURNS = 100_000


class VirtualTime:
    """
    A clock and a sleep to inject, and the scheduler behind them.

    Args:
        ties: Seed of the order in which those go who are due at the same instant.
        starts_at: The clock's first reading, in seconds.
    """

    def __init__(self, ties: int = 0, starts_at: float = 1000.0) -> None:
        self._now = starts_at
        self._random = Random(ties)  # noqa: S311 — an order to repeat, not a secret
        self._due: list[tuple[float, float, threading.Event]] = []
        self._handed_back = threading.Event()
        self._failures: list[BaseException] = []

    def clock(self) -> float:
        """Give the present instant, in seconds."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Let others run until this thread is due."""
        turn = self._wait_for(seconds)
        self._handed_back.set()
        turn.wait()

    def run(self, programs: Sequence[Callable[[], None]]) -> float:
        """
        Run every program to its end; gives the seconds that this took on the clock.

        Raises:
            AssertionError: somebody never ends.
        """
        began = self._now
        for program in programs:
            threading.Thread(target=self._guarded, args=(program, self._wait_for(0)), daemon=True).start()
        turns = 0
        while self._due:
            due, _, turn = heapq.heappop(self._due)
            self._now = max(self._now, due)
            self._handed_back.clear()
            turn.set()
            self._handed_back.wait()
            if self._failures:
                raise self._failures[0]
            turns += 1
            assert turns < _MOST_TURNS, "somebody never gets a turn"
        return self._now - began

    def _wait_for(self, seconds: float) -> threading.Event:
        turn = threading.Event()
        heapq.heappush(self._due, (self._now + seconds, self._random.random(), turn))
        return turn

    def _guarded(self, program: Callable[[], None], turn: threading.Event) -> None:
        turn.wait()
        try:
            program()
        except BaseException as failure:  # noqa: BLE001 — raised again by `run`, in the test's own thread
            self._failures.append(failure)
        finally:
            self._handed_back.set()
