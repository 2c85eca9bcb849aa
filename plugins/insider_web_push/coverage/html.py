"""Writes the pages: values are escaped, and headers keep everybody else's scripts, styles and frames out."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from typing import Any

from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

_TEMPLATES = files(__package__).joinpath("templates")


def _joined(*names: str) -> str:
    return "\n".join(_TEMPLATES.joinpath(name).read_text(encoding="utf-8") for name in names)


_CSS, _JS = _joined("page.css", "actions.css"), _joined("page.js", "actions.js", "range.js")


def _source(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src {_source(_CSS)}; script-src {_source(_JS)}; connect-src 'self'; "
        "frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
}
"""
They let in the page's own style and script, by their hashes, and only Airflow's UI may frame the page: nobody else lays
something over its buttons. The script may talk to the server that it came from, which is Airflow's, and to no other.
"""

# Autoescaped: campaigns are called what their owners typed.
_environment = Environment(
    autoescape=True,
    loader=PackageLoader(__package__ or "", "templates"),
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
)
_environment.globals |= {"css": Markup(_CSS), "js": Markup(_JS)}  # noqa: S704 — files of this package


def page(template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """Write a page."""
    text = _environment.get_template(template).render(**values)
    # Half an emoji, which a stored answer may have, is no text that can be sent.
    return HTMLResponse(text.encode("utf-8", "replace"), status_code=status, headers=HEADERS)


def json_page(data: bytes) -> Response:
    """Give JSON as it is."""
    return Response(data, media_type="application/json", headers=HEADERS)
