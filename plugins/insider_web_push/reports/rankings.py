"""Chooses the campaigns that a week's report names: movers, best and worst. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from insider_web_push.reports.figures import Figures, currency_of
from insider_web_push.reports.weekly import CampaignWeek, WeeklyReport

LISTED = 5
"""How many campaigns each list names."""
_LEAST_DELIVERED, _LEAST_SHARE = 100, 0.001


class Ends(NamedTuple):
    """Campaigns from the top and from the bottom of a ranking; none is in both lists."""

    first: list[CampaignWeek]
    last: list[CampaignWeek]


def least_delivered(report: WeeklyReport) -> int:
    """
    Tell how much a campaign must have delivered for its rate to be ranked: one click on three messages is no CTR.

    It is a thousandth of the week's deliveries, and 100 at least.
    """
    delivered = sum(campaign.now.known("delivered") for campaign in report.campaigns)
    return max(_LEAST_DELIVERED, round(_LEAST_SHARE * delivered))


def movers(report: WeeklyReport, metric: str) -> Ends:
    """
    Give the campaigns whose count, or whose revenue in a currency, rose and fell most against the week before.

    New campaigns rise from zero, those that are gone fall to zero, those whose figure is not known are left out.
    """
    if report.daily_before is None:
        return Ends([], [])
    moves = [(campaign, by) for campaign in report.campaigns if (by := moved(campaign, metric))]
    rose = sorted((item for item in moves if item[1] > 0), key=lambda item: (-item[1], item[0].campaign_id))
    fell = sorted((item for item in moves if item[1] < 0), key=lambda item: (item[1], item[0].campaign_id))
    return Ends([campaign for campaign, _ in rose[:LISTED]], [campaign for campaign, _ in fell[:LISTED]])


def moved(campaign: CampaignWeek, metric: str) -> int | Decimal | None:
    """Tell how far a campaign's figure moved against the week before; None if it is not known."""
    now, before = _amount(campaign.now, metric), _amount(campaign.before, metric) if campaign.before else 0
    return None if now is None or before is None else now - before


def by_ctr(report: WeeklyReport) -> Ends:
    """Give the best and the worst campaigns by CTR, of those that delivered enough."""
    ranked = [campaign for campaign in _large(report) if campaign.now.rates["ctr"] is not None]
    ranked.sort(key=lambda campaign: (-(campaign.now.rates["ctr"] or 0), campaign.campaign_id))
    return _ends(ranked, ranked)


def by_revenue(report: WeeklyReport, currency: str) -> Ends:
    """Give the best campaigns by revenue in a currency; the worst are of those that delivered enough."""
    ranked = [campaign for campaign in report.present if currency in campaign.now.revenue]
    ranked.sort(key=lambda campaign: (-campaign.now.revenue[currency], campaign.campaign_id))
    large = {campaign.campaign_id for campaign in _large(report)}
    earning = [campaign for campaign in ranked if campaign.now.revenue[currency] > 0]
    return _ends(earning, [campaign for campaign in ranked if campaign.campaign_id in large])


def _large(report: WeeklyReport) -> list[CampaignWeek]:
    least = least_delivered(report)
    return [campaign for campaign in report.present if campaign.now.known("delivered") >= least]


def _amount(figures: Figures, metric: str) -> int | Decimal | None:
    # The API prints a bare currency where a campaign earned nothing.
    if currency := currency_of(metric):
        return figures.revenue.get(currency, Decimal(0))
    return figures.counts[metric]


def _ends(ranked: Sequence[CampaignWeek], enough: Sequence[CampaignWeek]) -> Ends:
    best = list(ranked[:LISTED])
    named = {campaign.campaign_id for campaign in best}
    worst = [campaign for campaign in reversed(enough) if campaign.campaign_id not in named]
    return Ends(best, worst[:LISTED])
