"""What a look at days will cost, told from what is stored of them before anybody starts it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from insider_web_push.answers.day_list import ListedCampaign, pages_of
from insider_web_push.api.endpoints import ROWS_PER_PAGE
from insider_web_push.dates import age_of, start_of_age
from insider_web_push.days.asks import Ask
from insider_web_push.days.cost import ACCOUNT_TOTALS_CALLS, Typical, cost_of
from insider_web_push.days.looks import Depth, Look, Mode, to_fetch
from insider_web_push.days.rules import Rules
from insider_web_push.lake.raw import Known


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDay:
    """
    What is stored of a day, as far as the cost of another look depends on it.

    Attributes:
        campaigns: The newest list, as far as it is not purged.
        known: Newest usable answer by campaign id.
        held: Campaigns that keep published figures, since their newest answer says less.
    """

    day: date
    campaigns: Sequence[ListedCampaign] = ()
    known: Mapping[str, Known] = field(default_factory=dict)
    held: Collection[str] = ()

    @property
    def lacking(self) -> list[ListedCampaign]:
        """The campaigns with figures that were never fetched."""
        look = Look(mode=Mode.MISSING, since=datetime.max.replace(tzinfo=UTC))
        return [campaign for campaign, _ in to_fetch(self.campaigns, self.known, look)]


@dataclass(frozen=True, slots=True)
class Forecast:
    """
    What a run will cost.

    Attributes:
        lists: Calls for the lists, and for the account's totals of each day.
        least: Calls for campaigns, if each day's list is as it was.
        most: Calls for campaigns, if all of them have moved since.
    """

    lists: int = 0
    least: int = 0
    most: int = 0

    @property
    def fewest_calls(self) -> int:
        """All calls, if the lists are as they were."""
        return self.lists + self.least

    @property
    def most_calls(self) -> int:
        """All calls, if every campaign has moved."""
        return self.lists + self.most

    def __add__(self, other: Forecast) -> Forecast:
        """Add what other days cost."""
        return Forecast(self.lists + other.lists, self.least + other.least, self.most + other.most)


def forecast(
    ask: Ask, days: Iterable[StoredDay], *, campaigns: Collection[str] = (), rules: Rules, timezone: str, now: datetime
) -> Forecast:
    """
    Tell what a run will cost, by the same function that plans it; its audit of one in a hundred is left out.

    Args:
        days: The days that it looks at, of each of which a list is stored.
        campaigns: What it is about, as in its run configuration.
        rules: The account's: which looks fetch everything.
        now: When it starts.
    """
    if ask is Ask.REBUILD:
        return Forecast()
    costs = (_of_day(ask, day, campaigns, rules=rules, timezone=timezone, now=now) for day in days)
    return sum(costs, Forecast())


def forecast_unknown(ask: Ask, days: int, typical: Typical) -> Forecast:
    """Tell what a run costs for days of which nothing is stored, if they are like the typical one."""
    if ask is Ask.REBUILD:
        return Forecast()
    cost = cost_of(days, typical, depth=Depth.FULL, limit=1, window_s=1)
    return Forecast(cost.lists, cost.details, cost.details)


def _of_day(
    ask: Ask, day: StoredDay, campaigns: Collection[str], *, rules: Rules, timezone: str, now: datetime
) -> Forecast:
    without = set(campaigns) if ask is Ask.ACCEPT_MISSING else set()
    only = frozenset() if ask is Ask.ACCEPT_MISSING else frozenset(campaigns)
    wanted = [item for item in day.campaigns if item.campaign_id not in without]
    closed = rules.closed_at(age_of(day.day, now, timezone)) if ask.mode is Mode.CHANGED else None
    closed_at = start_of_age(day.day, closed, timezone) if closed else None

    def calls(mode: Mode) -> int:
        look = Look(mode=mode, since=now, only=only, held=day.held, closed_at=closed_at)
        return len(to_fetch(wanted, day.known, look))

    lists = pages_of(len(day.campaigns), per_page=ROWS_PER_PAGE) + ACCOUNT_TOTALS_CALLS
    return Forecast(lists, calls(ask.mode), calls(Mode.ALL if ask.mode is Mode.CHANGED else ask.mode))
