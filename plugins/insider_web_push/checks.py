"""
What is checked of every campaign day. Pure.

The identities hold on every published sample (vendor's pages, read as a whole); each table below is one kind of them.
A check that cannot hold is not applied: figures that are null, rates without a denominator, sections that the answer
does not have, a funnel of clicks without sends (a window may hold clicks on what was sent before it).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from insider_web_push.number_parsing import printed_step
from insider_web_push.sweep import COUNTERS, Totals

Row = Mapping[str, object]

MOST_GROWTH, GROWTH_SLACK = 2, 100
"""
How far a figure may have grown between the list and the answer: to its double, and 100 on top for small ones.

Hours lie between the two in a large account, and a message that left in the evening is delivered and clicked all
night. What belongs to another campaign, or to another window, is off by more.
"""


class Check(StrEnum):
    """Names of the checks, as they stand in `failed_checks`."""

    UNREADABLE = "unreadable"
    UNREADABLE_ATTRIBUTE = "unreadable_attribute"
    DUPLICATE = "duplicate"
    TARGETED_SUM = "targeted_sum"
    SENT_SUM = "sent_sum"
    DROP_REASON_SUM = "drop_reason_sum"
    UNDELIVERED_REASON_SUM = "undelivered_reason_sum"
    DEVICE_SUM = "device_sum"
    CLICK_SUM = "click_sum"
    RATE = "rate"
    LIST = "list"
    REVENUE = "revenue"
    CURRENCY = "currency"
    TIME_ZONE = "time_zone"

    @property
    def meaning(self) -> str:
        """What it says if it fails."""
        return _MEANINGS[self]


_MEANINGS = {
    Check.UNREADABLE: "A figure is printed in a way that is no number, or could be two: it is null.",
    Check.UNREADABLE_ATTRIBUTE: "A date, a code or the currency is printed in an unknown way: it is null.",
    Check.DUPLICATE: "The answer names a device, a reason or a click target twice: the second is left out.",
    Check.TARGETED_SUM: "targeted is not sent + dropped.",
    Check.SENT_SUM: "sent is not delivered + undelivered.",
    Check.DROP_REASON_SUM: "The reasons for dropping do not add up to dropped.",
    Check.UNDELIVERED_REASON_SUM: "The reasons for not delivering do not add up to undelivered.",
    Check.DEVICE_SUM: "sent, delivered or clicks of the devices do not add up to the campaign's.",
    Check.CLICK_SUM: "Clicks on the message's parts do not add up to clicks.",
    Check.RATE: "A printed rate is not the one that its counts give, at the printed precision.",
    Check.LIST: "A count is lower than in the list that was read before, or more than its double and 100.",
    Check.REVENUE: "The list has another revenue, though all its counts agree: the printed one is taken.",
    Check.CURRENCY: "Revenue is printed in another currency than the preferred one.",
    Check.TIME_ZONE: "The answer's window is the asked day in another time zone than the account's.",
}


class Failure(NamedTuple):
    """A failed check, and what failed: its place in the answer, or the figures."""

    check: Check
    what: str

    def __str__(self) -> str:
        """As it stands in `failed_check_details`."""
        return f"{self.check}: {self.what}"


@dataclass(frozen=True, slots=True)
class Sum:
    """A column of campaign_day that is the sum of others."""

    check: Check
    whole: str
    parts: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A column of campaign_day that the rows of another table add up to; `outcome` restricts those."""

    check: Check
    whole: str
    table: str
    column: str
    outcome: str | None = None


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
BREAKDOWNS = (
    Breakdown(Check.DROP_REASON_SUM, "dropped", "campaign_day_unsuccessful", "count", "dropped"),
    Breakdown(Check.UNDELIVERED_REASON_SUM, "undelivered", "campaign_day_unsuccessful", "count", "undelivered"),
    Breakdown(Check.DEVICE_SUM, "sent", "campaign_day_device", "sent"),
    Breakdown(Check.DEVICE_SUM, "delivered", "campaign_day_device", "delivered"),
    Breakdown(Check.DEVICE_SUM, "clicks", "campaign_day_device", "clicks"),
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
    """Check a row of campaign_day against the campaign's rows in the other tables."""
    for identity in BREAKDOWNS:
        parts = [
            part[identity.column]
            for part in tables[identity.table]
            if identity.outcome is None or part["outcome"] == identity.outcome
        ]
        whole = row[identity.whole]
        if parts and whole is not None and None not in parts and whole != _sum(parts):
            of = identity.outcome or identity.table.removeprefix("campaign_day_")
            yield Failure(identity.check, f"{identity.whole} {whole}, but {_sum(parts)} by {of}")


def rate_failures(rate: Rate, figures: Row, printed: object, path: str) -> Iterator[Failure]:
    """
    Check a printed rate: it is rounded to its last place, as the published pairs of both endpoints show.

    Args:
        figures: The counts, and the rate as computed and as reported.
        printed: The rate as printed.
    """
    computed, reported = figures[rate.name], figures[f"{rate.name}_reported"]
    if not figures["sent"] or not isinstance(computed, float) or not isinstance(reported, float):
        return
    # A hair more than half a place, since the source computes in floats.
    if abs(computed - reported) > float(printed_step(printed)) * 0.500001:
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
