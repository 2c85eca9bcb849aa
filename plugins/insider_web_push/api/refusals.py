"""
What an answer means: status AND body decide, since the same status stands for different things.

Table of statuses: the vendor's endpoint page and its Postman collection; bodies as seen in production.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from insider_web_push.answers.refused import is_in_own_words, meaning_of, message_in, refusal_in
from insider_web_push.errors import (
    CampaignNotFound,
    InsiderError,
    InvalidRequest,
    ServiceUnavailable,
    Throttled,
    TurnedAway,
    Unauthorized,
    UpstreamFailed,
)

_LONGEST_RETRY_AFTER_S = 86_400.0
"""A day: a server that asks for more is asked again tomorrow."""
_KEY_REFUSED = {
    401: "Check the API key (the connection's password)",
    403: "Check the API key, and the addresses that it is pinned to",
}
_ANOTHER_SERVICE_FAILED = frozenset({408, 425})
_HINTS = {
    404: ". Check the connection's host: it is the API's address without a path",
    405: ". Check the connection's host: it is the API's address without a path",
    406: ". The day may be older than the API keeps",
}


def retry_after_s(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """
    Read Retry-After, which RFC 9110 section 10.2.3 allows as seconds or as a date.

    Args:
        headers: Response headers, case-insensitive or in lower case.
        now: Present instant, with its zone.

    Returns:
        Seconds from *now*, from 0 to a day; None if absent or unreadable.
    """
    raw = (headers.get("Retry-After") or headers.get("retry-after") or "").strip()
    if re.fullmatch(r"[0-9]{1,9}", raw, re.ASCII):
        return min(float(raw), _LONGEST_RETRY_AFTER_S)
    try:
        moment = parsedate_to_datetime(raw)
    except (ValueError, TypeError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max(0.0, (moment - now).total_seconds()), _LONGEST_RETRY_AFTER_S)


def stated_limit(headers: Mapping[str, str]) -> int | None:
    """
    Read the limit that the server states of itself.

    No name is published, and not every answer has one; these are the usual ones.

    Returns:
        Requests a window; None if nothing readable is stated.
    """
    for name in ("X-RateLimit-Limit", "RateLimit-Limit"):
        raw = (headers.get(name) or headers.get(name.lower()) or "").strip()
        if re.fullmatch(r"[0-9]{1,6}", raw, re.ASCII) and int(raw) > 0:
            return int(raw)
    return None


def error_of(
    status: int, headers: Mapping[str, str], body: bytes, *, now: datetime, mask: Callable[[str], str] = str
) -> InsiderError | None:
    """
    Turn a refusal into the error that says what to do next.

    Args:
        mask: Masks the key in the server's words once they are judged, before they are told: a short key may be a part
            of the words that say what happened.

    Returns:
        None for a 2xx, whose body `answers` judges once it is kept; but for one that says in words that the limit is
        reached, which the budget must learn, or that there is no such campaign.
    """
    wait_s = retry_after_s(headers, now=now)
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return _error_of_2xx(status, body, wait_s, mask)
    said = message_in(body)
    meaning, said = meaning_of(said), mask(said)
    answer = f"the API answered {status}" + (f": {said}" if said else "")
    if status == HTTPStatus.TOO_MANY_REQUESTS or (status == HTTPStatus.FORBIDDEN and meaning is Throttled):
        return Throttled(answer, retry_after_s=wait_s)
    if status == HTTPStatus.FORBIDDEN and not is_in_own_words(body):
        answer = f"the API answered 403 without a word of its own{f' ({said})' if said else ''}"
        return TurnedAway(f"{answer}: a firewall or proxy before it turned the request away", retry_after_s=wait_s)
    if status in _KEY_REFUSED:
        return Unauthorized(f"{answer}. {_KEY_REFUSED[status]}")
    if status == HTTPStatus.FAILED_DEPENDENCY and meaning is CampaignNotFound:
        return CampaignNotFound(answer)
    if status == HTTPStatus.FAILED_DEPENDENCY:
        return UpstreamFailed(answer, retry_after_s=wait_s)
    if status in _ANOTHER_SERVICE_FAILED or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ServiceUnavailable(answer, retry_after_s=wait_s)
    if status < HTTPStatus.BAD_REQUEST:
        answer += ", a redirect, which is not followed. Check the connection's host"
    return InvalidRequest(answer + _HINTS.get(status, ""), status=status)


def _error_of_2xx(status: int, body: bytes, wait_s: float | None, mask: Callable[[str], str]) -> InsiderError | None:
    try:
        decoded = json.loads(body)
    except (ValueError, RecursionError):
        return None
    said = refusal_in(decoded) if isinstance(decoded, dict) else None
    answer, meaning = f"the API answered {status} with {mask(said or '')}", meaning_of(said or "")
    if meaning is Throttled:
        return Throttled(answer, retry_after_s=wait_s)
    return CampaignNotFound(answer) if meaning is CampaignNotFound else None
