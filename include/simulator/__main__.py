"""Run the simulator until it is told to stop, on loopback unless told; settings come from SIMULATOR_* variables."""

import argparse
import asyncio
import json
import os
import socket
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

import uvicorn
from pydantic import ValidationError

from include.simulator.app import create_app
from include.simulator.service import Service
from include.simulator.settings import ENV_PREFIX, SimulatorSettings

HOST = "127.0.0.1"


class _Server(uvicorn.Server):
    """Tells the routes when it is about to end, says when it listens, and ends with status 0 on a signal."""

    def __init__(self, config: uvicorn.Config, stopping: asyncio.Event, ready_file: Path | None, url: str) -> None:
        super().__init__(config)
        self._stopping = stopping
        self._ready_file = ready_file
        self._url = url

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._ready_file:
            _write_atomically(self._ready_file, json.dumps({"url": self._url}))

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        # Not the parent's way: it raises the signal again at the end, and a wanted stop would look like a crash.
        del sig, frame
        self.stop()

    def stop(self) -> None:
        self._stopping.set()
        self.should_exit = True


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; gives its exit status."""
    options = _options(arguments)
    try:
        settings = _settings()
        listener = socket.create_server((options.host, options.port))
    except (ValidationError, ValueError, OSError) as error:
        print(f"simulator: {_said(error, options)}", file=sys.stderr)
        return 2
    # asyncio does this only for sockets that name their protocol; without it each answer waits 40 ms for an ACK.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with listener:
        url = f"http://{options.host}:{listener.getsockname()[1]}"
        print(
            f"simulator listening on {url}: partner {settings.partner_id}, {settings.campaigns} campaigns, "
            f"{settings.limit_requests} requests in {settings.limit_window_s:g} s",
            flush=True,
        )
        asyncio.run(_serve(settings, listener, url, options))
    return 0


async def _serve(settings: SimulatorSettings, listener: socket.socket, url: str, options: argparse.Namespace) -> None:
    stopping = asyncio.Event()
    config = uvicorn.Config(
        create_app(Service(settings), stopping),
        http="h11",  # the pure Python protocol: the faster one would not show here, and takes a third of the start
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=1,
    )
    server = _Server(config, stopping, options.ready_file, url)
    if options.with_parent:
        loop = asyncio.get_running_loop()
        threading.Thread(target=_until_input_ends, args=(loop, server), daemon=True).start()
    await server.serve([listener])


def _until_input_ends(loop: asyncio.AbstractEventLoop, server: _Server) -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    loop.call_soon_threadsafe(server.stop)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m include.simulator", description=__doc__)
    parser.add_argument("--host", default=HOST, help="address to listen on; 127.0.0.1 if left out")
    parser.add_argument("--port", type=int, default=0, help="0 (the default) takes a free one")
    parser.add_argument("--ready-file", type=Path, help='file that gets {"url": "http://HOST:PORT"} when it listens')
    parser.add_argument(
        "--with-parent", action="store_true", help="end when standard input does, so also when the parent is killed"
    )
    return parser.parse_args(arguments)


def _settings() -> SimulatorSettings:
    known = {f"{ENV_PREFIX}{name.upper()}" for name in SimulatorSettings.model_fields}
    # pydantic-settings takes no notice of a misspelt variable.
    unknown = sorted(name for name in os.environ if name.upper().startswith(ENV_PREFIX) and name.upper() not in known)
    if unknown:
        raise ValueError(f"unknown settings: {', '.join(unknown)}")
    return SimulatorSettings()


def _said(error: Exception, options: argparse.Namespace) -> str:
    if isinstance(error, ValidationError):
        reasons = (f"{ENV_PREFIX}{'.'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors())
        return "; ".join(reasons)
    if isinstance(error, OSError):
        return f"port {options.port} of {options.host}: {error.strerror}"
    return str(error)


def _write_atomically(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_text(text)
    beside.replace(path)


if __name__ == "__main__":
    sys.exit(main())
