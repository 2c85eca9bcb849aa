"""
The state of one budget, and every step that a store may make on it. Pure: the clock is an argument.

SQLite and PostgreSQL keep it as one JSON document and run these steps in a transaction; Redis runs the same steps as a
script on its server (`redis.lua`), and one suite of tests holds all of them to the same answers.
"""

from __future__ import annotations

from dataclasses import replace

from pydantic import BaseModel, Field

from insider_web_push.budget.lease import Held, RateLimit, Use, use_of
from insider_web_push.budget.store import Closed, Lease, Refusal

BREAKER_S = 300.0
"""How long a key that the API refused is not used again."""
PROBE_AFTER_S = 30.0
"""How long after a refusal one single call may try the key again: its list of addresses may have been mended."""
SERVER_LIMIT_S = 600.0
"""How long a limit that the server stated is believed without being stated again."""


DOUBT_S = 600.0
"""How long after a key was turned away the next time counts as the same trouble: longer than a task waits to retry."""


class _Doubt(BaseModel):
    since: float
    until: float


class _Breaker(BaseModel):
    until: float
    probe_from: float | None
    """When one call may try the key again; None if that call was made."""

    def bounded(self, *, now: float) -> _Breaker:
        probe_from = None if self.probe_from is None else min(self.probe_from, now + PROBE_AFTER_S)
        return _Breaker(until=min(self.until, now + BREAKER_S), probe_from=probe_from)


class Ledger(BaseModel):
    """
    The state of one budget. All instants are of the store's clock, in seconds.

    Attributes:
        taken: The id of the newest lease. They are counted from the milliseconds of the clock at the first one.
        paused_until: End of a pause that a throttled answer asked for.
        pause_s: How long that pause was meant to be; None in a ledger of an older version.
        server_limit: Requests a window, as the server stated it; None if it did not.
        doubts: Since when keys were turned away, perhaps by a firewall, by hash; without a good answer since.
    """

    taken: int = 0
    leases: dict[int, Held] = Field(default_factory=dict)
    paused_until: float = 0.0
    pause_s: float | None = None
    server_limit: int | None = None
    server_limit_until: float = 0.0
    breakers: dict[str, _Breaker] = Field(default_factory=dict)
    doubts: dict[str, _Doubt] = Field(default_factory=dict)

    def acquire(self, budget: str, limit: RateLimit, *, now: float, key_hash: str) -> Lease | Use | Refusal:
        """Take a lease, or say why there is none now."""
        self.settle(limit, now=now)
        breaker = self.breakers.get(key_hash)
        if breaker and (breaker.probe_from is None or now < breaker.probe_from):
            return Refusal(breaker.until - now)
        use = self._use(limit, now=now)
        if use.next_free_s > 0:
            return use
        if breaker:
            breaker.probe_from = None
        # A new ledger may stand for one that was lost: a call that was under way comes back to stamp its own number.
        self.taken = (self.taken or int(now * 1000)) + 1
        self.leases[self.taken] = Held(now + limit.unstamped_s)
        return Lease(
            self.taken,
            budget,
            used=use.used + 1,
            limit=use.limit,
            probes=breaker is not None,
            doubted=key_hash in self.doubts,
        )

    def settle(self, limit: RateLimit, *, now: float) -> None:
        """
        Forget what is over, and let nothing count longer than its own length from now.

        It never would, but for a clock that was set back (a fail-over, a restored machine): then what counted would go
        on counting for as long as the clock has lost.
        """
        self.leases = {
            lease_id: lease.bounded(limit, now=now) for lease_id, lease in self.leases.items() if lease.until > now
        }
        self.breakers = {
            name: breaker.bounded(now=now) for name, breaker in self.breakers.items() if breaker.until > now
        }
        self.doubts = {name: doubt for name, doubt in self.doubts.items() if now < doubt.until <= now + DOUBT_S}
        if self.pause_s is not None:
            self.paused_until = min(self.paused_until, now + self.pause_s)
        self.server_limit_until = min(self.server_limit_until, now + SERVER_LIMIT_S)

    def stamp(self, lease: Lease, limit: RateLimit, *, now: float) -> None:
        """Note that the response is there: the lease counts for one window from now."""
        self.leases[lease.id] = Held(now + limit.window_s, stamped=True)

    def pause(self, seconds: float, *, now: float) -> None:
        """Let nobody send for this long; a pause that ends later stands."""
        if now + seconds >= self.paused_until:
            self.paused_until, self.pause_s = now + seconds, seconds

    def reopen(self) -> None:
        """End a pause, and use every key without a doubt again."""
        self.paused_until, self.pause_s = 0.0, None
        self.breakers, self.doubts = {}, {}

    def trip(self, key_hash: str, *, now: float) -> None:
        """Let nobody use this key for a while, except for one probe; if that fails, nobody for as long again."""
        probed = key_hash in self.breakers and self.breakers[key_hash].probe_from is None
        self.breakers[key_hash] = _Breaker(until=now + BREAKER_S, probe_from=None if probed else now + PROBE_AFTER_S)

    def doubt(self, key_hash: str, *, now: float) -> float:
        """Note that a key was turned away; gives the seconds since the first time without a good answer."""
        doubt = self.doubts.get(key_hash)
        # One that ends too late is of a clock that was set back since.
        since = doubt.since if doubt and now < doubt.until <= now + DOUBT_S else now
        self.doubts[key_hash] = _Doubt(since=since, until=now + DOUBT_S)
        return now - since

    def reset(self, key_hash: str) -> None:
        """Use a key without a doubt again that a call found good."""
        self.breakers.pop(key_hash, None)
        self.doubts.pop(key_hash, None)

    def observe(self, server_limit: int, *, now: float) -> None:
        """Believe the server's own word on its limit, for a while."""
        self.server_limit, self.server_limit_until = server_limit, now + SERVER_LIMIT_S

    def closed(self, limit: RateLimit, *, now: float) -> Closed:
        """Tell what keeps callers from sending, besides the leases."""
        self.settle(limit, now=now)
        return Closed(
            paused_s=max(0.0, self.paused_until - now),
            refused_keys_s=tuple(sorted(breaker.until - now for breaker in self.breakers.values())),
            server_limit=self.server_limit if self.server_limit_until > now else None,
        )

    def use(self, limit: RateLimit, *, now: float) -> Use:
        """Tell the present use, under the lower of the configured and the stated limit."""
        self.settle(limit, now=now)
        return self._use(limit, now=now)

    def _use(self, limit: RateLimit, *, now: float) -> Use:
        if self.server_limit is not None and self.server_limit_until > now:
            limit = replace(limit, requests=min(limit.requests, self.server_limit))
        return use_of(list(self.leases.values()), closed_until=self.paused_until, now=now, limit=limit)

    def rebased(self, limit: RateLimit, *, now: float) -> Ledger:
        """Carry a ledger over to a clock that began anew: what counted then counts for a whole window from now."""
        until = now + limit.window_s
        return Ledger(
            taken=self.taken,
            leases={lease_id: Held(until, stamped=True) for lease_id in self.leases},
            paused_until=until if self.paused_until else 0.0,
        )
