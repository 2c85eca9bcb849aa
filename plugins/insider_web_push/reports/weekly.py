"""
A week's figures, against the week before. Pure: rows in, figures out.

Null is not zero: it is left out of a sum. A rate is a ratio of sums, never a mean of rates. Money of different
currencies is never added up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

Row = Mapping[str, Any]
COUNTS = ("targeted", "sent", "delivered", "clicks", "conversions")
RATES = {
    "delivery_rate": ("delivered", "sent"),
    "ctr": ("clicks", "delivered"),
    "conversion_rate": ("conversions", "clicks"),
}
RANKED = 5
"""Campaigns in each list."""
_LEAST_DELIVERED, _LEAST_SHARE = 100, 0.001


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums over some campaign days; `revenue` is by currency."""

    counts: Mapping[str, int]
    revenue: Mapping[str, Decimal]

    def rate(self, name: str) -> float | None:
        """Give a rate of the sums; None without its denominator."""
        part, whole = RATES[name]
        return self.counts[part] / self.counts[whole] if self.counts[whole] else None


@dataclass(frozen=True, slots=True)
class Compared:
    """
    One figure of the week.

    Attributes:
        metric: A count, a rate, or `revenue TRY`.
        before: In the week before; None if that is not known.
    """

    metric: str
    value: float | Decimal | int | None
    before: float | Decimal | int | None

    @property
    def change(self) -> float | None:
        """Relative change, 0.1 is 10 %; of a rate, the difference in points of a fraction."""
        if self.value is None or self.before is None:
            return None
        if self.metric in RATES:
            return float(self.value) - float(self.before)
        return float(self.value) / float(self.before) - 1 if self.before else None


@dataclass(frozen=True, slots=True)
class CampaignWeek:
    """A campaign's week; `before` is None if it was not there in the week before."""

    campaign_id: str
    name: str
    type: str | None
    now: Figures
    before: Figures | None

    def moved(self, metric: str) -> int:
        """Tell how far a count moved against the week before."""
        return self.now.counts[metric] - (self.before.counts[metric] if self.before else 0)


@dataclass(frozen=True, slots=True)
class Loss:
    """
    Messages that did not arrive, for one reason.

    Attributes:
        outcome: dropped, or undelivered.
        share: Of the targeted, or of the sent.
    """

    outcome: str
    reason: str
    count: int
    share: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekInput:
    """
    What a report is made from: tables as rows with their `day`.

    Attributes:
        monday: The week's first day.
        campaign_days: Of the seven days.
        before: Of the seven days before; None if those are not complete.
        unsuccessful: Of the seven days.
        changes: Everything that moved in them since they were first published.
        revisions: The revision of each day.
    """

    monday: date
    campaign_days: Sequence[Row]
    before: Sequence[Row] | None
    unsuccessful: Sequence[Row]
    changes: Sequence[Row]
    revisions: Mapping[date, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyReport:
    """
    A week, ready to be shown.

    Attributes:
        totals: Counts, rates, and revenue by currency.
        daily: Sums by day; those of the week before under the same weekday.
        campaigns: The busiest first.
        losses: The largest first.
        notes: What to know about the data, in sentences.
        least_delivered: A campaign with less is not ranked by its rate.
    """

    monday: date
    totals: Sequence[Compared]
    daily: Mapping[date, Figures]
    daily_before: Mapping[date, Figures] | None
    campaigns: Sequence[CampaignWeek]
    losses: Sequence[Loss]
    notes: Sequence[str]
    least_delivered: int

    @property
    def week(self) -> str:
        """`2026-W47`."""
        return week_name(self.monday)

    @property
    def currencies(self) -> list[str]:
        """Currencies with revenue, the usual one first."""
        campaigns: dict[str, int] = defaultdict(int)
        for campaign in self.campaigns:
            for currency in campaign.now.revenue:
                campaigns[currency] += 1
        return sorted(campaigns, key=lambda currency: (-campaigns[currency], currency))

    def movers(self, metric: str) -> tuple[list[CampaignWeek], list[CampaignWeek]]:
        """Give the campaigns whose count rose and fell most, against the week before."""
        if self.daily_before is None:
            return [], []
        ranked = sorted(self.campaigns, key=lambda campaign: (-campaign.moved(metric), campaign.campaign_id))
        rose = [campaign for campaign in ranked if campaign.moved(metric) > 0][:RANKED]
        fell = [campaign for campaign in reversed(ranked) if campaign.moved(metric) < 0][:RANKED]
        return rose, fell

    def by_ctr(self) -> tuple[list[CampaignWeek], list[CampaignWeek]]:
        """Give the best and the worst campaigns by CTR, of those with enough delivered."""
        ranked = sorted(
            (item for item in self.campaigns if item.now.counts["delivered"] >= self.least_delivered),
            key=lambda item: (-(item.now.rate("ctr") or 0), item.campaign_id),
        )
        return _ends(ranked)

    def by_revenue(self, currency: str) -> tuple[list[CampaignWeek], list[CampaignWeek]]:
        """Give the best and the worst campaigns by revenue in a currency, of those with enough delivered."""
        ranked = sorted(
            (
                item
                for item in self.campaigns
                if currency in item.now.revenue and item.now.counts["delivered"] >= self.least_delivered
            ),
            key=lambda item: (-item.now.revenue[currency], item.campaign_id),
        )
        return _ends(ranked)


def weekly_report(given: WeekInput, *, notes: Sequence[str] = ()) -> WeeklyReport:
    """
    Make the report of a week.

    Args:
        notes: What the caller knows about the data beside its rows.
    """
    now, before = figures_of(given.campaign_days), figures_of(given.before) if given.before is not None else None
    least = max(_LEAST_DELIVERED, round(_LEAST_SHARE * now.counts["delivered"]))
    return WeeklyReport(
        monday=given.monday,
        totals=_totals(now, before),
        daily=_by(given.campaign_days, "day"),
        daily_before=_by(given.before, "day") if given.before is not None else None,
        campaigns=_campaigns(given),
        losses=_losses(given.unsuccessful, now),
        notes=[*notes, *_notes(given)],
        least_delivered=least,
    )


def figures_of(rows: Iterable[Row]) -> Figures:
    """Add up campaign days."""
    counts: dict[str, int] = dict.fromkeys(COUNTS, 0)
    revenue: dict[str, Decimal] = {}
    for row in rows:
        for name in COUNTS:
            counts[name] += row[name] or 0
        if row["revenue"] is not None and row["currency"]:
            revenue[row["currency"]] = revenue.get(row["currency"], Decimal(0)) + row["revenue"]
    return Figures(counts, dict(sorted(revenue.items())))


def week_name(monday: date) -> str:
    """Name a week as ISO 8601 does: `2026-W47`."""
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02}"


