"""A connection as Airflow has it now, or had it a moment ago: each reading is a request to its API server."""

from __future__ import annotations

import os
from collections.abc import Callable

from airflow.sdk.exceptions import AirflowNotFoundException

from insider_web_push.api.connection import ConnectionParts, ConnectionSettings, read_connection
from insider_web_push.budget.clock import boot_clock
from insider_web_push.errors import no_connection

FRESH_S = 5.0
"""A connection that was read no longer ago is taken as it was."""


class PresentConnection:
    """
    Reads one connection.

    Args:
        conn_id: Its id, for messages.
        ask: Asks Airflow for it.
        clock: Gives an instant in seconds, as `boot_clock` does.
    """

    def __init__(
        self, conn_id: str, ask: Callable[[], ConnectionParts], *, clock: Callable[[], float] = boot_clock
    ) -> None:
        self._conn_id = conn_id
        self._ask = ask
        self._clock = clock
        self._read_at = 0.0
        self._settings: ConnectionSettings | None = None

    def recent(self) -> ConnectionSettings:
        """Give it as it is, or was five seconds ago; raises as `now`."""
        if self._settings is None or self._clock() - self._read_at > FRESH_S:
            self._settings, self._read_at = self.now(), self._clock()
        return self._settings

    def now(self) -> ConnectionSettings:
        """
        Give it as it is.

        Raises:
            ConfigurationError: it is unknown or wrong; names the setting and where to set it.
        """
        try:
            return read_connection(self._ask())
        except AirflowNotFoundException:
            what_to_do = "add it in Admin > Connections, type Insider Web Push"
            raise no_connection(self._conn_id, what_to_do, environ=os.environ) from None
