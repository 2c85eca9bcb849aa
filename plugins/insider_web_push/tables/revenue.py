"""
Which revenue to believe: the list has a precise number without a currency, the answer a rounded one with it. Pure.

"2,480 TRY" in the vendor's account sample is 2479.6600112915 in its own detail.
"""

from __future__ import annotations

from decimal import Decimal

from insider_web_push.answers.printed_money import agrees, as_held, fits_money
from insider_web_push.answers.printed_numbers import parse_plain_decimal
from insider_web_push.vocabulary import RevenueSource


def precise(listed: str | None) -> Decimal | None:
    """Read a revenue of the list; None if there is none, or none that a table could hold."""
    amount = parse_plain_decimal(listed)
    held = as_held(amount) if amount is not None else None
    return held if held is not None and fits_money(held) else None


def believed(printed: Decimal, *listed: str | None) -> tuple[Decimal, RevenueSource]:
    """
    Choose between an answer's revenue and the list's.

    Args:
        printed: As the answer prints it.
        listed: Revenues of lists, the likeliest first: a list that is older than the answer may have moved since.

    Returns:
        The first of the lists' that *printed* is rounded from, else *printed*; and whose it is.
    """
    for amount in map(precise, listed):
        if amount is not None and agrees(amount, printed):
            return amount, RevenueSource.LIST
    return as_held(printed), RevenueSource.ANSWER
