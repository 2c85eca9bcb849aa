"""Decodes the bytes of an answer to JSON, or tells that they are a refusal. Pure."""

from __future__ import annotations

import json

from insider_web_push.answers.refused import bounded, meaning_of, refusal_in
from insider_web_push.answers.texts import clean_json, is_clean_json
from insider_web_push.errors import ContractViolation, ServiceUnavailable


def json_object(body: bytes) -> dict[str, object]:
    """
    Decode a 2xx body.

    Its texts are cleaned (`texts`): here, and nowhere after it. The raw answer keeps them as they came.

    Raises:
        ServiceUnavailable: it is not JSON, like a proxy's page or half of an answer; or it says that the call failed,
            in which case its words may also make it Throttled or CampaignNotFound.
        ContractViolation: it is JSON but not an object, or an object in it has a name twice, with two values.
    """
    try:
        # Not json.loads(body), which lets bytes pass that are half an emoji, and no UTF-8.
        text = body.decode(json.detect_encoding(body))
        decoded = json.loads(text, object_pairs_hook=_without_doubt)
        decoded = decoded if is_clean_json(text) else clean_json(decoded)
    except (ValueError, RecursionError):
        shape = "an HTML page" if body.lstrip()[:1] == b"<" else f"{len(body)} bytes that are not JSON"
        message = f"$: expected a JSON object, got {shape}. If it stays so, check the connection's host"
        raise ServiceUnavailable(message) from None
    if not isinstance(decoded, dict):
        raise ContractViolation(f"$: expected a JSON object, got {type(decoded).__name__}")
    if said := refusal_in(decoded):
        raise meaning_of(said)(f"the API answered 200 with {said}")
    return decoded


def _without_doubt(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Make an object of its members; RFC 8259 section 4 leaves open which of two namesakes counts."""
    found = dict(pairs)
    if len(found) != len(pairs):
        for name, value in pairs:
            if found[name] != value:
                raise ContractViolation(f"$: {bounded(name)!r} stands twice in one object, with two values")
    return found
