"""What is counted of a campaign, in the parts that everything else is a sum of: so the documented identities hold."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from typing import Any

from include.simulator.campaigns import DEVICES

DROP_REASONS = ("frequencyCapped", "silentHours", "unsubscriptions", "serviceProviderErrors", "internalErrors")
UNDELIVERED_REASONS = ("offlineRecipients", "other")
CLICK_TARGETS = ("mainAction", "primaryAction", "secondaryAction")


@dataclass(frozen=True, slots=True)
class DeviceFigures:
    """Counts on one kind of device; revenue in the account's currency."""

    sent: int = 0
    delivered: int = 0
    clicks: int = 0
    conversions: int = 0
    revenue: Decimal = Decimal(0)

    def __add__(self, other: "DeviceFigures") -> "DeviceFigures":
        return DeviceFigures(
            self.sent + other.sent,
            self.delivered + other.delivered,
            self.clicks + other.clicks,
            self.conversions + other.conversions,
            self.revenue + other.revenue,
        )

    def __neg__(self) -> "DeviceFigures":
        return DeviceFigures(-self.sent, -self.delivered, -self.clicks, -self.conversions, -self.revenue)


_COUNTS = attrgetter("sent", "delivered", "clicks", "conversions", "revenue")


@dataclass(frozen=True, slots=True)
class Figures:
    """A campaign's figures over some days, in the parts that everything else is a sum of."""

    devices: tuple[DeviceFigures, ...] = (DeviceFigures(),) * len(DEVICES)
    """Along `DEVICES`."""
    drops: tuple[int, ...] = (0,) * len(DROP_REASONS)
    undelivered_by: tuple[int, ...] = (0,) * len(UNDELIVERED_REASONS)
    clicks_by: tuple[int, ...] = (0,) * len(CLICK_TARGETS)

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(
            tuple(a + b for a, b in zip(self.devices, other.devices, strict=True)),
            _add(self.drops, other.drops),
            _add(self.undelivered_by, other.undelivered_by),
            _add(self.clicks_by, other.clicks_by),
        )

    @property
    def total(self) -> DeviceFigures:
        """All devices together."""
        sums: Iterator[Any] = map(sum, zip(*map(_COUNTS, self.devices), strict=True))
        return DeviceFigures(*sums)

    @property
    def dropped(self) -> int:
        """Recipients that were eliminated before sending."""
        return sum(self.drops)

    @property
    def targeted(self) -> int:
        """The audience before launch: sent + dropped."""
        return self.total.sent + self.dropped

    @property
    def undelivered(self) -> int:
        """Sent, and not delivered so far."""
        return sum(self.undelivered_by)


NOTHING = Figures()


def _add(ours: tuple[int, ...], theirs: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(a + b for a, b in zip(ours, theirs, strict=True))
