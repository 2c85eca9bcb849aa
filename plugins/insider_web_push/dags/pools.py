"""
The accounts' pools: as `airflow pools import` reads them, and made by the scheduler, when it starts or a run does.

A task whose pool is missing stays `scheduled` for ever, with no more than a line in the scheduler's log. A pool whose
slots an operator has set is left as it is: its description says how many slots this package gave it.

Pools are rows of Airflow's database, which it promises to nobody; nothing else of the package reads or writes them.
`docs/versions.md` says what to watch.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, TypedDict

from airflow.listeners import hookimpl
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from insider_web_push.accounts.file import Account, configured_accounts
from insider_web_push.dags.jobs import is_job_of
from insider_web_push.errors import ConfigurationError
from insider_web_push.vocabulary import OUR_DAGS

if TYPE_CHECKING:
    from airflow.models.dagrun import DagRun
    from airflow.models.pool import Pool
    from sqlalchemy.orm import Session

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
            "description": _described(account.pool_slots),
            "include_deferred": False,
        }
        pools[account.publish_pool] = {
            "slots": 1,
            "description": "One publish of web push campaign metrics at a time. Leave it at one slot.",
            "include_deferred": False,
        }
    return pools


def _described(slots: int) -> str:
    """Describe a pool of tasks that talk to the API, with the slots that it was given: other ones were set by hand."""
    return f"Talk to, or wait for, the Insider API. The connection limits the rate. {slots} slots by the accounts file."


@hookimpl
def on_starting(component: object) -> None:
    """Make the missing pools when the scheduler starts, in the scheduler alone."""
    if is_job_of(component, "scheduler", "standalone"):
        _bring_up_to_date()


@hookimpl
def on_dag_run_running(dag_run: DagRun, msg: str) -> None:  # noqa: ARG001 — Airflow's signature
    """
    Do the same when one of the package's runs starts: an account may have come, or its slots have changed, since.

    The scheduler calls this before it looks for the run's first tasks.
    """
    if dag_run.dag_id.startswith(OUR_DAGS):
        _bring_up_to_date()


def slots_of(session: Session, pools: Collection[str]) -> dict[str, int]:
    """Read how many slots those of the pools have that are there."""
    from airflow.models.pool import Pool  # noqa: PLC0415 — needs the metadata database

    rows = session.execute(select(Pool.pool, Pool.slots).where(Pool.pool.in_(pools)))
    return {str(name): number for name, number in rows}


def _bring_up_to_date() -> None:
    """Make the pools that are missing, and follow `pool_slots` where nobody set the slots by hand."""
    from airflow.models.pool import Pool  # noqa: PLC0415 — needs the metadata database, which only the scheduler has
    from airflow.utils.session import create_session  # noqa: PLC0415 — as above

    try:
        wanted = pools_of(configured_accounts())
        # Not the scheduler's own session, which lets nobody else commit.
        with create_session(scoped=False) as session:
            there = {pool.pool: pool for pool in session.scalars(select(Pool).where(Pool.pool.in_(wanted)))}
            for name, settings in wanted.items():
                if name not in there:
                    session.add(Pool(pool=name, **settings))
                    log.info("Made pool %s with %d slots", name, settings["slots"])
                elif there[name].slots != settings["slots"]:
                    _follow(there[name], settings)
    except ConfigurationError:
        log.exception("No pools were made")  # the DAG processor shows the same error to everyone
    except IntegrityError:
        log.info("Another scheduler made the same pools at the same time")


def _follow(pool: Pool, settings: PoolSettings) -> None:
    if pool.description != _described(pool.slots):
        log.info(
            "Pool %s keeps its %d slots, set by hand; the accounts file says %d",
            pool.pool,
            pool.slots,
            settings["slots"],
        )
        return
    log.info("Pool %s had %d slots, and has %d now, by the accounts file", pool.pool, pool.slots, settings["slots"])
    pool.slots, pool.description = settings["slots"], settings["description"]
