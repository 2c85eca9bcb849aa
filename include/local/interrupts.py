"""
Ctrl-C, SIGTERM and SIGHUP at the right moment.

All three raise `Interrupted`, a KeyboardInterrupt, so that `with` blocks end and clean up; except that

    held()      what starts a process and writes it down, or stops what runs, is finished first
    shielded()  as `held`, and for programs started inside that would take the terminal's Ctrl-C for their own
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(KeyboardInterrupt):
    """
    Someone asked this process to end.

    Attributes:
        number: The signal.
    """

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.number = number


class _State:
    held = 0
    pending: int | None = None


@contextmanager
def orderly_interrupts() -> Iterator[None]:
    """Take over the three signals while the block lasts; nothing is done outside the main thread, as Python wants."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, _interrupt) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def held() -> Iterator[None]:
    """Put off an interrupt until the block has ended."""
    _State.held += 1
    try:
        yield
    finally:
        _State.held -= 1
    if not _State.held and (number := _State.pending) is not None:
        _State.pending = None
        raise Interrupted(number)


@contextmanager
def shielded() -> Iterator[None]:
    """Put off an interrupt for this thread and for the processes that it starts in the block."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _interrupt(number: int, _frame: FrameType | None) -> None:
    if _State.held:
        _State.pending = number
    else:
        raise Interrupted(number)
