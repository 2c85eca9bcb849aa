"""
Which revenue to believe: the list has a precise number without a currency, the answer a rounded one with it. Pure.

"2,480 TRY" in the vendor's account sample is 2479.6600112915 in its own detail.
"""

from __future__ import annotations

from decimal import Context, Decimal

from insider_web_push.answers.printed_numbers import MONEY_SCALE, fits_money, parse_plain_decimal

_EXACT = Context(prec=120)
"""Wide enough that no sum of two amounts is rounded."""


def precise(listed: str | None) -> Decimal | None:
    """Read a revenue of the list; None if there is none, or none that a table could hold."""
    amount = parse_plain_decimal(listed)
    held = as_held(amount) if amount is not None else None
    return held if held is not None and fits_money(held) else None


def as_held(amount: Decimal) -> Decimal:
    """Give an amount with nine places, as tables hold it, so that equal amounts are printed alike."""
    return _EXACT.quantize(amount, Decimal(1).scaleb(-MONEY_SCALE))


def agrees(listed: Decimal, printed: Decimal) -> bool:
    """Whether *printed* is *listed*, rounded to the last place that is printed."""
    exponent = printed.as_tuple().exponent
    assert isinstance(exponent, int), "printed_numbers reads finite amounts only"
    half_a_place = Decimal(5).scaleb(exponent - 1)
    return abs(_EXACT.subtract(listed, printed)) <= half_a_place
