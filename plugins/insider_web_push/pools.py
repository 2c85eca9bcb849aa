"""The pools that the accounts' tasks need, as `airflow pools import` reads them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict

from insider_web_push.accounts import Account


class PoolSettings(TypedDict):
    """One pool."""

    slots: int
    description: str
    include_deferred: bool


def pools_of(accounts: Iterable[Account]) -> dict[str, PoolSettings]:
    """
    Give the pools by name: two an account.

    As JSON, which `python -m insider_web_push pools` prints, it is what `airflow pools import` reads. An import sets
    the slots anew, also where an operator has changed them.
    """
    pools: dict[str, PoolSettings] = {}
    for account in accounts:
        pools[account.pool] = {
            "slots": account.pool_slots,
            "description": "Talk to, or wait for, the Insider API. The connection limits the rate.",
            "include_deferred": False,
        }
        pools[account.publish_pool] = {
            "slots": 1,
            "description": "One publish of web push campaign metrics at a time. Leave it at one slot.",
            "include_deferred": False,
        }
    return pools
