"""The steps on a budget as transactions: load the ledger, make the step, save it. SQLite and PostgreSQL share this."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager

from insider_web_push.budget.lease import RateLimit, Use
from insider_web_push.budget.ledger import Ledger
from insider_web_push.budget.store import Closed, Lease, Refusal


class SQLStore(ABC):
    """A store whose database runs transactions."""

    @abstractmethod
    def _locked(self, key: str, limit: RateLimit) -> AbstractContextManager[tuple[Ledger, float]]:
        """
        Lock one budget against everybody else, load it, and save it if the block ends well.

        Returns:
            The ledger, and the store's clock in seconds, read after the lock was taken.

        Raises:
            BudgetUnavailable: the database does not answer; names it.
        """

    def acquire(self, key: str, limit: RateLimit, *, key_hash: str = "") -> Lease | Use | Refusal:
        """Take a lease, or say why there is none now."""
        with self._locked(key, limit) as (ledger, now):
            return ledger.acquire(key, limit, now=now, key_hash=key_hash)

    def stamp(self, lease: Lease, limit: RateLimit) -> None:
        """Note that the response is there: the lease counts for one window from now."""
        with self._locked(lease.budget, limit) as (ledger, now):
            ledger.stamp(lease, limit, now=now)

    def close(self, key: str, seconds: float) -> None:
        """Let nobody send for this long; a pause that ends later stands."""
        with self._locked(key, RateLimit()) as (ledger, now):
            ledger.pause(seconds, now=now)

    def trip(self, key: str, key_hash: str) -> None:
        """Let nobody use this API key (a hash of it) for a while, except for one probe."""
        with self._locked(key, RateLimit()) as (ledger, now):
            ledger.trip(key_hash, now=now)

    def doubt(self, key: str, key_hash: str) -> float:
        """Note that an API key was turned away; gives the seconds since the first time without a good answer."""
        with self._locked(key, RateLimit()) as (ledger, now):
            return ledger.doubt(key_hash, now=now)

    def reset(self, key: str, key_hash: str) -> None:
        """Use an API key without a doubt again that a call found good."""
        with self._locked(key, RateLimit()) as (ledger, _):
            ledger.reset(key_hash)

    def observe(self, key: str, server_limit: int) -> None:
        """Believe the server's own word on its limit, for a while."""
        with self._locked(key, RateLimit()) as (ledger, now):
            ledger.observe(server_limit, now=now)

    def use(self, key: str, limit: RateLimit) -> Use:
        """Tell the present use, without taking anything."""
        with self._locked(key, limit) as (ledger, now):
            return ledger.use(limit, now=now)

    def closed(self, key: str, limit: RateLimit) -> Closed:
        """Tell what keeps callers from sending, besides the leases."""
        with self._locked(key, limit) as (ledger, now):
            return ledger.closed(limit, now=now)

    def reopen(self, key: str) -> None:
        """End a pause, and use every API key again."""
        with self._locked(key, RateLimit()) as (ledger, _):
            ledger.reopen()
