"""A server made of bytes: it records each request as it came, and answers with what no proper server would."""

import socket
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

_IDLE_S = 10.0


@dataclass
class RawServer:
    """
    Answers every request with the same parts.

    Attributes:
        parts: Bytes of the answer, in the pieces in which they are sent.
        pause_s: Seconds between two pieces.
        requests: What came, head and body, one a connection.
        sent: Bytes that were sent before the client left.
    """

    parts: Iterable[bytes]
    pause_s: float = 0.0
    requests: list[bytes] = field(default_factory=list)
    sent: int = 0
    _listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))

    @property
    def port(self) -> int:
        """Where it listens, on 127.0.0.1."""
        return int(self._listener.getsockname()[1])

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def serve(self) -> None:
        """Answer, until `close`."""
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(_IDLE_S)
                self._answer(connection)

    def close(self) -> None:
        """End `serve`."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _answer(self, connection: socket.socket) -> None:
        try:
            request = _read_request(connection)
            self.requests.append(request)
            if not request:
                return
            for part in self.parts:
                connection.sendall(part)
                self.sent += len(part)
                time.sleep(self.pause_s)
        except OSError:
            return  # the client left: what it saw is for the test to say


def _read_request(connection: socket.socket) -> bytes:
    request = b""
    while not _is_whole(request):
        piece = connection.recv(65536)
        if not piece:
            break
        request += piece
    return request


def _is_whole(request: bytes) -> bool:
    head, end_of_head, body = request.partition(b"\r\n\r\n")
    if b"transfer-encoding: chunked" in head.lower():
        return body.endswith(b"0\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")]
    return bool(end_of_head) and len(body) >= int(lengths[0] if lengths else 0)


def answer(status: int, body: bytes, *headers: str, length: int | None = None) -> list[bytes]:
    """Give a whole answer in one piece."""
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body) if length is None else length}", *headers]
    return ["\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body]


@contextmanager
def raw_server(parts: Iterable[bytes], *, pause_s: float = 0.0) -> Iterator[RawServer]:
    """Run a server in a thread."""
    server = RawServer(parts, pause_s)
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join(_IDLE_S)
