"""
Read the figures that the API prints as text: "411,840", "34.08%", "2,480 TRY", "USD", 0, "91.33".

Every function returns the value, or None together with a
problem in words; a figure that could mean two numbers ("1.234", "1,5") is never guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

T = TypeVar("T")

_PLAIN = r"[0-9]+"
_GROUPED = r"[1-9][0-9]{0,2}(?:,[0-9]{3})+"
_INTEGER = re.compile(rf"-?(?:{_PLAIN}|{_GROUPED})", re.ASCII)
_DECIMAL = re.compile(rf"(?P<sign>-?)(?P<whole>{_PLAIN}|{_GROUPED})(?:\.(?P<fraction>[0-9]+))?", re.ASCII)
_MAYBE_GROUPED_BY_POINT = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_INT64_MAX = 2**63 - 1
_MOST_CHARACTERS = 60
"""Longer than any figure that a table can hold; bounds the work on hostile input."""
_SHOWN = 40
_LARGEST_PERCENTAGE = 1e15
_MONEY_WHOLE_DIGITS, _MONEY_SCALE = 29, 9
"""What decimal(38, 9), the tables' type for money, can hold."""


@dataclass(frozen=True, slots=True)
class Parsed(Generic[T]):
    """A value, or None with the reason in `problem`. None without a problem means: the API gave no figure."""

    value: T | None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency; the amount is None where the API printed the bare currency."""

    amount: Decimal | None
    currency: str | None


def parse_count(raw: object) -> Parsed[int]:
    """
    Read a count: "1", "411,840", 411840.

    Returns:
        A non-negative integer that fits int64. None and "" mean that there is no figure.
    """
    match raw:
        case None:
            return Parsed(None)
        case bool():
            return _unreadable(raw, "a count")
        case int():
            number = raw
        case float() if raw.is_integer() and abs(raw) < 2**53:
            number = int(raw)
        case str():
            text = raw.strip()
            if not text:
                return Parsed(None)
            if len(text) > _MOST_CHARACTERS or not _INTEGER.fullmatch(text):
                return _unreadable(raw, "a count")
            number = int(text.replace(",", ""))
        case _:
            return _unreadable(raw, "a count")
    if not 0 <= number <= _INT64_MAX:
        return _unreadable(raw, "a count from 0 to 2^63 - 1")
    return Parsed(number)


def parse_percent(raw: object) -> Parsed[float]:
    """
    Read a percentage, with or without its sign: "34.08%", "91.33", 0.

    Returns:
        A fraction: 34.08 % is 0.3408.
    """
    match raw:
        case None:
            return Parsed(None)
        case bool():
            return _unreadable(raw, "a percentage")
        case int() | float():
            number = Decimal(repr(raw)) if abs(raw) <= _LARGEST_PERCENTAGE else None
        case str():
            text = raw.strip()
            if not text:
                return Parsed(None)
            number = _decimal(text.removesuffix("%").rstrip(), ambiguous_thousands=not text.endswith("%"))
        case _:
            number = None
    if number is None or abs(number) > _LARGEST_PERCENTAGE:
        return _unreadable(raw, "a percentage")
    return Parsed(float(number / 100))


def parse_money(raw: object) -> Parsed[Money]:
    """
    Read an amount with its currency: "2,480 TRY", "0 TRY", or the bare "USD", which states no amount.

    Returns:
        Money whose amount is None for a bare currency, which is not the same as 0.
    """
    if raw is None:
        return Parsed(None)
    if not isinstance(raw, str):
        return _unreadable(raw, "an amount with its currency")
    parts = raw.split()
    match parts:
        case []:
            return Parsed(None)
        case [currency] if _CURRENCY.fullmatch(currency):
            return Parsed(Money(None, currency))
        case [number, currency] if _CURRENCY.fullmatch(currency):
            amount = _decimal(number, ambiguous_thousands=True)
            if amount is not None and _fits_money(amount):
                return Parsed(Money(amount, currency))
            return Parsed(Money(None, currency), _problem(raw, "an amount with its currency"))
    return _unreadable(raw, "an amount with its currency")


def _decimal(text: str, *, ambiguous_thousands: bool) -> Decimal | None:
    """
    Read a decimal with a point, and commas only as thousands separators.

    With *ambiguous_thousands*, one to three digits, a point and exactly three digits ("1.234") are refused:
    in Turkish and German notation that is a thousand. "0.123" and "1,234.567" can only be fractions.
    """
    found = _DECIMAL.fullmatch(text)
    if not found or len(text) > _MOST_CHARACTERS:
        return None
    whole, fraction = found["whole"], found["fraction"]
    if ambiguous_thousands and _MAYBE_GROUPED_BY_POINT.fullmatch(f"{whole}.{fraction}"):
        return None
    return Decimal(text.replace(",", ""))


def _fits_money(amount: Decimal) -> bool:
    _, digits, exponent = amount.as_tuple()
    if not isinstance(exponent, int):
        return False
    return -exponent <= _MONEY_SCALE and len(digits) + min(exponent, 0) <= _MONEY_WHOLE_DIGITS


def _unreadable(raw: object, expected: str) -> Parsed[T]:
    return Parsed(None, _problem(raw, expected))


def _problem(raw: object, expected: str) -> str:
    shown = repr(raw)
    return f"{shown[:_SHOWN]}{'…' if len(shown) > _SHOWN else ''} is not {expected}"
