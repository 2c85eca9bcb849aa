"""What a weekly report shows, whatever its form: a week's figures against those of the week before. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from insider_web_push.answers.texts import clean, clean_name
from insider_web_push.dates import week_name
from insider_web_push.reports.figures import COUNTS, RATES, Figures, Row, WeekInput, figures_by, figures_of, revenue_in
from insider_web_push.reports.weekly_notes import notes_of

_NOTHING = figures_of([])


@dataclass(frozen=True, slots=True)
class Compared:
    """
    One figure of the week.

    Attributes:
        metric: A count, a rate, or `revenue TRY`.
        value: What it is in the week; None if it is not known.
        before: What it was in the week before; None if it is not known.
    """

    metric: str
    value: float | Decimal | int | None
    before: float | Decimal | int | None

    @property
    def change(self) -> float | None:
        """The relative change, where 0.1 is 10 %; for a rate, the difference of the two fractions."""
        if self.value is None or self.before is None:
            return None
        if self.metric in RATES:
            return float(self.value) - float(self.before)
        return float(self.value) / float(self.before) - 1 if self.before else None


@dataclass(frozen=True, slots=True)
class CampaignWeek:
    """
    A campaign's week.

    Attributes:
        name: What it was called on its last day.
        now: Its figures in the week; zeros if it is gone.
        before: Those of the week before; None if it was not there, or if that week is not known.
        gone: Whether it was there in the week before, and is not any more.
    """

    campaign_id: str
    name: str | None
    type: str | None
    now: Figures
    before: Figures | None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Loss:
    """
    Messages that did not arrive, for one reason.

    Attributes:
        outcome: `dropped` or `undelivered`.
        count: None if no row knows it.
        share: count / targeted if dropped, count / sent if undelivered, over the campaign days that tell reasons.
    """

    outcome: str
    reason: str
    count: int | None
    share: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyReport:
    """
    A week, ready to be shown.

    Attributes:
        totals: Counts, rates, and revenue by currency.
        daily: Sums by day.
        daily_before: Those of the week before; None if that is not complete.
        campaigns: The busiest first; those that are gone are the last.
        losses: The largest first.
        notes: What to know about the data, in sentences.
    """

    monday: date
    totals: Sequence[Compared]
    daily: Mapping[date, Figures]
    daily_before: Mapping[date, Figures] | None
    campaigns: Sequence[CampaignWeek]
    losses: Sequence[Loss]
    notes: Sequence[str]

    @property
    def week(self) -> str:
        """The week's name, such as `2026-W47`."""
        return week_name(self.monday)

    @property
    def present(self) -> list[CampaignWeek]:
        """The campaigns that are there in the week, without those of the week before only."""
        return [campaign for campaign in self.campaigns if not campaign.gone]

    @property
    def currencies(self) -> list[str]:
        """The currencies of the two weeks; the one that most campaigns have comes first."""
        counted = Counter(currency for campaign in self.campaigns for currency in _currencies(campaign))
        return sorted(counted, key=lambda currency: (-counted[currency], currency))


def weekly_report(given: WeekInput) -> WeeklyReport:
    """Make the report of a week."""
    before = figures_of(given.before) if given.before is not None else None
    return WeeklyReport(
        monday=given.monday,
        totals=_totals(figures_of(given.campaign_days), before),
        daily=figures_by(given.campaign_days, "day"),
        daily_before=figures_by(given.before, "day") if given.before is not None else None,
        campaigns=_campaigns(given),
        losses=_losses(given),
        notes=notes_of(given),
    )


def _totals(now: Figures, before: Figures | None) -> list[Compared]:
    currencies = sorted({*now.revenue, *(before.revenue if before else ())})
    metrics = [*COUNTS, *RATES, *map(revenue_in, currencies)]
    return [Compared(metric, now.get(metric), before.get(metric) if before else None) for metric in metrics]


def _campaigns(given: WeekInput) -> list[CampaignWeek]:
    now = figures_by(given.campaign_days, "campaign_id")
    before = figures_by(given.before or (), "campaign_id")
    rows = sorted([*given.campaign_days, *(given.before or ())], key=lambda row: row["day"])
    said = {row["campaign_id"]: row for row in rows}
    weeks = [
        CampaignWeek(
            key, clean_name(row["name"]), row["type"], now.get(key, _NOTHING), before.get(key), gone=key not in now
        )
        for key, row in said.items()
    ]
    return sorted(weeks, key=lambda week: (week.gone, -week.now.known("sent"), week.campaign_id))


def _currencies(campaign: CampaignWeek) -> set[str]:
    return {*campaign.now.revenue, *(campaign.before.revenue if campaign.before else ())}


def _losses(given: WeekInput) -> list[Loss]:
    # A missing campaign has sent, and tells no reasons: it would make the shares smaller than they are.
    telling = figures_of(row for row in given.campaign_days if row["detail_status"] != "missing")
    whole = {"dropped": telling.counts["targeted"], "undelivered": telling.counts["sent"]}
    counts = _by_reason(given.unsuccessful)
    losses = [
        Loss(outcome, reason, count, _share(count, whole.get(outcome))) for (outcome, reason), count in counts.items()
    ]
    return sorted(losses, key=lambda loss: (-(loss.count or 0), loss.outcome, loss.reason))


def _by_reason(rows: Iterable[Row]) -> dict[tuple[str, str], int | None]:
    known: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in rows:
        known[row["outcome"], clean(row["reason"])] += [] if row["count"] is None else [row["count"]]
    return {key: sum(counts) if counts else None for key, counts in known.items()}


def _share(part: int | None, whole: int | None) -> float | None:
    return part / whole if part is not None and whole else None
