"""
What the body of a refusal says, whatever its status: some gateways answer 200 with an error for a body. Pure.

An error object is a 2xx body that says so, in the ways that web frameworks have, and has none of the documented parts
of an answer. An `error` beside figures is no outage, and one that is null says nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from insider_web_push.answers.php import parse_flag
from insider_web_push.answers.texts import clean
from insider_web_push.errors import CampaignNotFound, ServiceUnavailable, Throttled

_LONGEST_MESSAGE = 200
_PARTS = ("overview", "deviceMetrics", "unsuccessfulMessages", "data")
"""Parts of the documented answers, of which an error has none."""
_CODES = ("status", "status_code", "statusCode", "code")
_ERROR_CODE = re.compile(r"[45][0-9]{2}", re.ASCII)
_THROTTLE_WORDS = ("too many", "rate limit", "requests/minute", "request limit")
Meaning = type[Throttled] | type[CampaignNotFound] | type[ServiceUnavailable]


def meaning_of(said: str) -> Meaning:
    """Tell by its words what a refusal stands for; without words that are known, the service did not do its work."""
    words = said.lower()
    if any(word in words for word in _THROTTLE_WORDS):
        return Throttled
    return CampaignNotFound if "campaign not found" in words else ServiceUnavailable


def refusal_in(decoded: Mapping[str, object]) -> str | None:
    """
    Find out whether a 2xx body is an error object.

    Returns:
        Its words, bounded in length; None if it is none.
    """
    if decoded.get("success") is False:
        return f"success = false: {_words(decoded)}"
    if any(decoded.get(part) for part in _PARTS) or "total" in decoded:
        return None
    has_succeeded = decoded.get("success") is True
    is_error = (
        bool(decoded.get("error") or decoded.get("errors"))
        or parse_flag(decoded.get("success")).value is False
        or _has_code(decoded)
        or (bool(decoded.get("message")) and not has_succeeded)
    )
    return f"an error: {_words(decoded)}" if is_error else None


def message_in(body: bytes) -> str:
    """Find the words of an error body, bounded in length; an HTML page has none."""
    try:
        decoded = json.loads(body)
    except (ValueError, RecursionError):
        text = body[:_LONGEST_MESSAGE].decode("utf-8", errors="replace")
        return "" if "<" in text else bounded(text)
    return _documented_words(decoded)


def is_in_own_words(body: bytes) -> bool:
    """
    Tell whether a refusal is the API's: an object with words or a code in it, as documented.

    Free text is not, nor is a page: what stands before the API says "Forbidden" as well.
    """
    try:
        decoded = json.loads(body)
    except (ValueError, RecursionError):
        return False
    return isinstance(decoded, dict) and bool(_documented_words(decoded) or _has_code(decoded))


def _has_code(decoded: Mapping[str, object]) -> bool:
    return any(_ERROR_CODE.fullmatch(str(decoded.get(name))) for name in _CODES)


def _words(decoded: Mapping[str, object]) -> str:
    """Give the words of an error object, or what it has in their place: a code, or an object of another shape."""
    if said := _documented_words(decoded):
        return said
    named = {name: decoded[name] for name in ("error", "errors", "message", *_CODES) if decoded.get(name)}
    return bounded(json.dumps(named, ensure_ascii=False)) if named else "it does not say why"


def _documented_words(decoded: object) -> str:
    match decoded:
        case {"error": {"message": str(text)}} | {"message": str(text)} | {"error": str(text)} if text.strip():
            return bounded(text)
        case {"errors": dict(errors)} if errors:
            return bounded("; ".join(f"{field}: {_first(problem)}" for field, problem in errors.items()))
        case {"errors": [str(text), *_]}:
            return bounded(text)
    return ""


def _first(problem: object) -> object:
    return problem[0] if isinstance(problem, list) and problem else problem


def bounded(text: str) -> str:
    """Give the beginning of a text, cleaned, on one line."""
    flat = " ".join(clean(text[: 10 * _LONGEST_MESSAGE]).split())
    return flat[:_LONGEST_MESSAGE] + ("…" if len(flat) > _LONGEST_MESSAGE else "")
