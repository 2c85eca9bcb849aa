"""The budget of one machine: SQLite in WAL mode, on the machine's boot-time clock."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from pydantic import ValidationError

from insider_web_push.budget.clock import boot_clock, boot_id
from insider_web_push.budget.lease import RateLimit
from insider_web_push.budget.ledger import Ledger
from insider_web_push.budget.sql_store import SQLStore
from insider_web_push.errors import BudgetUnavailable

_BUSY_TIMEOUT_S = 10.0
_TABLE = "CREATE TABLE IF NOT EXISTS budget (name TEXT PRIMARY KEY, boot TEXT NOT NULL, ledger TEXT NOT NULL)"


class SQLiteStore(SQLStore):
    """
    A store that keeps its ledgers in one local file. Not for network file systems, where SQLite's locks do not hold.

    Args:
        path: The file; it and its folder are made where missing.
        clock: Gives the seconds that all processes of this machine agree on.
        boot: Name of the boot that the clock counts from.
    """

    def __init__(
        self, path: Path, *, clock: Callable[[], float] = boot_clock, boot: Callable[[], str] = boot_id
    ) -> None:
        self._path = path
        self._clock = clock
        self._boot = boot

    @contextmanager
    def _locked(self, key: str, limit: RateLimit) -> Iterator[tuple[Ledger, float]]:
        """Take the file's lock before reading, so that reading and writing are one step."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._path, timeout=_BUSY_TIMEOUT_S, isolation_level=None)) as db:
                _use_wal(db)
                db.execute("PRAGMA synchronous = NORMAL")  # a power cut ends the boot, and with it the clock
                db.execute("BEGIN IMMEDIATE")
                db.execute(_TABLE)
                row = db.execute("SELECT boot, ledger FROM budget WHERE name = ?", (key,)).fetchone()
                now = self._clock()
                ledger = Ledger.model_validate_json(row[1]) if row else Ledger()
                if row and row[0] != self._boot():
                    ledger = ledger.rebased(limit, now=now)
                yield ledger, now
                after = (key, self._boot(), ledger.model_dump_json())
                db.execute("REPLACE INTO budget (name, boot, ledger) VALUES (?, ?, ?)", after)
                db.execute("COMMIT")
        except (sqlite3.Error, OSError, ValidationError) as error:
            what = "is damaged: remove it" if isinstance(error, ValidationError) else f"does not answer ({error})"
            raise BudgetUnavailable(f"the budget's store {self._path} {what}; nothing was sent") from None


def _use_wal(db: sqlite3.Connection) -> None:
    """Switch a new file to WAL. SQLite does not wait for that lock by itself, however long its timeout is."""
    give_up_at = boot_clock() + _BUSY_TIMEOUT_S
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or boot_clock() > give_up_at:
                raise
            time.sleep(0.01)
        else:
            return
