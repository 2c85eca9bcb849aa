"""The steps on a budget as transactions: load the ledger, make the step, save it. SQLite and PostgreSQL share this."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager
from dataclasses import dataclass

from insider_web_push.budget.lease import RateLimit, Use
from insider_web_push.budget.ledger import Ledger
from insider_web_push.budget.store import Lease, Refusal


@dataclass(frozen=True, slots=True)
class Locked:
    """
    One budget, locked against everybody else; saved when the transaction ends well.

    Attributes:
        now: The store's clock in seconds, read after the lock was taken.
    """

    ledger: Ledger
    now: float


class SQLStore(ABC):
    """A store whose database runs transactions."""

    @abstractmethod
    def _locked(self, key: str, limit: RateLimit) -> AbstractContextManager[Locked]:
        """
        Lock one budget, load it, and save it in the end.

        Raises:
            BudgetUnavailable: the database does not answer; names it.
        """

    def acquire(self, key: str, limit: RateLimit, *, key_hash: str = "") -> Lease | Use | Refusal:
        """Take a lease, or say why there is none now."""
        with self._locked(key, limit) as budget:
            return budget.ledger.acquire(key, limit, now=budget.now, key_hash=key_hash)

    def stamp(self, lease: Lease, limit: RateLimit) -> None:
        """Note that the response is there: the lease counts for one window from now."""
        with self._locked(lease.budget, limit) as budget:
            budget.ledger.stamp(lease, limit, now=budget.now)

    def close(self, key: str, seconds: float) -> None:
        """Let nobody send for this long; a pause that ends later stands."""
        with self._locked(key, RateLimit()) as budget:
            budget.ledger.pause(seconds, now=budget.now)

    def trip(self, key: str, key_hash: str) -> None:
        """Let nobody use this API key (a hash of it) for a while, but for one probe."""
        with self._locked(key, RateLimit()) as budget:
            budget.ledger.trip(key_hash, now=budget.now)

    def reset(self, key: str, key_hash: str) -> None:
        """Use an API key again that a probe found good."""
        with self._locked(key, RateLimit()) as budget:
            budget.ledger.reset(key_hash)

    def observe(self, key: str, server_limit: int) -> None:
        """Believe the server's own word on its limit, for a while."""
        with self._locked(key, RateLimit()) as budget:
            budget.ledger.observe(server_limit, now=budget.now)

    def use(self, key: str, limit: RateLimit) -> Use:
        """Tell the present use, without taking anything."""
        with self._locked(key, limit) as budget:
            return budget.ledger.use(limit, now=budget.now)
