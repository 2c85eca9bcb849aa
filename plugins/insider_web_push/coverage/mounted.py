"""
What Airflow mounts below `/insider-web-push`, and shows in its navigation.

Every process of Airflow loads plugins, each task's too; the pages, with what they import, are made in the API server
alone, at the first request.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from insider_web_push.coverage.addresses import page_path
from insider_web_push.vocabulary import PAGES

if TYPE_CHECKING:
    from fastapi import FastAPI


class CoveragePages:
    """An ASGI application that is made when it is first asked."""

    @cached_property
    def _app(self) -> FastAPI:
        from insider_web_push.coverage.page import make_app  # noqa: PLC0415 — as said above

        return make_app()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request."""
        await self._app(scope, receive, send)


FASTAPI_APP = {"app": CoveragePages(), "url_prefix": PAGES, "name": "Web push coverage"}
EXTERNAL_VIEW = {
    "name": "Web push coverage",
    "href": f"{page_path()}/",
    "destination": "nav",
    "category": "browse",
    "url_route": "web-push-coverage",
}
