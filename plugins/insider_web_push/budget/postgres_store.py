"""The budget on PostgreSQL: a budget is one row, locked for each step, and the database's clock counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import partial
from select import POLLIN, POLLOUT, poll
from typing import Any

import psycopg2
from psycopg2 import errors as pg
from psycopg2 import extensions
from pydantic import ValidationError

from insider_web_push.budget.clock import boot_clock
from insider_web_push.budget.lease import RateLimit
from insider_web_push.budget.ledger import Ledger
from insider_web_push.budget.sql_store import SQLStore
from insider_web_push.budget.store import ANSWER_WITHIN_S
from insider_web_push.errors import BudgetUnavailable

_TABLE = "CREATE TABLE IF NOT EXISTS insider_web_push_budget (name text PRIMARY KEY, ledger text NOT NULL)"


class PostgresStore(SQLStore):
    """
    A store that keeps its ledgers in the table `insider_web_push_budget`; it makes the table if the role may.

    It needs SELECT, INSERT and UPDATE on the table. The server's clock must not be set forward by hand.

    Args:
        connect: Arguments of `psycopg2.connect`; `connects_with` afterwards.
        name: What errors call the store; without a password.
        answer_within_s: Seconds that a step may take, all of it.
    """

    def __init__(self, connect: Mapping[str, Any], *, name: str, answer_within_s: float = ANSWER_WITHIN_S) -> None:
        self.connects_with = dict(connect)
        self._name = name
        self._answer_within_s = answer_within_s

    @contextmanager
    def _locked(self, key: str, limit: RateLimit) -> Iterator[tuple[Ledger, float]]:  # noqa: ARG002 — this clock never restarts
        give_up_at = boot_clock() + self._answer_within_s
        try:
            with closing(psycopg2.connect(**self.connects_with, async_=1)) as db:
                _finish(db, give_up_at)
                with closing(db.cursor()) as cursor:
                    run = partial(_run, cursor, give_up_at)
                    run("BEGIN")
                    _insert_if_missing(run, key)
                    run("SELECT ledger FROM insider_web_push_budget WHERE name = %s FOR UPDATE", key)
                    ledger = Ledger.model_validate_json(cursor.fetchone()[0])
                    run("SELECT extract(epoch FROM clock_timestamp())")
                    yield ledger, float(cursor.fetchone()[0])
                    after = ledger.model_dump_json()
                    run("UPDATE insider_web_push_budget SET ledger = %s WHERE name = %s", after, key)
                    run("COMMIT")
        except (psycopg2.Error, TimeoutError, ValidationError) as error:
            what = "holds a damaged ledger: delete its row" if isinstance(error, ValidationError) else "does not answer"
            message = f"the budget's store {self._name} {what} ({type(error).__name__}): nothing was sent"
            raise BudgetUnavailable(message) from None


def unknown_option(name: str) -> bool:
    """Whether libpq knows no such option of a connection."""
    try:
        extensions.make_dsn(**{name: "1"})
    except psycopg2.ProgrammingError:
        return True
    return False


def _insert_if_missing(run: Callable[..., None], key: str) -> None:
    insert = "INSERT INTO insider_web_push_budget (name, ledger) VALUES (%s, %s) ON CONFLICT DO NOTHING"
    empty = (key, Ledger().model_dump_json())
    run("SAVEPOINT before_insert")
    try:
        run(insert, *empty)
    except pg.UndefinedTable:
        run("ROLLBACK TO SAVEPOINT before_insert")
        # Two that make the table at once would collide in the catalogue.
        run("SELECT pg_advisory_xact_lock(hashtext('insider_web_push_budget'))")
        run(_TABLE)
        run(insert, *empty)


def _run(cursor: Any, give_up_at: float, statement: str, *arguments: str) -> None:
    cursor.execute(statement, arguments)
    _finish(cursor.connection, give_up_at)


def _finish(db: Any, give_up_at: float) -> None:
    """
    Wait for a step of an asynchronous connection.

    A `statement_timeout` is kept by the server, and so not by one that is frozen or gone without a word.

    Raises:
        TimeoutError: it did not come to an end in time.
    """
    while (state := db.poll()) != extensions.POLL_OK:
        left_s = give_up_at - boot_clock()
        waiting = poll()
        waiting.register(db, POLLIN if state == extensions.POLL_READ else POLLOUT)
        if left_s <= 0 or not waiting.poll(left_s * 1000):
            raise TimeoutError
