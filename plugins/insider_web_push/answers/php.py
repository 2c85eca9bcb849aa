"""
What PHP makes of JSON: lists that are objects, sections that are empty lists, flags that are texts. Pure.

The API is written in PHP (its empty objects are `[]`, its validation messages Laravel's). PHP has one array for lists
and objects: json_encode prints it as a list only if its keys are 0, 1, 2, …, which they no longer are once an entry
was filtered out; and an empty one as `[]`, whatever it was. Types of attributes are whatever a database gave.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from insider_web_push.answers.printed_numbers import Parsed, problem

_POSITION = re.compile(r"0|[1-9][0-9]{0,8}", re.ASCII)
_NOTHING: tuple[object, ...] = (None, "", [], {})
_FLAGS = {"": False, "0": False, "false": False, "1": True, "true": True}


def _is_nothing(value: object) -> bool:
    return not value and value in _NOTHING


def as_list(value: object) -> object:
    """
    Give the list that PHP printed, before its shape is checked: a pydantic BeforeValidator.

    Returns:
        For null, "" and {} an empty list; for {"0": …, "2": …} its values by key; anything else as it is.
    """
    if _is_nothing(value):
        return []
    if isinstance(value, dict) and all(map(_POSITION.fullmatch, value)):
        return [value[key] for key in sorted(value, key=int)]
    return value


def as_object(value: object) -> object:
    """Give the object that PHP printed, before its shape is checked: an empty one for null, "" and []."""
    return {} if _is_nothing(value) else value


def parse_text(raw: object) -> Parsed[str]:
    """
    Read an attribute that is a text: "Sale", or a number as JSON prints it, for a campaign that is called 2026.

    Returns:
        The text as it is. None means that there is none.
    """
    match raw:
        case None | str():
            return Parsed(raw)
        case int() | float() if not isinstance(raw, bool) and math.isfinite(raw):
            return Parsed(repr(raw))
    return Parsed(None, problem(raw, "a text"))


def parse_name(raw: object) -> Parsed[str]:
    """Read a text that names a row; none at all, or a blank one, is a problem."""
    text = parse_text(raw).value
    return Parsed(text) if text and text.strip() else Parsed(None, problem(raw, "a name"))


def parse_flag(raw: object) -> Parsed[bool]:
    """
    Read a flag: true, 1, "1", "true" and their opposites.

    "" is false: PHP prints false so, where it makes a text of it. None means that there is none.
    """
    if raw is None:
        return Parsed(None)
    text = str(raw).strip().lower() if isinstance(raw, str | int) else ""
    is_known = isinstance(raw, str | int) and text in _FLAGS
    return Parsed(_FLAGS[text]) if is_known else Parsed(None, problem(raw, "a flag"))


def parse_object(raw: object) -> Parsed[Mapping[str, object]]:
    """Read an attribute that is an object; an empty one for null, "" and []."""
    found = as_object(raw)
    return Parsed(found) if isinstance(found, dict) else Parsed({}, problem(raw, "an object"))
