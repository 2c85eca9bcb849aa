"""
Read the amounts that the API prints as text: "2,480 TRY", "0 TRY", "512.345 KWD", "USD". Pure.

An amount that could be two ("1.234 TRY": one and a bit, or in Turkish notation a thousand) is read where something
tells which: the currency's own number of decimals, or the list's plain number, which agrees with one of them alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Context, Decimal

from insider_web_push.answers.printed_numbers import Parsed, decimal_in, in_points, is_blank, problem
from insider_web_push.vocabulary import NumberFormat

THREE_DECIMALS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
"""Currencies whose minor unit is a thousandth (ISO 4217, list one): their amounts have three decimals."""
MONEY_SCALE = 9
_MONEY_WHOLE_DIGITS = 29
"""What decimal(38, 9), the tables' type for money, can hold."""
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_EXACT = Context(prec=120)
"""Wide enough that no sum of two amounts is rounded; what has more than nine places is rounded half to even."""
_EXPECTED = "an amount with its currency"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency; the amount is None where the API printed the bare currency."""

    amount: Decimal | None
    currency: str | None


@dataclass(frozen=True, slots=True)
class Notation:
    """
    How an answer prints amounts.

    Attributes:
        is_sure: Whether an amount of this answer shows it: then none of its amounts could be two.
    """

    numbers: NumberFormat = NumberFormat.POINT
    is_sure: bool = False


def parse_currency(raw: object) -> Parsed[str]:
    """Read a currency: three capital letters, as in ISO 4217."""
    if is_blank(raw):
        return Parsed(None)
    text = raw.strip() if isinstance(raw, str) else ""
    return Parsed(text) if _CURRENCY.fullmatch(text) else Parsed(None, problem(raw, "a currency"))


def parse_money(raw: object, notation: Notation = Notation()) -> Parsed[Money]:
    """
    Read an amount with its currency: "2,480 TRY", "0 TRY", or the bare "USD", which states no amount.

    Returns:
        Money whose amount has at most nine places, as the tables; it is None for a bare currency, which is not 0.
        None for what has no code of a currency ("€1,234.56"): nobody knows what a figure without one counts.
    """
    if is_blank(raw):
        return Parsed(None)
    match raw.split() if isinstance(raw, str) else ():
        case [currency] if _CURRENCY.fullmatch(currency):
            return Parsed(Money(None, currency))
        case [number, currency] if _CURRENCY.fullmatch(currency):
            is_sure = notation.is_sure or currency in THREE_DECIMALS
            found = decimal_in(in_points(number, notation.numbers), may_be_thousands=not is_sure)
            amount = None if found is None else _rounded(found)
            if amount is not None and fits_money(amount):
                return Parsed(Money(amount, currency))
            return Parsed(Money(None, currency), problem(raw, _EXPECTED))
    return Parsed(None, problem(raw, _EXPECTED))


def notation_of(raw: object, listed: Decimal | None, numbers: NumberFormat) -> Notation:
    """
    Find out how an answer prints amounts, from one whose plain number is known.

    Args:
        raw: The amount as printed.
        listed: The same figure of the list; None if there is none.
        numbers: The account's notation, which holds where the two do not tell.
    """
    agreeing = [
        notation
        for notation in (Notation(each, is_sure=True) for each in NumberFormat)
        if listed is not None and (money := parse_money(raw, notation).value) and money.amount is not None
        and agrees(listed, money.amount)
    ]  # fmt: skip
    return agreeing[0] if len(agreeing) == 1 else Notation(numbers)


def agrees(listed: Decimal, printed: Decimal) -> bool:
    """Whether *printed* is *listed*, rounded to the last place that is printed."""
    half_a_place = Decimal(5).scaleb(_exponent(printed) - 1)
    return abs(_EXACT.subtract(listed, printed)) <= half_a_place


def as_held(amount: Decimal) -> Decimal:
    """Give an amount with nine places, as tables hold it, so that equal amounts are printed alike."""
    return _EXACT.quantize(amount, Decimal(1).scaleb(-MONEY_SCALE))


def fits_money(amount: Decimal) -> bool:
    """Whether decimal(38, 9), the tables' type for money, holds an amount exactly."""
    _, digits, exponent = amount.as_tuple()
    if not isinstance(exponent, int):
        return False
    return -exponent <= MONEY_SCALE and len(digits) + min(exponent, 0) <= _MONEY_WHOLE_DIGITS


def _rounded(amount: Decimal) -> Decimal:
    return as_held(amount) if _exponent(amount) < -MONEY_SCALE else amount


def _exponent(amount: Decimal) -> int:
    exponent = amount.as_tuple().exponent
    assert isinstance(exponent, int), "only finite amounts are read"
    return exponent
