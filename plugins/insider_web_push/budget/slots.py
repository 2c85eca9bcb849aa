"""The shared budget as callers use it: 30 requests in any 60 seconds for each account, whoever asks."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from insider_web_push.budget.clock import boot_clock
from insider_web_push.budget.lease import RateLimit, Use
from insider_web_push.budget.ledger import BREAKER_S
from insider_web_push.budget.store import BudgetStore, Closed, Lease, Refusal
from insider_web_push.errors import (
    BudgetUnavailable,
    BudgetWait,
    InsiderError,
    ServiceUnavailable,
    Throttled,
    TurnedAway,
    Unauthorized,
)

log = logging.getLogger(__name__)

_LONGEST_NAP_S = 5.0
"""How late a waiting caller may learn of a raised limit or of a pause."""
_WORTH_A_LOG_LINE_S = 1.0
_LONGEST_PAUSE_WINDOWS = 5
"""A server that asks for more is asked again then: some send milliseconds, and 60000 would be most of a day."""
LASTING_S = 300.0
"""About as long as a task tries: what turned every request away for so long is not passing, and is the key's matter."""
_SHORTEST_PAUSE_S = 1.0
"""The least pause after a refusal, since a server cannot mean Retry-After: 0 beside one."""


@dataclass(frozen=True, slots=True)
class Slot:
    """
    The right to send one request.

    Attributes:
        send_by: Instant on the boot clock, in seconds, after which nothing of the request may leave.
        waited_s: Seconds that the caller waited for it.
    """

    store: BudgetStore
    lease: Lease
    limit: RateLimit
    send_by: float
    waited_s: float

    def stamp(self) -> None:
        """
        Note that the response is there.

        If the store does not answer, the lease just counts longer: no reason to lose an answer that was paid for.
        """
        try:
            self.store.stamp(self.lease, self.limit)
        except BudgetUnavailable as error:
            log.warning("A lease stays unstamped, and counts for up to %.0f s: %s", self.limit.unstamped_s, error)