def _by(rows: Iterable[Row], column: str) -> dict[Any, Figures]:
    groups: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[column]].append(row)
    return {key: figures_of(groups[key]) for key in sorted(groups)}


def _totals(now: Figures, before: Figures | None) -> list[Compared]:
    return [
        *(Compared(name, now.counts[name], before.counts[name] if before else None) for name in COUNTS),
        *(Compared(name, now.rate(name), before.rate(name) if before else None) for name in RATES),
        *(
            Compared(f"revenue {currency}", amount, before.revenue.get(currency) if before else None)
            for currency, amount in now.revenue.items()
        ),
    ]


def _campaigns(given: WeekInput) -> list[CampaignWeek]:
    now = _by(given.campaign_days, "campaign_id")
    before = _by(given.before or (), "campaign_id")
    said = {row["campaign_id"]: row for row in sorted(given.campaign_days, key=lambda row: row["day"])}
    weeks = [
        CampaignWeek(key, said[key]["name"] or "", said[key]["type"], figures, before.get(key))
        for key, figures in now.items()
    ]
    return sorted(weeks, key=lambda week: (-week.now.counts["sent"], week.campaign_id))


def _losses(rows: Iterable[Row], now: Figures) -> list[Loss]:
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows:
        counts[row["outcome"], row["reason"]] += row["count"] or 0
    whole = {"dropped": now.counts["targeted"], "undelivered": now.counts["sent"]}
    losses = [
        Loss(outcome, reason, count, count / whole[outcome] if whole[outcome] else None)
        for (outcome, reason), count in counts.items()
    ]
    return sorted(losses, key=lambda loss: (-loss.count, loss.outcome, loss.reason))


def _notes(given: WeekInput) -> list[str]:
    rows = given.campaign_days
    notes = []
    if given.before is None:
        notes.append("The week before is not complete, so nothing is compared with it.")
    for status, said in _STATUS_NOTES.items():
        number = sum(row["detail_status"] == status for row in rows)
        if number:
            notes.append(f"{_number(number, 'campaign day')} {said}")
    provisional = sum(row["finality"] == "provisional" for row in rows)
    if provisional:
        notes.append(f"{provisional / len(rows):.0%} of the campaign days are provisional: deliveries still come in.")
    failed: dict[str, int] = defaultdict(int)
    for row in rows:
        for check in row["failed_checks"]:
            failed[check] += 1
    notes += [f"Check {check} failed on {_number(number, 'campaign day')}." for check, number in sorted(failed.items())]
    return notes + _corrections(given)


_STATUS_NOTES = {
    "missing": "could not be fetched and has the figures of the list.",
    "skipped": "is zero because the API has nothing for it.",
}


def _corrections(given: WeekInput) -> list[str]:
    corrected = [day for day, revision in given.revisions.items() if revision > 1]
    if not corrected:
        return []
    moved: dict[str, int] = defaultdict(int)
    for row in given.changes:
        if row["table_name"] == "campaign_day" and row["delta"] is not None and row["metric"] in COUNTS:
            moved[row["metric"]] += int(row["delta"])
    said = ", ".join(f"{moved[name]:+,} {name}" for name in COUNTS if moved[name])
    return [f"{_number(len(corrected), 'day')} corrected since first published{f': {said}' if said else ''}."]


def _number(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _ends(ranked: list[CampaignWeek]) -> tuple[list[CampaignWeek], list[CampaignWeek]]:
    """Give the first and the last ones, without showing one twice."""
    best = ranked[:RANKED]
    return best, list(reversed(ranked[max(len(best), len(ranked) - RANKED) :]))
