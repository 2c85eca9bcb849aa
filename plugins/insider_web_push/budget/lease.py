"""
The arithmetic of the budget: may a request leave now, and if not, when. Pure: the clock is an argument.

A request takes a lease before it is sent. The lease is stamped when the response is there, and counts until
one window after its stamp; without a stamp (a crash, a timeout) it counts until the request's total deadline
plus one window. The server counted the request somewhere between send and response, so no window of the
server's, fixed or sliding, holds more than the limit, whatever the latency was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """
    How many requests may leave in any window.

    Defaults: the documented baseline, which the vendor raises on request.
    """

    requests: int = 30
    window: timedelta = timedelta(seconds=60)
    request_deadline: timedelta = timedelta(seconds=30)
    """A request without an answer by then is given up, and its lease counts until one window later."""

    @property
    def window_s(self) -> float:
        """The window, in seconds."""
        return self.window.total_seconds()

    @property
    def unstamped_s(self) -> float:
        """How long a lease without a stamp counts, in seconds from its start."""
        return (self.window + self.request_deadline).total_seconds()


_USUAL = RateLimit()


@dataclass(frozen=True, slots=True)
class Held:
    """A lease as the store holds it; *until* is when it stops counting, in seconds of the store's clock."""

    until: float
    stamped: bool = False

    def bounded(self, limit: RateLimit, *, now: float) -> Held:
        """
        Give it so that it counts no longer than such a lease can, from now.

        It may be of a caller with another window, so a minute and its deadline are the least that is left to it.
        """
        longest_s = max(limit.window_s, _USUAL.window_s) if self.stamped else max(limit.unstamped_s, _USUAL.unstamped_s)
        if self.until <= now + longest_s:
            return self
        return Held(now + longest_s, self.stamped)


@dataclass(frozen=True, slots=True)
class Use:
    """
    The present use of a budget.

    Attributes:
        used: Leases that count now.
        limit: Requests that may leave in any window.
        next_free_s: Seconds until a request may leave; 0.0 if one may leave now.
    """

    used: int
    limit: int
    next_free_s: float


def use_of(leases: Sequence[Held], *, closed_until: float, now: float, limit: RateLimit) -> Use:
    """
    Judge a budget.

    The wait is exact where stamped leases decide: they only ever end at their time. An unstamped lease that
    is stamped later counts until at least one window from *now*, so that is the earliest it can make room.

    Args:
        leases: Leases of one budget; ended ones may be among them.
        closed_until: End of a pause that a throttled answer asked for; 0.0 if there was none.
        now: Present instant on the store's clock, in seconds.
    """
    counting = sorted(
        lease.until if lease.stamped else min(lease.until, now + limit.window_s)
        for lease in leases
        if lease.until > now
    )
    excess = len(counting) - limit.requests
    room_at = counting[excess] if excess >= 0 else now
    return Use(len(counting), limit.requests, max(0.0, room_at - now, closed_until - now))