class Budget:
    """
    One account's budget, as a caller uses it: wait for a slot, send, stamp.

    Args:
        store: Where the leases of all callers meet.
        key: Names the budget, `<host>/<partner id>`; a new API key does not change it.
        api_key: For the breaker, which knows it by a hash: a key that was refused is not used again for a while.
        limit: The limit that the caller's first attempt is held to.
        limit_now: Gives the present limit; asked while waiting, and before a wait is given up, so that a raised one is
            used at once.
        clock: Gives an instant in seconds, as `boot_clock` does.
    """

    def __init__(
        self,
        store: BudgetStore,
        key: str,
        *,
        api_key: str = "",
        limit: RateLimit,
        limit_now: Callable[[], RateLimit] | None = None,
        clock: Callable[[], float] = boot_clock,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._store = store
        self._key = key
        self._key_hash = hashlib.sha256(api_key.encode()).hexdigest()[:16]
        self._limit = limit
        self._limit_now = limit_now or (lambda: limit)
        self._clock = clock
        self._sleep = sleep

    def slot(self, *, max_wait_s: float | None) -> Slot:
        """
        Wait for the right to send one request.

        Args:
            max_wait_s: Seconds that the caller can wait in place; None waits as long as it takes.

        Raises:
            BudgetWait: the wait is longer than that; says when a slot may be free.
            BudgetUnavailable: the store does not answer. Nothing may be sent.
        """
        started, told, limit = self._clock(), False, self._limit
        looked_at = started
        while True:
            asked = self._clock()
            got = self._store.acquire(self._key, limit, key_hash=self._key_hash)
            if isinstance(got, Refusal):
                raise Unauthorized(
                    f"the API refused this key less than {BREAKER_S / 60:.0f} minutes ago, so nothing was sent: mend "
                    f"the API key (the connection's password), or wait {got.left_s:.0f} s"
                )
            if isinstance(got, Lease):
                # Counted from before the lease began: a caller that was stopped in between must not send too late.
                send_by = asked + limit.request_deadline.total_seconds()
                return Slot(self._store, got, limit, send_by=send_by, waited_s=asked - started)
            free_at = self._clock() + got.next_free_s
            gives_up = max_wait_s is not None and asked - started + got.next_free_s > max_wait_s
            # Before the nap: Airflow's API server, which is asked, is busiest when slots become free, and whoever wakes
            # then has no time to lose.
            if gives_up or self._clock() - looked_at >= _LONGEST_NAP_S:
                present, looked_at = self._limit_now(), self._clock()
                if present != limit:
                    limit = present
                    continue
            if gives_up:
                message = (
                    f"{got.used} of {got.limit} requests of the budget {self._key} are used: "
                    f"next slot in {got.next_free_s:.0f} s"
                )
                raise BudgetWait(message, retry_after_s=got.next_free_s)
            if not told and got.next_free_s >= _WORTH_A_LOG_LINE_S:
                log.info(
                    "Budget %s: %d of %d used, waiting %.0f s for a slot",
                    self._key,
                    got.used,
                    got.limit,
                    got.next_free_s,
                )
                told = True
            self._sleep(min(max(0.0, free_at - self._clock()), _LONGEST_NAP_S))

    def learn(self, slot: Slot, error: InsiderError | None, *, server_limit: int | None) -> InsiderError | None:
        """
        Draw the consequences of an answer, for every caller of this budget.

        Throttled closes the budget, for Retry-After (at most five windows) or else a whole window; the error's
        `retry_after_s` then says so.
        Unauthorized trips the key's breaker; any other answer ends that, if this call was its probe. TurnedAway puts
        the key in doubt, until an answer of the API's own comes; after five minutes of it, it is Unauthorized.

        Args:
            slot: What the request was sent with.
            error: What the answer stands for; None is success.
            server_limit: Requests a window that the answer's headers state; a lower one than configured is obeyed.

        Returns:
            What to raise: the error, or what it is in the light of the calls before.
        """
        try:
            if server_limit is not None and (server_limit != slot.lease.limit or server_limit < slot.limit.requests):
                self._store.observe(self._key, server_limit)
            match error:
                case Throttled():
                    self._close(slot, error)
                case Unauthorized():
                    self._store.trip(self._key, self._key_hash)
                case TurnedAway():
                    return self._turned_away(error)
                case _ if slot.lease.probes or (slot.lease.doubted and not isinstance(error, ServiceUnavailable)):
                    self._store.reset(self._key, self._key_hash)
        except BudgetUnavailable as unavailable:  # an answer that was paid for is not lost to it
            log.warning("The consequences of an answer were not kept: %s", unavailable)
        return error

    def _turned_away(self, error: TurnedAway) -> InsiderError:
        lasts_s = self._store.doubt(self._key, self._key_hash)
        if lasts_s < LASTING_S:
            return error
        self._store.trip(self._key, self._key_hash)
        return Unauthorized(
            f"{error}, as it has for {lasts_s / 60:.0f} minutes. Check the API key, and the addresses that it is "
            "pinned to, or let the firewall pass them"
        )

    def _close(self, slot: Slot, throttled: Throttled) -> None:
        asked_s = throttled.retry_after_s
        longest_s = _LONGEST_PAUSE_WINDOWS * slot.limit.window_s
        pause_s = slot.limit.window_s if asked_s is None else min(max(_SHORTEST_PAUSE_S, asked_s), longest_s)
        self._store.close(self._key, pause_s)
        throttled.retry_after_s = pause_s
        use = self._store.use(self._key, slot.limit)
        more = f" (the server asked for {asked_s:.0f} s)" if asked_s is not None and asked_s > longest_s else ""
        log.warning(
            "Throttled although %d of %d requests were used here: somebody else uses the account (the panel's tools, "
            "its MCP server, another program), or its limit is lower. Budget %s is closed for %.0f s for all%s",
            use.used, use.limit, self._key, pause_s,
            more,
        )  # fmt: skip

    def use(self) -> Use:
        """Tell how many of the limit's requests are used now, and when the next slot is free."""
        return self._store.use(self._key, self._limit)

    def closed(self) -> Closed:
        """Tell what keeps callers from sending, besides the leases."""
        return self._store.closed(self._key, self._limit)

    def reopen(self) -> None:
        """End a pause, and use every API key again; the leases go on counting."""
        self._store.reopen(self._key)
