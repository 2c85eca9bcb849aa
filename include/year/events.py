"""
What can happen in a year, as a list that the seed draws and that a failing seed is made smaller by. Pure.

An event happens at an instant, and *pick* chooses what it hits: a campaign, a day, a run. So an event means the same
whatever other events are taken away.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from insider_web_push.days.rules import DEFAULT_AGES

DAY_S = 86_400.0
QUIET_END_DAYS = 12
"""Nothing happens on the last days of a simulation: by then everything must have come right."""
Kind = StrEnum("Kind", [
    # A process, at the next write or call after the instant; and the clock of the machines on which it begins.
    "KILL_BEFORE", "KILL_AFTER", "STALL", "SKEW",
    # The object store, and the budget's.
    "WRITE_UNSURE", "STORE_DOWN", "STORE_FULL", "LISTING_LAGS", "BUDGET_DOWN", "BUDGET_CLOCK_BACK",
    # The API.
    "API_FAILS", "API_HTML", "API_LIES", "API_LOSES_ANSWERS", "API_HANGS", "LIST_DRIFTS", "LIST_SHORT",
    "LATE_AGGREGATION", "OTHERS_USE_KEY", "LIMIT_RAISED", "KEY_ROTATED",
    # The account.
    "CAMPAIGN_COMES", "CAMPAIGN_GOES", "CAMPAIGN_VANISHES", "LISTED_TWICE", "SPOILED", "FIGURES_MOVE", "FIGURES_FALL",
    # People.
    "PAUSED", "BACKFILL", "MANUAL_RUN", "CLEAR", "MARKED_SUCCESS", "RACE", "ACCEPT_FALL", "ACCEPT_MISSING",
    "PURGE_CAMPAIGN", "PURGE_DAY",
])  # fmt: skip
"""Faults of processes, of the stores, of the API; what the account does; what people do."""
NEXT_STEP = frozenset({Kind.KILL_BEFORE, Kind.KILL_AFTER, Kind.STALL, Kind.WRITE_UNSURE, Kind.MARKED_SUCCESS})
"""They hit the next step of some process; the others of the weather hit whatever happens while they last."""
OF_ACCOUNT = frozenset({
    Kind.CAMPAIGN_COMES, Kind.CAMPAIGN_GOES, Kind.CAMPAIGN_VANISHES, Kind.LISTED_TWICE, Kind.SPOILED,
    Kind.FIGURES_MOVE, Kind.FIGURES_FALL,
})  # fmt: skip
OF_PEOPLE = frozenset({
    Kind.BACKFILL, Kind.MANUAL_RUN, Kind.CLEAR, Kind.RACE, Kind.ACCEPT_FALL, Kind.ACCEPT_MISSING,
    Kind.PURGE_CAMPAIGN, Kind.PURGE_DAY,
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """
    One thing that happens.

    Attributes:
        at: Seconds after the simulation's first midnight.
        lasts_s: How long it goes on, in seconds, where it goes on.
        pick: What it hits.
    """

    kind: Kind
    at: float
    lasts_s: float
    pick: int

    def __str__(self) -> str:
        """Say it in a line of a story; how long it lasts, also where it happens at once."""
        return f"{self.kind} (for {self.lasts_s:.0f} s, pick {self.pick})"


_LONGEST_S = {
    Kind.STALL: 400.0, Kind.SKEW: 3 * DAY_S, Kind.LISTING_LAGS: 1800.0, Kind.LATE_AGGREGATION: 6 * 3600.0,
    Kind.KEY_ROTATED: 1800.0, Kind.SPOILED: 6 * DAY_S, Kind.LIST_DRIFTS: 60.0, Kind.LIST_SHORT: 60.0,
    Kind.PAUSED: 5 * DAY_S,
}  # fmt: skip
_AT_WORK = (5 * 3600.0, 7 * 3600.0)
"""When the daily run and the refresh start: most faults come just before, or while something runs."""
_SHARE_AT_WORK = 0.8
_LADDERS = (DEFAULT_AGES, (2, 3, 11, 30), (2, 11), (11,))
"""A look costs as much as the day did at first: most years climb a short ladder, so that more years can be had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """
    A year before it happens.

    Attributes:
        number: The seed, of which the account's figures are a function as well.
        campaigns: With activity, from the first day on.
        limit: Requests in any 60 seconds.
        ages: At which ages days are looked at again.
    """

    number: int
    days: int
    campaigns: int
    limit: int
    events: Sequence[Event]
    ages: tuple[int, ...] = DEFAULT_AGES


def drawn(number: int, *, days: int, campaigns: int | None = None, a_day: float | None = None) -> Seed:
    """
    Draw a year.

    Args:
        campaigns: How many; None draws that as well, up to 22: two pages of a list.
        a_day: Events on a day, on average; None draws that as well, from a calm year to a wild one.
    """
    dice = Random(f"year/{number}")  # noqa: S311 — a year that repeats, not a secret
    size = dice.choice((1, 2, 2, 3, 3, 3, 4, 4, 5, 6, 8, 22))
    rate = dice.choice((0.0, 0.5, 1.5, 3.0, 6.0, 6.0))
    limit = dice.choice((20, 30, 30, 30, 60))
    loud = max(1, days - QUIET_END_DAYS)
    kinds = dice.sample(list(Kind), k=dice.randint(4, len(Kind)))
    how_many = round(loud * (rate if a_day is None else a_day))
    events = sorted((_event(dice, dice.choice(kinds), loud) for _ in range(how_many)), key=lambda event: event.at)
    size, ages = size if campaigns is None else campaigns, dice.choice(_LADDERS)
    return Seed(number=number, days=days, campaigns=size, limit=limit, events=events, ages=ages)


def _event(dice: Random, kind: Kind, days: int) -> Event:
    longest_s = _LONGEST_S.get(kind, 3600.0)
    lasts_s = round(longest_s ** dice.uniform(0.3, 1.0), 3)
    within_s = DAY_S * dice.random()
    if dice.random() < _SHARE_AT_WORK:
        within_s = dice.choice(_AT_WORK) - 20.0 + 160.0 * dice.random() ** 2
    at = round(dice.randrange(days) * DAY_S + within_s, 3)
    return Event(kind=kind, at=at, lasts_s=lasts_s, pick=dice.randrange(1_000_000))
