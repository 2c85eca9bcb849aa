"""What a budget's store must do. Every step is one atomic operation, on the store's own clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from insider_web_push.budget.lease import RateLimit, Use

ANSWER_WITHIN_S = 10.0
"""How long a step on a server may take, seconds: then the store counts as down, and nothing is sent."""


@dataclass(frozen=True, slots=True)
class Lease:
    """
    The right to send one request, to be stamped when its response is there.

    Attributes:
        budget: The budget that it was taken from.
        used: Leases that count now, this one included.
        limit: Requests a window that it was taken under: the lower of the configured and the stated limit.
        probes: Whether this is the one call that tries a refused key again.
        doubted: Whether its key was turned away lately, perhaps by a firewall: a good answer ends the doubt.
    """

    id: int
    budget: str
    used: int = 0
    limit: int = 0
    probes: bool = False
    doubted: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """The API refused this key lately, so nothing is sent with it for another *left_s* seconds."""

    left_s: float


@dataclass(frozen=True, slots=True)
class Closed:
    """
    What keeps callers of a budget from sending, besides the leases.

    Attributes:
        paused_s: Seconds that a pause goes on, which a throttled answer asked for; 0.0 if there is none.
        refused_keys_s: For each API key that was refused lately: seconds until it is used again.
        server_limit: Requests a window that the server stated; None if it did not lately.
    """

    paused_s: float = 0.0
    refused_keys_s: tuple[float, ...] = ()
    server_limit: int | None = None


class BudgetStore(Protocol):
    """
    Where the leases of all processes meet. A budget is named by its key, `<host>/<partner id>`.

    Every method raises `BudgetUnavailable`, naming the store, where the store does not answer.
    """

    def acquire(self, key: str, limit: RateLimit, *, key_hash: str = "") -> Lease | Use | Refusal:
        """Take a lease, or say why there is none now."""

    def stamp(self, lease: Lease, limit: RateLimit) -> None:
        """Note that the response is there: the lease counts for one window from now."""

    def close(self, key: str, seconds: float) -> None:
        """Let nobody send for this long; a pause that ends later stands."""

    def trip(self, key: str, key_hash: str) -> None:
        """Let nobody use this API key (a hash of it) for a while, except for one probe."""

    def doubt(self, key: str, key_hash: str) -> float:
        """Note that an API key was turned away; gives the seconds since the first time without a good answer."""

    def reset(self, key: str, key_hash: str) -> None:
        """Use an API key without a doubt again that a call found good."""

    def observe(self, key: str, server_limit: int) -> None:
        """Believe the server's own word on its limit, for a while."""

    def use(self, key: str, limit: RateLimit) -> Use:
        """Tell the present use, without taking anything."""

    def closed(self, key: str, limit: RateLimit) -> Closed:
        """Tell what keeps callers from sending, besides the leases."""

    def reopen(self, key: str) -> None:
        """End a pause, and use every API key without a doubt again. Leases go on counting: they keep the limit."""
