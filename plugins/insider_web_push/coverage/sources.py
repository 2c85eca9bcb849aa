"""What the pages show of an account, read where the API server runs: connection, index, manifest, budget, queue."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from insider_web_push.accounts.file import Account
from insider_web_push.accounts.schedules import time_of
from insider_web_push.coverage.airflow_parts import queues_of
from insider_web_push.coverage.grid import Grid, grid_of, last_due
from insider_web_push.coverage.keeping import rebuilt, usable_index
from insider_web_push.coverage.kept_backlog import read_backlog
from insider_web_push.coverage.queue import Load, load_of
from insider_web_push.days.backlog import backlog_in_words
from insider_web_push.errors import InsiderError
from insider_web_push.hook import InsiderWebPushHook
from insider_web_push.lake.connections import use_as_it_is_now
from insider_web_push.lake.storage import Storage

T = TypeVar("T")
log = logging.getLogger(__name__)

_PARALLEL_ACCOUNTS = 8


class SourceUnreadable(Exception):
    """Something that a page needs cannot be read. The message may be shown to whoever may see the account."""


@dataclass(frozen=True, slots=True)
class Block:
    """
    What the coverage page shows of one account.

    Attributes:
        grid: Its calendar; None if it cannot be read.
        grid_problem: Why the calendar cannot be read; empty if it can.
        backlog: What its last refresh left over, in words; empty if that is nothing, or cannot be read.
        load: Its budget, and the queue behind it; None if they cannot be told.
        load_problem: Why the load cannot be told; empty if it can.
    """

    account: Account
    grid: Grid | None
    grid_problem: str
    backlog: str
    load: Load | None
    load_problem: str


def blocks_of(accounts: Sequence[Account], *, now: datetime, days: int) -> list[Block]:
    """Read what the page shows of accounts, at the same time; what is wrong with one is shown in its own block."""
    queues = queues_of([account.pool for account in accounts])

    def block(account: Account) -> Block:
        grid, grid_problem = _tried(lambda: _grid(account, now=now, days=days))
        load, load_problem = _tried(lambda: load_of(InsiderWebPushHook(account.conn_id), queues[account.pool]))
        backlog, _ = _tried(lambda: backlog_in_words(read_from(account, read_backlog)))
        return Block(account, grid, grid_problem, backlog or "", load, load_problem)

    with ThreadPoolExecutor(_PARALLEL_ACCOUNTS) as pool:
        return list(pool.map(block, accounts))


def read_from(account: Account, read: Callable[[Storage], T]) -> T:
    """
    Read something of an account's objects.

    Raises:
        SourceUnreadable: says why, in words that hold no secret.
    """
    try:
        use_as_it_is_now(account.storage)
        return read(Storage(account.storage, InsiderWebPushHook(account.conn_id).settings.partner_id))
    except InsiderError as error:
        raise SourceUnreadable(str(error)) from error
    except Exception as error:  # every store raises its own, and its words may hold what nobody should see
        log.exception("Account %s cannot be read", account.name)
        message = f"{type(error).__name__} while reading; the API server's log says more"
        raise SourceUnreadable(message) from error


def _grid(account: Account, *, now: datetime, days: int) -> Grid:
    index = read_from(account, lambda store: usable_index(store) or rebuilt(store))
    schedule = account.publish_by_schedule or account.schedule
    by = time_of(schedule) if schedule else None
    return grid_of(index, last_due=last_due(now, account.timezone, by=by), days=days, start=account.start_day)


def _tried(read: Callable[[], T]) -> tuple[T | None, str]:
    """Give what can be read, or None and why it cannot."""
    try:
        return read(), ""
    except (SourceUnreadable, InsiderError) as error:
        return None, str(error)
