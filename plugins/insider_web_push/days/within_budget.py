"""
Which of the due days one refresh can fetch, where the budget does not reach for all of them. Pure.

The youngest go first, since their figures move most. But where days are listed faster than the budget fetches them, the
older ones would never have their turn: so a part of each run belongs to the oldest of those that have waited long.
Several looks that were missed are made up for by one, so that looks at middle ages fall out, and every day has its last
look before the refresh forgets it. A test follows such an account for months.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from insider_web_push.days.days_to_look_at import Why
from insider_web_push.days.rules import Rules
from insider_web_push.lake.manifest import ManifestHead

WAITS_LONG = 7
"""Days for which a look has been due. The looks of young days are half as far apart, so this one has missed some."""
SHARE_OF_LONG_WAITS = 0.25
"""The part of a run's calls for the oldest days that wait so long; a day at least, as one more a day gets so old."""


def affordable(
    due: Mapping[date, Why], published: Iterable[ManifestHead], *, today: date, rules: Rules, most: int
) -> list[date]:
    """
    Choose as many of the due days as one run can fetch, in the order of their turn; the others stay due.

    Every day has its turn: each run takes at least one of the oldest that have waited long.

    Args:
        most: Campaign days that a run can fetch. A day whose closing look is due costs a call for each campaign. Any
            other look costs no more than that, and mostly much less: half of the campaigns are counted. A day that is
            not published costs as much as the whole of the published day that is nearest to it; if there is none, one
            that nobody looked at is taken alone.
    """
    heads = {head.day: head for head in published}
    costs = {day: _cost(day, why, heads, today=today, rules=rules, unknown=most) for day, why in due.items()}
    youngest = sorted(due, reverse=True)
    if sum(costs.values()) <= most:
        return youngest
    waits = {day: _waits(day, why, heads, today=today, rules=rules) for day, why in due.items()}
    late = sorted(day for day in youngest if waits[day] > WAITS_LONG)
    chosen = _fitting(late, costs, int(most * SHARE_OF_LONG_WAITS), at_least=1)
    left = most - sum(costs[day] for day in chosen)
    return chosen + _fitting(_without(youngest, chosen), costs, left, at_least=0 if chosen else 1)


def _fitting(days: list[date], costs: Mapping[date, int], most: int, *, at_least: int) -> list[date]:
    """Take days in their order up to the first that does not fit; what costs nothing always does."""
    chosen: list[date] = []
    is_full = False
    for day in days:
        fits = len(chosen) < at_least or sum(costs[taken] for taken in chosen) + costs[day] <= most
        is_full |= not fits and costs[day] > 0
        if not costs[day] or not is_full:
            chosen.append(day)
    return chosen


def _without(days: Iterable[date], taken: Collection[date]) -> list[date]:
    known = set(taken)
    return [day for day in days if day not in known]


def _cost(day: date, why: Why, heads: Mapping[date, ManifestHead], *, today: date, rules: Rules, unknown: int) -> int:
    if why is Why.EVENT_OWED:  # it is announced from what is stored
        return 0
    head = heads.get(day)
    if head is None:
        nearest = min(heads, key=lambda other: abs(other - day), default=None)
        if nearest is not None:
            return heads[nearest].number_of_campaigns
        return unknown if why is Why.MISSING else 0
    closed = rules.closed_at((today - day).days)
    return head.number_of_campaigns if closed is not None and head.looked_at < closed else head.number_of_campaigns // 2


def _waits(day: date, why: Why, heads: Mapping[date, ManifestHead], *, today: date, rules: Rules) -> int:
    """Tell for how many days a look has been due; days that every refresh tries again wait for none."""
    age = (today - day).days
    if why is Why.MISSING:
        return age - 1
    if why is not Why.AGE:
        return 0
    return age - min(look for look in rules.ages if look > heads[day].looked_at)
