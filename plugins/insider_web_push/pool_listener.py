"""
Makes the accounts' pools when the scheduler starts.

A task whose pool is missing stays `scheduled` for ever, with no more than a line in the scheduler's log. A pool that
exists is left as it is: its slots may have been set by an operator.
"""

from __future__ import annotations

import logging
import sys

from airflow.listeners import hookimpl

from insider_web_push.accounts import configured_accounts
from insider_web_push.errors import ConfigurationError

log = logging.getLogger(__name__)


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
    for account in accounts:
        _make(
            account.pool, account.pool_slots, "Talk to, or wait for, the Insider API. The connection limits the rate."
        )
        _make(account.publish_pool, 1, "One publish of web push campaign metrics at a time. Leave it at one slot.")


def _make(name: str, slots: int, description: str) -> None:
    from airflow.models.pool import Pool  # noqa: PLC0415 — needs the metadata database, which only the scheduler has

    if Pool.get_pool(name) is None:
        Pool.create_or_update_pool(name, slots=slots, description=description, include_deferred=False)
        log.info("Made pool %s with %d slots", name, slots)
