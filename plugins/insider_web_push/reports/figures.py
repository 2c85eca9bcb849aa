"""
Sums over campaign days. Pure: rows in, figures out.

Null is not zero: it is left out of a sum, and a sum of nulls alone is null. A rate is a ratio of sums, never a mean of
rates. Money of different currencies is never added up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from insider_web_push.tables import identities

Row = Mapping[str, Any]
COUNTS = ("targeted", "sent", "delivered", "clicks", "conversions")
RATES = {rate.name: rate for rate in identities.RATES}
_REVENUE = "revenue "


@dataclass(frozen=True, slots=True)
class Figures:
    """
    Sums over some campaign days.

    Attributes:
        counts: By column; None if no row knows it, zero if there is no row at all.
        rates: Fractions, over the rows that know both counts; None without a denominator.
        revenue: By currency; a currency without revenue is not in it.
    """

    counts: Mapping[str, int | None]
    rates: Mapping[str, float | None]
    revenue: Mapping[str, Decimal]

    def get(self, metric: str) -> int | float | Decimal | None:
        """Give a count, a rate, or `revenue TRY`; None if it is not known."""
        if currency := currency_of(metric):
            return self.revenue.get(currency)
        return self.rates[metric] if metric in RATES else self.counts[metric]

    def known(self, metric: str) -> int:
        """Give a count for a ranking or a threshold, where a count that is not known is taken for zero."""
        return self.counts[metric] or 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekInput:
    """
    What a report is made from: rows of the published tables, each with its `day`.

    Attributes:
        campaign_days: Rows of campaign_day, of the week's seven days.
        before: The same of the seven days before; None if those are not complete.
        unsuccessful: Rows of campaign_day_unsuccessful, of the week.
        changes: Rows of campaign_day_change: all that moved in the week's days since they were first published.
        revisions: The revision of each day.
        day_checks: What is wrong with a day as a whole, sentences by the name of a `DayCheck`; of days that have any.
        held: Campaigns whose newest answer says less than what is published, and why; of days that have any.
        purged_before: Those of the seven days before that were purged, and are never complete.
    """

    monday: date
    campaign_days: Sequence[Row]
    before: Sequence[Row] | None
    unsuccessful: Sequence[Row]
    changes: Sequence[Row]
    revisions: Mapping[date, int]
    day_checks: Mapping[date, Mapping[str, Sequence[str]]] = field(default_factory=dict)
    held: Mapping[date, Mapping[str, str]] = field(default_factory=dict)
    purged_before: Sequence[date] = ()


def figures_of(rows: Iterable[Row]) -> Figures:
    """Add up campaign days."""
    rows = list(rows)
    revenue: dict[str, Decimal] = {}
    for row in rows:
        if row["revenue"] is not None and row["currency"]:
            revenue[row["currency"]] = revenue.get(row["currency"], Decimal(0)) + row["revenue"]
    counts = {name: _sum(rows, name) for name in COUNTS}
    rates = {name: _ratio(rows, rate.part, rate.whole) for name, rate in RATES.items()}
    return Figures(counts, rates, dict(sorted(revenue.items())))


def figures_by(rows: Iterable[Row], column: str) -> dict[Any, Figures]:
    """Add up campaign days by a column's value, in its order."""
    groups: dict[Hashable, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[column]].append(row)
    return {key: figures_of(groups[key]) for key in sorted(groups)}  # type: ignore[type-var]  # one column, one type


def revenue_in(currency: str) -> str:
    """Name the metric of a currency's revenue."""
    return _REVENUE + currency


def currency_of(metric: str) -> str | None:
    """Tell the currency of a revenue metric; None of any other metric."""
    return metric.removeprefix(_REVENUE) if metric.startswith(_REVENUE) else None


def _sum(rows: Sequence[Row], name: str) -> int | None:
    known = [row[name] for row in rows if row[name] is not None]
    return sum(known) if known or not rows else None


def _ratio(rows: Sequence[Row], part: str, whole: str) -> float | None:
    both = [(row[part], row[whole]) for row in rows if row[part] is not None and row[whole] is not None]
    denominator = sum(of for _, of in both)
    return sum(counted for counted, _ in both) / denominator if denominator else None
