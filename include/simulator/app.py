"""The HTTP shell: routes, latency, and the ways in which bytes can fail to arrive."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import get_args

from fastapi import FastAPI, Request, Response
from starlette.responses import StreamingResponse

from include.simulator.admin import admin_router
from include.simulator.faults import Endpoint
from include.simulator.journal import Entry
from include.simulator.replies import Delivery, Reply
from include.simulator.service import Service

_LONGEST_STALL_S = 600.0
_DRIP_S = 0.25


class Shell:
    """
    What the routes share: the service, and whether the server is about to end.

    Nothing here may outlive the server: every wait ends when `stopping` is set.
    """

    def __init__(self, service: Service, stopping: asyncio.Event) -> None:
        self.service = service
        self.stopping = stopping

    async def respond(self, request: Request, endpoint: Endpoint) -> Response:
        """Answer one request of the API."""
        entry = Entry(arrived_at=time.monotonic(), at=datetime.now(UTC), endpoint=endpoint)
        raw = await request.body()
        reply = self.service.answer(entry, authorization=request.headers.get("authorization"), raw=raw)
        await self._pause(self.service.settings.latency_s)
        if reply.delivery is Delivery.STALL:
            await self._stall(request)
            # Reaches somebody only where the server ends first, or after the longest stall.
            return Response(status_code=reply.status)
        entry.status = reply.status
        if reply.delivery is Delivery.DRIP:
            return StreamingResponse(self._drip(request, reply), reply.status, reply.headers, reply.media_type)
        return Response(reply.content, reply.status, reply.headers, reply.media_type)

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self.stopping.wait(), seconds)
        except TimeoutError:
            return

    async def _stall(self, request: Request) -> None:
        ends = [asyncio.ensure_future(_left(request)), asyncio.ensure_future(self.stopping.wait())]
        await asyncio.wait(ends, timeout=_LONGEST_STALL_S, return_when=asyncio.FIRST_COMPLETED)
        for end in ends:
            end.cancel()

    async def _drip(self, request: Request, reply: Reply) -> AsyncIterator[bytes]:
        for byte in reply.content:
            if self.stopping.is_set() or await request.is_disconnected():
                return
            yield bytes([byte])
            await self._pause(_DRIP_S)


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def create_app(service: Service, stopping: asyncio.Event) -> FastAPI:
    """
    Make the application.

    Args:
        service: What answers.
        stopping: Set when the server begins to end; must be created in no other event loop.
    """
    # No documentation routes: they would load scripts from elsewhere.
    app = FastAPI(title="Web push statistics simulator", openapi_url=None)
    app.include_router(admin_router(service), prefix="/admin")
    shell = Shell(service, stopping)

    for endpoint in get_args(Endpoint):
        app.add_api_route(f"/v1/statistics/{endpoint}", _route(shell, endpoint), methods=["POST"])
    return app


def _route(shell: Shell, endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    async def statistics(request: Request) -> Response:
        return await shell.respond(request, endpoint)

    return statistics
