"""The budget on Valkey or Redis: one script on the server makes every step, by the server's clock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import redis
from redis.exceptions import MovedError, RedisClusterException

from insider_web_push.budget.lease import RateLimit, Use
from insider_web_push.budget.store import Closed, Lease, Refusal
from insider_web_push.errors import BudgetUnavailable

_SCRIPT = Path(__file__).with_name("redis.lua").read_text(encoding="utf-8")
_PREFIX = "insider_web_push:budget:"


class RedisStore:
    """
    A store that keeps each budget in a hash, which the server deletes when nothing in it counts any more.

    A fail-over to a replica that lags may forget leases: use a single primary, or one that waits for its replicas.

    In a cluster each budget is one key, and so lies on one node whole. Whether the server is part of one shows when it
    answers that a key is elsewhere; a server that has all keys of the accounts never says so, and needs no more.

    Args:
        client: A client of redis-py; its timeouts bound how long a step may take.
        name: What errors call the store; without a password.
        cluster: Makes a client of the cluster that the server is part of, with the same timeouts.
    """

    def __init__(
        self, client: redis.Redis, *, name: str, cluster: Callable[[], redis.RedisCluster] | None = None
    ) -> None:
        self._name = name
        self._cluster = cluster
        self._script = client.register_script(_SCRIPT)

    def acquire(self, key: str, limit: RateLimit, *, key_hash: str = "") -> Lease | Use | Refusal:
        """Take a lease, or say why there is none now."""
        kind, *rest = self._step("acquire", key, limit, key_hash)
        match kind, rest:
            case b"lease", [lease_id, probes, used, allowed, doubted]:
                return Lease(
                    int(lease_id), key, used=int(used), limit=int(allowed), probes=bool(probes), doubted=bool(doubted)
                )
            case b"refused", [left_s]:
                return Refusal(float(left_s))
        return _use(rest)

    def stamp(self, lease: Lease, limit: RateLimit) -> None:
        """Note that the response is there: the lease counts for one window from now."""
        self._step("stamp", lease.budget, limit, lease.id)

    def close(self, key: str, seconds: float) -> None:
        """Let nobody send for this long; a pause that ends later stands."""
        self._step("pause", key, RateLimit(), seconds)

    def trip(self, key: str, key_hash: str) -> None:
        """Let nobody use this API key (a hash of it) for a while, except for one probe."""
        self._step("trip", key, RateLimit(), key_hash)

    def doubt(self, key: str, key_hash: str) -> float:
        """Note that an API key was turned away; gives the seconds since the first time without a good answer."""
        return float(self._step("doubt", key, RateLimit(), key_hash)[1])

    def reset(self, key: str, key_hash: str) -> None:
        """Use an API key without a doubt again that a call found good."""
        self._step("reset", key, RateLimit(), key_hash)

    def observe(self, key: str, server_limit: int) -> None:
        """Believe the server's own word on its limit, for a while."""
        self._step("observe", key, RateLimit(), server_limit)

    def use(self, key: str, limit: RateLimit) -> Use:
        """Tell the present use, without taking anything."""
        return _use(self._step("use", key, limit)[1:])

    def closed(self, key: str, limit: RateLimit) -> Closed:
        """Tell what keeps callers from sending, besides the leases."""
        paused_s, server_limit, *refused_s = self._step("closed", key, limit)[1:]
        return Closed(float(paused_s), tuple(sorted(map(float, refused_s))), int(server_limit) or None)

    def reopen(self, key: str) -> None:
        """End a pause, and use every API key again."""
        self._step("reopen", key, RateLimit())

    def _step(self, step: str, key: str, limit: RateLimit, *rest: str | float) -> list[bytes]:
        arguments = [step, limit.requests, limit.window_s, limit.unstamped_s, *rest]
        try:
            try:
                return list(self._script(keys=[_PREFIX + key], args=arguments))
            except MovedError:  # the step was not made
                if self._cluster is None:
                    raise
                self._script = self._cluster().register_script(_SCRIPT)
                return list(self._script(keys=[_PREFIX + key], args=arguments))
        except (redis.RedisError, RedisClusterException) as error:
            is_refusal = isinstance(error, redis.ResponseError | redis.AuthenticationError)
            said = f"refuses ({error})" if is_refusal else f"does not answer ({type(error).__name__})"
            raise BudgetUnavailable(f"the budget's store {self._name} {said}: nothing was sent") from None


def _use(answer: Sequence[bytes]) -> Use:
    used, limit, wait_s = answer
    return Use(int(used), int(limit), float(wait_s))
