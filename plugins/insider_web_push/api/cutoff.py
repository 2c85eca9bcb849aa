"""
One cutoff for a whole HTTP request.

The timeouts of requests and urllib3 start anew with every read, so that a server which sends a byte now and
then holds a request for ever. Here a watchdog shuts the request's socket at the cutoff, whatever it is
doing, and a connection that comes up late is never written to: after the cutoff nothing leaves this machine,
which is what the budget's arithmetic counts on.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from types import TracebackType
from typing import Any, Self

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError

from insider_web_push.budget.clock import boot_clock


class Cutoff:
    """
    Ends a request at an instant; a context manager around the request.

    Args:
        at: Instant on the boot clock, in seconds.
    """

    def __init__(self, at: float) -> None:
        self._at = at
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()
        self._timer = threading.Timer(max(0.0, self.left_s), self._abort)
        self._timer.daemon = True

    @property
    def left_s(self) -> float:
        """Seconds until the cutoff; negative after it."""
        return self._at - boot_clock()

    @property
    def passed(self) -> bool:
        """Whether the time is over."""
        return self.left_s <= 0

    def watch(self, connected: socket.socket) -> None:
        """Take charge of a socket, or refuse it where the time is over."""
        with self._lock:
            if self.passed:
                connected.close()
                message = "connected after the request's deadline"
                raise ConnectTimeoutError(message)
            self._socket = connected

    def check(self) -> None:
        """Refuse to go on after the time is over: this process may have been stopped since it connected."""
        if self.passed:
            message = "the request's deadline is over"
            raise TimeoutError(message)

    def _abort(self) -> None:
        with self._lock:
            if self._socket is not None:
                # On close, what the kernel has not sent yet is dropped instead of sent late.
                self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                # The plain method: an SSL socket's own would race with the thread that reads from it.
                with contextlib.suppress(OSError):  # already closed: the request ended on its own
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            self._socket = None


class CutoffAdapter(HTTPAdapter):
    """A transport for one request, whose connections are cut off at an instant; those to a proxy as well."""

    def __init__(self, cutoff: Cutoff) -> None:
        self._cutoff = cutoff
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pool as requests does, with connections that are watched."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools()

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        """Make the proxy's pool as requests does, with connections that are watched."""
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = self._pools()
        return manager

    def _pools(self) -> dict[str, type[HTTPConnectionPool]]:
        cutoff = self._cutoff

        class Connection(HTTPConnection):
            def connect(self) -> None:
                super().connect()
                cutoff.watch(self.sock)

            def send(self, data: Any) -> None:
                cutoff.check()
                super().send(data)

        class SecureConnection(Connection, HTTPSConnection):
            pass

        class Pool(HTTPConnectionPool):
            ConnectionCls = Connection

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = SecureConnection

        return {"http": Pool, "https": SecurePool}
