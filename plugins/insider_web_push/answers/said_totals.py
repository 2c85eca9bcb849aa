"""
What an answer of campaign-metrics says of the totals that the list has, read off its overview alone. Pure.

The list is read seconds to hours before the answers. The API may begin to add a day up anew between the two: then an
answer says less than the list before it, and is no news of the campaign.
"""

from __future__ import annotations

from insider_web_push.answers.day_list import Totals
from insider_web_push.answers.decoding import json_object
from insider_web_push.answers.falls import GUARDED, is_fall
from insider_web_push.answers.printed_numbers import parse_count
from insider_web_push.answers.shapes import Overview, validated
from insider_web_push.errors import InsiderError
from insider_web_push.vocabulary import NumberFormat


def totals_said(body: bytes, numbers: NumberFormat) -> Totals:
    """
    Give an answer's own totals, without the revenue; None is a counter that cannot be read.

    Args:
        body: The answer, as stored.
        numbers: How the account's figures are printed.
    """
    try:
        said = validated(Overview, json_object(body).get("overview"))
    except InsiderError:  # publish says so, by its place
        return Totals()
    return Totals(**{name: parse_count(figure, numbers).value for name, (_, figure) in said.counts.items()})


def says_less(said: Totals, listed: Totals | None) -> bool:
    """Whether an answer fell below the list that was read before it, or cannot be read where the list has a figure."""
    pairs = ((getattr(listed, name), getattr(said, name)) for name in GUARDED) if listed else ()
    return any(before and (after is None or is_fall(before, before - after)) for before, after in pairs)
