"""The rate limit, in the three ways in which a server may count. Pure: the caller says what time it is."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from math import ceil, floor

from include.simulator.settings import LimitKind, RetryAfter


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most *requests* in a window of *window_s* seconds, counted as *kind* says."""

    requests: int
    window_s: float
    kind: LimitKind = LimitKind.SLIDING


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """
    What the limiter says about one request.

    Attributes:
        used: Requests in the window, this one included where it counts.
        retry_after_s: Seconds until a request would be admitted, if none came before; 0 for an admitted one.
    """

    admitted: bool
    used: int
    retry_after_s: float


@dataclass(slots=True)
class Limiter:
    """
    One account's history of requests.

    The limit is given with each request and not kept, so that raising it while the simulator runs holds for the next
    request, with what was counted before.
    """

    _admitted: deque[float] = field(default_factory=deque)
    _refused: deque[float] = field(default_factory=deque)

    def admit(self, limit: Limit, *, now: float) -> Decision:
        """Count a request at *now* (seconds of any clock that never runs backwards) and let it in or not."""
        self._forget(now - limit.window_s)
        counted = self._counted(limit, now)
        used = len(counted)
        if used < limit.requests:
            self._admitted.append(now)
            return Decision(admitted=True, used=used + 1, retry_after_s=0.0)
        self._refused.append(now)
        if limit.kind is LimitKind.REFUSED_COUNT_TOO:
            counted = [*counted, now]
        return Decision(admitted=False, used=len(counted), retry_after_s=_wait_s(counted, limit, now))

    def forget(self) -> None:
        """Begin anew, as after a window without requests."""
        self._admitted.clear()
        self._refused.clear()

    def _counted(self, limit: Limit, now: float) -> Sequence[float]:
        if limit.kind is LimitKind.SLIDING:
            return self._admitted
        if limit.kind is LimitKind.REFUSED_COUNT_TOO:
            return sorted([*self._admitted, *self._refused])
        window = floor(now / limit.window_s)
        return [at for at in self._admitted if floor(at / limit.window_s) == window]

    def _forget(self, until: float) -> None:
        for history in (self._admitted, self._refused):
            while history and history[0] <= until:
                history.popleft()


def retry_after_header(kind: RetryAfter, wait_s: float, *, wall: datetime) -> str | None:
    """Print Retry-After, rounded up to whole seconds: coming back when it says so must not be too early."""
    if kind is RetryAfter.NONE:
        return None
    if kind is RetryAfter.SECONDS:
        return str(ceil(wait_s))
    # A date has no fraction of a second either: cutting *wall*'s would make it early.
    return format_datetime((wall + timedelta(seconds=wait_s + 1)).replace(microsecond=0), usegmt=True)


def most_in_window(arrivals: Sequence[float], window_s: float) -> int:
    """Count the requests of the fullest window: two requests exactly *window_s* apart are never in one."""
    most = first = 0
    times = sorted(arrivals)
    for last, at in enumerate(times):
        while at - times[first] >= window_s:
            first += 1
        most = max(most, last - first + 1)
    return most


def _wait_s(counted: Sequence[float], limit: Limit, now: float) -> float:
    if limit.requests == 0:
        return limit.window_s
    if limit.kind is LimitKind.FIXED:
        return (floor(now / limit.window_s) + 1) * limit.window_s - now
    # Room is there when all but (limit - 1) of the counted ones have left the window.
    return counted[len(counted) - limit.requests] + limit.window_s - now
