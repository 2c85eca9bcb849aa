"""
What is checked of every campaign day. Pure.

The identities hold on every published sample (vendor's pages, read as a whole); each table below is one kind of them.
A check that cannot hold is not applied: figures that are null, rates without a denominator, clickMetrics that the newer
answers do not have, and of a window that holds only clicks on what was sent before it the funnel, and devices that are
not there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from insider_web_push.answers.day_list import COUNTERS, Totals
from insider_web_push.answers.printed_numbers import printed_step
from insider_web_push.tables.failures import Failure
from insider_web_push.tables.schemas import Row
from insider_web_push.vocabulary import Check, NumberFormat

MOST_GROWTH, GROWTH_SLACK = 2, 100
"""
How far a figure may have grown between the list and the answer: to its double, and 100 on top for small ones.

Hours lie between the two in a large account, and a message that left in the evening is delivered and clicked all
night. What belongs to another campaign, or to another window, is off by more.
"""


@dataclass(frozen=True, slots=True)
class Sum:
    """A column of campaign_day that is the sum of others."""

    check: Check
    whole: str
    parts: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Breakdown:
    """
    A column of campaign_day that the rows of another table add up to.

    Attributes:
        outcome: Restricts those rows.
        unsaid: What it says of a column that is above 0, where there are no such rows; "" if they may be absent.
    """

    check: Check
    whole: str
    table: str
    column: str
    outcome: str | None = None
    unsaid: str = ""


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate of the campaign and of each device; `field` is what the API calls it."""

    name: str
    field: str
    part: str
    whole: str

    def of(self, counts: Mapping[str, int | None]) -> float | None:
        """Compute it; null without its denominator."""
        part, whole = counts[self.part], counts[self.whole]
        return part / whole if part is not None and whole else None


FUNNEL = (
    Sum(Check.TARGETED_SUM, "targeted", ("sent", "dropped")),
    Sum(Check.SENT_SUM, "sent", ("delivered", "undelivered")),
)
_NO_REASON, _NO_DEVICE = "no reason says why", "no device is named"
BREAKDOWNS = (
    Breakdown(Check.DROP_REASON_SUM, "dropped", "campaign_day_unsuccessful", "count", "dropped", _NO_REASON),
    Breakdown(
        Check.UNDELIVERED_REASON_SUM, "undelivered", "campaign_day_unsuccessful", "count", "undelivered", _NO_REASON
    ),
    Breakdown(Check.DEVICE_SUM, "sent", "campaign_day_device", "sent", unsaid=_NO_DEVICE),
    Breakdown(Check.DEVICE_SUM, "delivered", "campaign_day_device", "delivered", unsaid=_NO_DEVICE),
    Breakdown(Check.DEVICE_SUM, "clicks", "campaign_day_device", "clicks", unsaid=_NO_DEVICE),
    Breakdown(Check.CLICK_SUM, "clicks", "campaign_day_click", "clicks"),
)
RATES = (
    Rate("delivery_rate", "deliveryRate", "delivered", "sent"),
    Rate("ctr", "ctr", "clicks", "delivered"),
    Rate("conversion_rate", "conversionRate", "conversions", "clicks"),
)
GROWING = ("targeted", "sent", "dropped", "delivered", "clicks", "conversions")
"""Counts that only grow; undelivered falls whenever delivered grows."""


def sum_failures(row: Row) -> Iterator[Failure]:
    """Check the funnel, from the audience to what was delivered, of a row of campaign_day."""
    if not row["sent"] and (row["delivered"] or row["clicks"] or row["conversions"]):
        return
    for identity in FUNNEL:
        whole, parts = row[identity.whole], [row[name] for name in identity.parts]
        if whole is not None and None not in parts and whole != _sum(parts):
            said = " + ".join(f"{name} {part}" for name, part in zip(identity.parts, parts, strict=True))
            yield Failure(identity.check, f"{identity.whole} {whole} is not {said}")


def breakdown_failures(row: Row, tables: Mapping[str, Sequence[Row]]) -> Iterator[Failure]:
    """
    Check a row of campaign_day against the campaign's rows in the other tables.

    A part that is not given, or cannot be read, may be 0: it is nothing wrong where the others add up without it.
    """
    has_sent = row["sent"] != 0
    for identity in BREAKDOWNS:
        parts = [
            part[identity.column]
            for part in tables[identity.table]
            if identity.outcome is None or part["outcome"] == identity.outcome
        ]
        whole, unknown = row[identity.whole], parts.count(None)
        if whole is None or whole == _sum(parts):
            continue
        if parts:
            of = identity.outcome or identity.table.removeprefix("campaign_day_")
            more = f", and {unknown} that cannot be read" if unknown else ""
            yield Failure(identity.check, f"{identity.whole} {whole}, but {_sum(parts)} by {of}{more}")
        elif identity.unsaid and (has_sent or identity.unsaid is _NO_REASON):
            yield Failure(identity.check, f"{identity.whole} {whole}, but {identity.unsaid}")


def rate_failures(
    rate: Rate, figures: Row, printed: object, path: str, numbers: NumberFormat = NumberFormat.POINT
) -> Iterator[Failure]:
    """
    Check a printed rate: it is rounded to its last place, as the published pairs of both endpoints show.

    Args:
        figures: The counts, and the rate as computed and as reported.
        printed: The rate as printed.
        numbers: How the account's figures are printed.
    """
    computed, reported = figures[rate.name], figures[f"{rate.name}_reported"]
    if not figures["sent"] or not isinstance(computed, float) or not isinstance(reported, float):
        return
    # A hair more than half a place, since the source computes in floats.
    if abs(computed - reported) > float(printed_step(printed, numbers)) * 0.500001:
        counts = f"{rate.part} {figures[rate.part]} / {rate.whole} {figures[rate.whole]}"
        yield Failure(Check.RATE, f"{path}: {printed!r} is not {counts}")


def list_failures(row: Row, baseline: Totals | None) -> Iterator[Failure]:
    """Check a row of campaign_day against the totals that were listed before."""
    for name in GROWING if baseline else ():
        listed, figure = getattr(baseline, name), row[name]
        if listed is None or not isinstance(figure, int):
            continue
        if not listed <= figure <= listed * MOST_GROWTH + GROWTH_SLACK:
            yield Failure(Check.LIST, f"{name} {figure}, but {listed} in the list")


def counts_agree(row: Row, baseline: Totals) -> bool:
    """Whether every count is known, and the same in the list."""
    return all(row[name] is not None and row[name] == getattr(baseline, name) for name in COUNTERS)


def _sum(parts: Sequence[object]) -> int:
    return sum(part for part in parts if isinstance(part, int))
