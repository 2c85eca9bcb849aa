"""The sweep of overall-metrics: which campaigns a day has, and their totals. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Context, Decimal

from pydantic import BaseModel, ConfigDict

from insider_web_push.answers.printed_numbers import parse_count
from insider_web_push.answers.shapes import ListPage, ListRow

COUNTERS = ("targeted", "sent", "dropped", "delivered", "undelivered", "clicks", "conversions")
_PLAIN_NUMBER = re.compile(r"-?[0-9]{1,60}(\.[0-9]{1,60})?", re.ASCII)

_EXACT = Context(prec=120)
"""Wide enough that no digit of a plain number is lost."""


class Totals(BaseModel):
    """
    A campaign day's totals as swept; equal ones mean that nothing has moved. None: no readable figure.

    Revenue is kept as printed, since it is compared, not added up.
    """

    model_config = ConfigDict(frozen=True)

    targeted: int | None
    sent: int | None
    dropped: int | None
    delivered: int | None
    undelivered: int | None
    clicks: int | None
    conversions: int | None
    revenue: str | None

    @property
    def are_zero(self) -> bool:
        """Whether nothing at all happened; an unreadable figure could be anything."""
        return all(getattr(self, name) == 0 for name in COUNTERS) and self.revenue in {None, "0"}


@dataclass(frozen=True, slots=True)
class ListedCampaign:
    """
    One campaign of a day, as listed. An attribute that the list does not have, or prints as `-` or `N/A`, is None.

    Attributes:
        type: Bulk, Segment, Trigger, …; an open set, like `status` and `status_name`.
        send_date: As printed, "2023-06-01 09:30:00" without a zone, like `start_date` and `end_date`.
    """

    campaign_id: str
    name: str
    type: str | None
    totals: Totals
    status: str | None = None
    status_name: str | None = None
    tags: tuple[str, ...] | None = None
    message_link: str | None = None
    first_button_link: str | None = None
    second_button_link: str | None = None
    send_date: str | None = None
    start_date: str | None = None
    end_date: str | None = None


@dataclass(frozen=True, slots=True)
class DayList:
    """
    A day's campaigns.

    Attributes:
        campaigns: One a campaign, in the order of the list.
        stated_total: How many the API says there are.
    """

    campaigns: list[ListedCampaign]
    stated_total: int

    @property
    def has_drifted(self) -> bool:
        """Whether campaigns moved between pages while they were read: one may be missing."""
        return len(self.campaigns) != self.stated_total


def day_list_of(pages: Iterable[ListPage]) -> DayList:
    """Put pages together; a campaign that stands on two of them counts once, as it was last seen."""
    by_id: dict[str, ListedCampaign] = {}
    stated_total = 0
    for page in pages:
        stated_total = page.total
        by_id.update((row.campaign_id, _swept(row)) for row in page.data)
    return DayList(list(by_id.values()), stated_total)


def pages_of(total: int, *, per_page: int) -> int:
    """Count the calls that a list of *total* campaigns takes; an empty list takes one."""
    return max(1, -(-total // per_page))


def _swept(row: ListRow) -> ListedCampaign:
    totals = Totals(
        **{name: parse_count(getattr(row, name)).value for name in COUNTERS},
        revenue=_printed_number(row.revenue),
    )
    return ListedCampaign(
        row.campaign_id,
        row.name,
        row.type,
        totals,
        status=row.status,
        status_name=row.status_name,
        tags=None if row.tags is None else tuple(row.tags),
        message_link=row.message_link,
        first_button_link=row.first_button_link,
        second_button_link=row.second_button_link,
        send_date=row.send_date,
        start_date=row.start_date,
        end_date=row.end_date,
    )


def _printed_number(raw: object) -> str | None:
    """Give one form for equal numbers: 0, 0.0 and "0" are "0"."""
    if raw is None or isinstance(raw, bool):
        return None
    # A float is printed as JSON has it, also where Python would write 1e-05.
    is_small = isinstance(raw, float) and 0 < abs(raw) < 1
    printed = format(Decimal(repr(raw)), "f") if is_small else str(raw)
    if not _PLAIN_NUMBER.fullmatch(printed):
        return printed
    number = _EXACT.normalize(Decimal(printed))
    return format(number, "f") if number else "0"
