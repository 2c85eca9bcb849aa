"""The sweep of overall-metrics: which campaigns a day has, and their totals. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from insider_web_push.models import SweepPage, SweepRow
from insider_web_push.number_parsing import parse_count

_PLAIN_NUMBER = re.compile(r"-?[0-9]{1,60}(\.[0-9]{1,60})?", re.ASCII)


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
        counts = (
            self.targeted,
            self.sent,
            self.dropped,
            self.delivered,
            self.undelivered,
            self.clicks,
            self.conversions,
        )
        return all(count == 0 for count in counts) and self.revenue in {None, "0"}


@dataclass(frozen=True, slots=True)
class Swept:
    """One campaign of a day, as listed."""

    campaign_id: str
    name: str
    type: str | None
    totals: Totals


@dataclass(frozen=True, slots=True)
class Sweep:
    """
    A day's campaigns.

    Attributes:
        campaigns: One a campaign, in the order of the list.
        stated_total: How many the API says there are.
    """

    campaigns: list[Swept]
    stated_total: int

    @property
    def has_drifted(self) -> bool:
        """Whether campaigns moved between pages while they were read: one may be missing."""
        return len(self.campaigns) != self.stated_total


def sweep_of(pages: Iterable[SweepPage]) -> Sweep:
    """Put pages together; a campaign that stands on two of them counts once, as it was last seen."""
    by_id: dict[str, Swept] = {}
    stated_total = 0
    for page in pages:
        stated_total = page.total
        by_id.update((row.campaign_id, _swept(row)) for row in page.data)
    return Sweep(list(by_id.values()), stated_total)


def pages_of(total: int, *, per_page: int) -> int:
    """Count the calls that a list of *total* campaigns takes; an empty list takes one."""
    return max(1, -(-total // per_page))


def _swept(row: SweepRow) -> Swept:
    totals = Totals(
        **{name: parse_count(getattr(row, name)).value for name in Totals.model_fields if name != "revenue"},
        revenue=_printed_number(row.revenue),
    )
    return Swept(row.campaign_id, row.name, row.type, totals)


def _printed_number(raw: object) -> str | None:
    """Give one form for equal numbers: 0, 0.0 and "0" are "0"."""
    if raw is None or isinstance(raw, bool):
        return None
    printed = str(raw)
    if not _PLAIN_NUMBER.fullmatch(printed):
        return printed
    number = Decimal(printed).normalize()
    return format(number, "f") if number else "0"
