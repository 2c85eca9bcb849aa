"""What goes back over the wire: answers, refusals and the faults that take their place."""

import json
from dataclasses import dataclass, field, replace
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from include.simulator.faults import OVERSIZED_BYTES, FaultKind
from include.simulator.settings import ThrottleBody

_JSON, _TEXT, _HTML = "application/json", "text/plain; charset=utf-8", "text/html; charset=utf-8"
_MINUTE_S = 60.0


class Delivery(StrEnum):
    """How the bytes leave."""

    PLAIN = "plain"
    STALL = "stall"
    DRIP = "drip"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A response, before latency."""

    status: int
    content: bytes = b""
    media_type: str = _JSON
    headers: dict[str, str] = field(default_factory=dict)
    delivery: Delivery = Delivery.PLAIN

    def with_headers(self, headers: dict[str, str]) -> "Reply":
        """Add headers."""
        return replace(self, headers={**self.headers, **headers})


def reply(status: int, body: dict[str, Any] | str) -> Reply:
    """Make a reply of JSON, or of free text."""
    if isinstance(body, str):
        return Reply(status=status, content=body.encode(), media_type=_TEXT)
    # Half an emoji, which UTF-8 cannot write, is escaped as JSON and Python alike do it.
    return Reply(status=status, content=json.dumps(body, ensure_ascii=False).encode("utf-8", "backslashreplace"))


UNAUTHORIZED = reply(401, {"message": "Unauthorized"})
"""No key, or a wrong one."""
UNAUTHORIZED_PARTNER = reply(401, {"status_code": 401})
"""The other shape that was seen: here for a key that does not belong to the partner id."""
CAMPAIGN_NOT_FOUND = reply(424, {"message": "SERVICE:-Campaign not found"})
BEFORE_CREATION = reply(400, "The start date cannot be earlier than the campaign create date.")

TOO_OLD = reply(406, {"message": "The requested period is no longer available.", "status": 406})
"""406 is documented for other channels; its words are not."""


def throttled(status: int, body: ThrottleBody, *, limit: int, window_s: float) -> Reply:
    """Refuse a request over the limit: 403 and 429 differ in shape, and the latter comes without any body as well."""
    if status == HTTPStatus.FORBIDDEN:
        per = "minute" if window_s == _MINUTE_S else f"{window_s:g} seconds"
        message = f"Too many attempts, please try again later. {limit} Requests/{per} is allowed."
        return reply(status, {"error": {"message": message}, "status": status})
    if body is ThrottleBody.EMPTY:
        return Reply(status=status, media_type=_TEXT)
    if body is ThrottleBody.TEXT:
        return reply(status, "Too Many Requests")
    return reply(status, {"message": "Too Many Requests", "status": status})


_INSTEAD: dict[FaultKind, Reply] = {
    FaultKind.ERROR_500: reply(500, {"message": "Server Error"}),
    FaultKind.ERROR_520_HTML: Reply(
        status=520,
        content=b"<!DOCTYPE html><html><head><title>520: Web server returned an unknown error</title></head></html>",
        media_type=_HTML,
    ),
    FaultKind.HTML_200: Reply(
        status=200, content=b"<!DOCTYPE html><html><body><h1>Scheduled maintenance</h1></body></html>", media_type=_HTML
    ),
    FaultKind.LIST_200: Reply(status=200, content=b"[]"),
    FaultKind.ERROR_200: reply(200, {"error": {"code": 500}}),
    FaultKind.THROTTLED_200: reply(200, {"error": {"message": "Too many attempts, please try again later."}}),
    FaultKind.NOT_FOUND_200: reply(200, {"message": "SERVICE:-Campaign not found"}),
    FaultKind.STALL: Reply(status=503, delivery=Delivery.STALL),
    FaultKind.NOT_FOUND: CAMPAIGN_NOT_FOUND,
    FaultKind.UPSTREAM_424: reply(424, {"message": "SERVICE:-"}),
    FaultKind.FORBIDDEN: reply(403, {"message": "This IP address is not allowed for the key.", "status": 403}),
    FaultKind.FIREWALL: Reply(
        status=403, content=b"<!DOCTYPE html><html><body><h1>Access denied</h1></body></html>", media_type=_HTML
    ),
    FaultKind.INVALID_400: reply(400, "The given data was invalid."),
    FaultKind.REDIRECT: Reply(status=302, headers={"Location": "/v2/statistics/moved"}),
}


def instead_of_answer(fault: FaultKind) -> Reply | None:
    """Give what takes the place of an answer; None where the fault only spoils the answer that there would be."""
    return _INSTEAD.get(fault)


def spoiled(answer: Reply, fault: FaultKind | None) -> Reply:
    """Spoil an answer; a refusal, and an answer without a fault of that sort, stays as it is."""
    if answer.status != HTTPStatus.OK:
        return answer
    match fault:
        case FaultKind.TRUNCATED_JSON:
            return replace(answer, content=answer.content[: len(answer.content) // 2])
        case FaultKind.DRIP:
            return replace(answer, delivery=Delivery.DRIP)
        case FaultKind.OVERSIZED:
            padding = b'{"padding": "' + b"x" * OVERSIZED_BYTES + b'", '
            return replace(answer, content=padding + answer.content.removeprefix(b"{"))
        case _:
            return answer
