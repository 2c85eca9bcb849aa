"""
The accounts' pools: as `airflow pools import` reads them, and made when the scheduler starts.

A task whose pool is missing stays `scheduled` for ever, with no more than a line in the scheduler's log. A pool that
exists is left as it is: its slots may have been set by an operator.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable
from typing import TypedDict

from airflow.listeners import hookimpl

from insider_web_push.accounts.file import Account, configured_accounts
from insider_web_push.errors import ConfigurationError

log = logging.getLogger(__name__)


class PoolSettings(TypedDict):
    """What Airflow wants to know of a pool."""

    slots: int
    description: str
    include_deferred: bool


def pools_of(accounts: Iterable[Account]) -> dict[str, PoolSettings]:
    """
    Give the pools by name. Each account has two.

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


@hookimpl
def on_starting(component: object) -> None:
    """
    Make the missing pools, in the scheduler alone.

    Its jobs look like those of other components, so the command line tells; but the tasks that LocalExecutor forks have
    the same command line, so it must be a job as well.
    """
    if type(component).__name__ != "Job" or not {"scheduler", "standalone"} & set(sys.argv[1:2]):
        return
    try:
        accounts = configured_accounts()
    except ConfigurationError:
        log.exception("No pools were made")  # the DAG processor shows the same error to everyone
        return
    from airflow.models.pool import Pool  # noqa: PLC0415 — needs the metadata database, which only the scheduler has

    for name, settings in pools_of(accounts).items():
        if Pool.get_pool(name) is None:
            Pool.create_or_update_pool(name, **settings)
            log.info("Made pool %s with %d slots", name, settings["slots"])
