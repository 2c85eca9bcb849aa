"""How an account's figures are printed for people: held against the plain numbers that the list has of them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

from insider_web_push.answers.day_list import Totals
from insider_web_push.answers.printed_money import Notation, agrees, parse_money
from insider_web_push.answers.printed_numbers import parse_count, parse_percent, printed_step
from insider_web_push.answers.shapes import CampaignMetrics
from insider_web_push.probing.report import Finding, Verdict
from insider_web_push.tables.identities import RATES
from insider_web_push.tables.revenue import precise
from insider_web_push.vocabulary import NumberFormat

IsRight = Callable[[NumberFormat], bool]
"""Whether a figure, read in a notation, is the list's."""


def printed_counts(detail: CampaignMetrics) -> dict[str, object]:
    """Give the seven counters of an answer as they are printed."""
    overview = detail.overview
    return {
        "targeted": overview.total.targeted,
        "sent": overview.targeted.sent,
        "dropped": overview.targeted.dropped,
        "delivered": overview.delivery_rate.delivered,
        "undelivered": overview.delivery_rate.undelivered,
        "clicks": overview.ctr.clicks,
        "conversions": overview.conversion_rate.conversions,
    }


def notations_in(detail: CampaignMetrics, listed: Totals) -> dict[NumberFormat, list[str]]:
    """
    Find the notations that an answer's figures are printed in.

    Returns:
        The figures that are the list's when they are read in a notation, and not in the other one; notations without
        any are left out. "7" is 7 in both, and tells nothing.
    """
    found: dict[NumberFormat, list[str]] = {}
    for printed, is_right in _figures(detail, listed):
        right = [numbers for numbers in NumberFormat if is_right(numbers)]
        if len(right) == 1:
            found.setdefault(right[0], []).append(printed)
    return found


def _figures(detail: CampaignMetrics, listed: Totals) -> Iterator[tuple[str, IsRight]]:
    total = detail.overview.total
    for name, raw in printed_counts(detail).items():
        yield str(raw), _is_count(raw, getattr(listed, name))
    for rate in RATES:
        raw, computed = getattr(total, rate.name), rate.of(dict(listed))
        yield str(raw), _is_rate(raw, computed)
    yield str(detail.overview.revenue), _is_amount(detail.overview.revenue, precise(listed.revenue))


def _is_count(raw: object, listed: int | None) -> IsRight:
    return lambda numbers: listed is not None and parse_count(raw, numbers).value == listed


def _is_rate(raw: object, computed: float | None) -> IsRight:
    def is_right(numbers: NumberFormat) -> bool:
        read = parse_percent(raw, numbers).value
        return read is not None and computed is not None and abs(read - computed) <= float(printed_step(raw, numbers))

    return is_right


def _is_amount(raw: object, listed: Decimal | None) -> IsRight:
    def is_right(numbers: NumberFormat) -> bool:
        money = parse_money(raw, Notation(numbers, is_sure=True)).value
        return listed is not None and money is not None and money.amount is not None and agrees(listed, money.amount)

    return is_right


def notation_finding(found: dict[NumberFormat, list[str]], *, day: date, configured: NumberFormat) -> Finding:
    """Judge the notation that was found against the account's `number_format`."""
    said = "; ".join(f'"{numbers}": {", ".join(map(repr, figures[:3]))}' for numbers, figures in found.items())
    do = ""
    if not found:
        verdict, said = Verdict.UNKNOWN, "no figure of it shows where thousands and fractions are"
    elif len(found) > 1:
        verdict, do = Verdict.NOTED, "report it: what could be two figures stays null"
    elif configured in found:
        verdict = Verdict.AS_ASSUMED
    else:
        verdict, do = Verdict.DIFFERS, f'set the account\'s number_format to "{next(iter(found))}"'
    return Finding(
        topic="number format", asked=f"the figures of a campaign of {day}, as printed and as listed", found=said,
        assumed=f'figures are printed as "{configured}"', verdict=verdict, do=do,
    )  # fmt: skip
