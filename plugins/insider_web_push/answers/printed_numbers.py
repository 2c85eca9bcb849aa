"""
Read the figures that the API prints as text: "411,840", "34.08%", 0, "91.33"; amounts are in `printed_money`. Pure.

Every parser returns the value, or None together with a problem in words; a figure that could mean two numbers
("1.234", "1,5", "1,234%") is never guessed. An account whose figures are printed the other way round ("411.840",
"34,08%") says so in its `number_format`: what is doubtful then is what is doubtful here, mirrored.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from reprlib import Repr
from typing import Generic, TypeVar

from insider_web_push.vocabulary import NumberFormat

T = TypeVar("T")

_PLAIN = r"[0-9]+"
_GROUPED = r"[1-9][0-9]{0,2}(?:,[0-9]{3})+"
_INTEGER = re.compile(rf"-?(?:{_PLAIN}|{_GROUPED})", re.ASCII)
_DECIMAL = re.compile(rf"-?(?:{_PLAIN}|{_GROUPED})(?:\.[0-9]+)?", re.ASCII)
_MAYBE_GROUPED_BY_POINT = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}", re.ASCII)
_CODE = re.compile(r"-?[0-9]+", re.ASCII)
_PLAIN_DECIMAL = re.compile(rf"-?{_PLAIN}(?:\.[0-9]+)?", re.ASCII)
_INT64_MAX = 2**63 - 1
_MOST_CHARACTERS = 60
"""Longer than any figure that a table can hold; bounds the work on hostile input."""
_SHOWN = 40
_BRIEF = Repr()
"""Of lists and objects it shows the outer levels: they may be nested as deep as JSON allows, or be of any size."""
_LARGEST_PERCENTAGE = 1e15
_MIRRORED = str.maketrans(".,", ",.")


@dataclass(frozen=True, slots=True)
class Parsed(Generic[T]):
    """A value, or None with the reason in `problem`. None without a problem means: the API gave no figure."""

    value: T | None
    problem: str | None = None


def parse_count(raw: object, numbers: NumberFormat = NumberFormat.POINT) -> Parsed[int]:
    """
    Read a count: "1", "411,840", 411840.

    Args:
        numbers: How the account's figures are printed, where they are texts.

    Returns:
        A non-negative integer that fits int64. None and "" mean that there is no figure.
    """
    if is_blank(raw):
        return Parsed(None)
    is_exact = isinstance(raw, float) and raw.is_integer() and abs(raw) < 2**53
    number = _integer(f"{raw:.0f}" if is_exact else raw, _INTEGER, numbers)
    if number is None:
        return _unreadable(raw, "a count")
    return Parsed(number) if 0 <= number <= _INT64_MAX else _unreadable(raw, "a count from 0 to 2^63 - 1")


def parse_code(raw: object) -> Parsed[int]:
    """
    Read a code, such as `status`: 1, "3", -1.

    Returns:
        An integer that fits int64. None and "" mean that there is none.
    """
    if is_blank(raw):
        return Parsed(None)
    code = _integer(raw, _CODE)
    if code is None:
        return _unreadable(raw, "a code")
    return Parsed(code) if abs(code) <= _INT64_MAX else _unreadable(raw, "a code that fits int64")


def parse_percent(raw: object, numbers: NumberFormat = NumberFormat.POINT) -> Parsed[float]:
    """
    Read a percentage, with or without its sign: "34.08%", "91.33", 0.

    Args:
        numbers: As with `parse_count`.

    Returns:
        A fraction: 34.08 % is 0.3408.
    """
    if is_blank(raw):
        return Parsed(None)
    number: Decimal | None = None
    match raw:
        case int() | float() if not isinstance(raw, bool) and abs(raw) <= _LARGEST_PERCENTAGE:
            number = Decimal(repr(raw))
        case str():
            text = in_points(raw.strip(), numbers)
            figure = text.removesuffix("%").rstrip()
            # With a comma and no point it is a fraction in half of the world; the API prints two decimals.
            is_ambiguous = "," in figure and "." not in figure
            number = None if is_ambiguous else decimal_in(figure, may_be_thousands=not text.endswith("%"))
    if number is None or abs(number) > _LARGEST_PERCENTAGE:
        return _unreadable(raw, "a percentage")
    return Parsed(float(number / 100))


def printed_step(raw: object, numbers: NumberFormat = NumberFormat.POINT) -> Decimal:
    """
    Tell the worth of the last place of a percentage that `parse_percent` reads.

    Returns:
        As a fraction: of "34.08%" it is 0.0001.
    """
    printed = in_points(raw, numbers) if isinstance(raw, str) else repr(raw)
    exponent = Decimal(printed.strip().removesuffix("%").rstrip().replace(",", "")).as_tuple().exponent
    assert isinstance(exponent, int), "parse_percent reads finite numbers only"
    return Decimal(1).scaleb(exponent - 2)


def parse_plain_decimal(text: str | None) -> Decimal | None:
    """Read a number as the list prints it, 2479.6600112915, without separators; None if it is none."""
    if text is None or len(text) > _MOST_CHARACTERS or not _PLAIN_DECIMAL.fullmatch(text):
        return None
    return Decimal(text)


def in_points(text: str, numbers: NumberFormat) -> str:
    """Give a printed number with a point before its fraction, however the account's are printed."""
    return text if numbers is NumberFormat.POINT else text.translate(_MIRRORED)


def is_blank(raw: object) -> bool:
    """Whether there is nothing to read."""
    return raw is None or (isinstance(raw, str) and not raw.strip())


def _integer(raw: object, printed: re.Pattern[str], numbers: NumberFormat = NumberFormat.POINT) -> int | None:
    text = in_points(raw.strip(), numbers) if isinstance(raw, str) else ""
    if len(text) <= _MOST_CHARACTERS and printed.fullmatch(text):
        return int(text.replace(",", ""))
    return raw if isinstance(raw, int) and not isinstance(raw, bool) else None


def decimal_in(text: str, *, may_be_thousands: bool) -> Decimal | None:
    """
    Read a decimal with a point, and commas only as thousands separators.

    With *may_be_thousands*, one to three digits, a point and exactly three digits ("1.234") are refused:
    in Turkish and German notation that is a thousand. "0.123" and "1,234.567" can only be fractions.
    """
    if len(text) > _MOST_CHARACTERS or not _DECIMAL.fullmatch(text):
        return None
    if may_be_thousands and _MAYBE_GROUPED_BY_POINT.fullmatch(text):
        return None
    return Decimal(text.replace(",", ""))


def _unreadable(raw: object, expected: str) -> Parsed[T]:
    return Parsed(None, problem(raw, expected))


def problem(raw: object, expected: str) -> str:
    """Say that *raw*, shown by its beginning, is not what was expected."""
    shown = _BRIEF.repr(raw) if isinstance(raw, list | dict) else repr(raw)
    return f"{shown[:_SHOWN]}{'…' if len(shown) > _SHOWN else ''} is not {expected}"
