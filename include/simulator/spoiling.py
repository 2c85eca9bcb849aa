"""Figures that one campaign prints in a way of its own: literal values in the place of what would be printed."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from pydantic import JsonValue

ABSENT: JsonValue = {"$spoil": "absent"}
"""In place of a literal: the field, or the item, is not there."""
KEYED: JsonValue = {"$spoil": "keyed"}
"""In place of a literal: the list is what PHP prints of one whose entries were filtered, {"0": …, "2": …}."""

MISPRINTS: tuple[dict[str, JsonValue], ...] = (
    {"overview.targeted.sent": "1.234,5"}, {"overview.total.targeted": None}, {"overview.ctr.clicks": "n/a"},
    {"overview.deliveryRate": ABSENT}, {"deviceMetrics": []}, {"deviceMetrics.1.clicks": ""},
    {"unsuccessfulMessages.dropped": {}}, {"overview": ABSENT},
)  # fmt: skip
"""Ways in which an answer may be printed wrongly, one each."""
ROW_MISPRINTS: tuple[dict[str, JsonValue], ...] = (
    {"sent": "411.840"}, {"clicks": None}, {"builderId": None}, {"targeted": ABSENT},
)  # fmt: skip
"""Those of a campaign's row of the list."""


def spoil(body: dict[str, Any], literals: Mapping[str, JsonValue]) -> list[str]:
    """
    Put *literals* into a response, in place.

    Args:
        body: A campaign-metrics response.
        literals: Values by dotted path, items of lists by number: `{"deviceMetrics.0.clicks": "1.234"}`; or `ABSENT`,
            or for a list `KEYED`.

    Returns:
        The paths that lead to no field of this response; they have no effect.
    """
    return [path for path, value in literals.items() if not _put(body, path.split("."), value)]


def _put(node: Any, path: list[str], value: JsonValue) -> bool:
    first, *rest = path
    if isinstance(node, list):
        if not first.isdecimal() or int(first) >= len(node):
            return False
        key: Any = int(first)
    elif isinstance(node, dict) and first in node:
        key = first
    else:
        return False
    if rest:
        return _put(node[key], rest, value)
    if value == ABSENT:
        del node[key]
    elif value == KEYED:
        if not isinstance(node[key], list):
            return False
        node[key] = {str(2 * position): item for position, item in enumerate(node[key])}
    else:
        # A copy: a longer path may put a value into this one.
        node[key] = deepcopy(value)
    return True
