"""The budget on PostgreSQL: a budget is one row, locked for each step, and the database's clock counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

import psycopg2
from psycopg2 import errors as pg
from pydantic import ValidationError

from insider_web_push.budget.lease import RateLimit
from insider_web_push.budget.ledger import Ledger
from insider_web_push.budget.sql_store import SQLStore
from insider_web_push.errors import BudgetUnavailable

_TABLE = "CREATE TABLE IF NOT EXISTS insider_web_push_budget (name text PRIMARY KEY, ledger text NOT NULL)"
_ANSWER_WITHIN_MS = 10_000


class PostgresStore(SQLStore):
    """
    A store that keeps its ledgers in the table `insider_web_push_budget`; it makes the table if the role may.

    It needs SELECT, INSERT and UPDATE on the table. The server's clock must not be set forward by hand.

    Args:
        connect: Arguments of `psycopg2.connect`.
        name: What errors call the store; without a password.
    """

    def __init__(self, connect: Mapping[str, Any], *, name: str) -> None:
        self._connect = dict(connect)
        self._name = name

    @contextmanager
    def _locked(self, key: str, limit: RateLimit) -> Iterator[tuple[Ledger, float]]:  # noqa: ARG002 — this clock never restarts
        try:
            with closing(psycopg2.connect(connect_timeout=10, **self._connect)) as db, db, db.cursor() as cursor:
                cursor.execute(f"SET LOCAL statement_timeout = {_ANSWER_WITHIN_MS}")
                self._insert_if_missing(cursor, key)
                cursor.execute("SELECT ledger FROM insider_web_push_budget WHERE name = %s FOR UPDATE", (key,))
                ledger = Ledger.model_validate_json(cursor.fetchone()[0])
                cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
                yield ledger, float(cursor.fetchone()[0])
                after = (ledger.model_dump_json(), key)
                cursor.execute("UPDATE insider_web_push_budget SET ledger = %s WHERE name = %s", after)
        except (psycopg2.Error, ValidationError) as error:
            what = "holds a damaged ledger: delete its row" if isinstance(error, ValidationError) else "does not answer"
            message = f"the budget's store {self._name} {what} ({type(error).__name__}): nothing was sent"
            raise BudgetUnavailable(message) from None

    @staticmethod
    def _insert_if_missing(cursor: Any, key: str) -> None:
        insert = "INSERT INTO insider_web_push_budget (name, ledger) VALUES (%s, %s) ON CONFLICT DO NOTHING"
        empty = (key, Ledger().model_dump_json())
        cursor.execute("SAVEPOINT before_insert")
        try:
            cursor.execute(insert, empty)
        except pg.UndefinedTable:
            cursor.execute("ROLLBACK TO SAVEPOINT before_insert")
            # Two that make the table at once would collide in the catalogue.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('insider_web_push_budget'))")
            cursor.execute(_TABLE)
            cursor.execute(insert, empty)
