"""
Asks the API, judges what it says, and asks once more in place where a fault may have been of that moment.

A task's retry costs 40 s and more, and a list would be read from its first page again. A second request costs two
seconds and one call of the budget, for which it takes a lease of its own.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeGuard, TypeVar

from insider_web_push.errors import ContractViolation, ServiceUnavailable
from insider_web_push.hook import Answer

log = logging.getLogger(__name__)
T = TypeVar("T")

PAUSE_S = 2.0
_LONG_S = 25.0
"""A request that took longer hung; the next one would keep the worker as long. Requests end after 30 s, by default."""
_SOON_S = 5.0


@dataclass(frozen=True, slots=True)
class Judged(Generic[T]):
    """
    An answer, and what it says.

    Attributes:
        said: What was read; or why it cannot be: an outage in the shape of a 2xx, or a break of the documented shape.
    """

    answer: Answer
    said: T | ContractViolation | ServiceUnavailable


def judged(
    ask: Callable[[], Answer],
    read: Callable[[bytes], T],
    *,
    what: str,
    sleep: Callable[[float], None] | None = None,
) -> Judged[T]:
    """
    Ask, judge the answer, and ask once more if the service failed.

    Not after a throttled request, nor where the server named a longer wait, nor after a request that hung.

    Args:
        ask: Sends the request.
        read: Reads the body, or raises why it cannot be used.
        what: What is asked for, for the log.
        sleep: Waits for so many seconds; None is `time.sleep`.

    Raises:
        InsiderError: as *ask*.
    """
    sleep = sleep or time.sleep
    try:
        found = _once(ask, read)
    except ServiceUnavailable as fault:
        if not _is_of_the_moment(fault):
            raise
        sleep(_pause_s(fault, what))
    else:
        if not _is_of_the_moment(found.said):
            return found
        sleep(_pause_s(found.said, what))
    return _once(ask, read)


def _once(ask: Callable[[], Answer], read: Callable[[bytes], T]) -> Judged[T]:
    answer = ask()
    try:
        return Judged(answer, read(answer.body))
    except (ContractViolation, ServiceUnavailable) as refused:
        return Judged(answer, refused)


def _is_of_the_moment(fault: object) -> TypeGuard[ServiceUnavailable]:
    return isinstance(fault, ServiceUnavailable) and fault.took_s < _LONG_S and (fault.retry_after_s or 0) <= _SOON_S


def _pause_s(fault: ServiceUnavailable, what: str) -> float:
    pause_s = max(PAUSE_S, fault.retry_after_s or 0)
    log.warning("%s: %s: asked once more in %g s", what, fault, pause_s)
    return pause_s
