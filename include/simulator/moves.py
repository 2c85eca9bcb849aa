"""
Figures that move on demand: what a test or a curious person adds to the seeded world while it runs.

A move changes one campaign on one day, for whichever endpoint and window shows that day. The identities keep holding:
no device gets more conversions than clicks, clicks than delivered or delivered than sent, and the parts go on adding
up. So a move is made as far as there is room for it; `move_book` refuses one that has not enough when it is added.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from include.simulator.campaigns import DEVICES
from include.simulator.figures import DROP_REASONS, UNDELIVERED_REASONS, DeviceFigures, Figures
from include.simulator.settings import EARLIEST, LATEST

Device: TypeAlias = Literal["Desktop", "Mobile", "Tablet"]
Count: TypeAlias = Annotated[int, Field(ge=0, le=10**9)]
_PLACES = Decimal("0.000001")
"""The seeded revenue has six decimal places; what is computed from it is rounded to as many."""


class _OneDay(BaseModel):
    """Which figures a move is about."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    campaign_id: str
    day: Annotated[date, Field(ge=EARLIEST, le=LATEST)]
    at: AwareDatetime | None = None
    """The instant of the figures' clock from which it shows; None: at once."""

    def fit(self, figures: Figures) -> Self:
        """Reduce the move to what *figures* have room for."""
        del figures
        return self

    def apply(self, figures: Figures) -> Figures:
        """Give the day's figures after the move, as far as there is room for it."""
        return figures


class Late(_OneDay):
    """
    Counts that come in on one device.

    Delivered come out of the undelivered, and clicks go to mainAction. Each count is given by itself: late conversions
    bring no clicks along, so where all clicks have converted already, `clicks` must be given as well.
    """

    kind: Literal["late"]
    device: Device
    delivered: Count = 0
    clicks: Count = 0
    conversions: Count = 0
    revenue: Annotated[Decimal, Field(ge=0, max_digits=20, decimal_places=9)] = Decimal(0)
    """In the account's currency; needs a conversion on the device, of this move or before it."""

    @model_validator(mode="after")
    def _moves_something(self) -> Self:
        if not (self.delivered or self.clicks or self.conversions or self.revenue):
            raise ValueError("nothing to move: give delivered, clicks, conversions or revenue")
        return self

    def fit(self, figures: Figures) -> Self:
        """Stop at sent, delivered and clicks."""
        now = figures.devices[DEVICES.index(self.device)]
        delivered = min(self.delivered, now.sent - now.delivered)
        clicks = min(self.clicks, now.delivered + delivered - now.clicks)
        conversions = min(self.conversions, now.clicks + clicks - now.conversions)
        revenue = self.revenue if now.conversions + conversions else Decimal(0)
        return self.model_copy(
            update={"delivered": delivered, "clicks": clicks, "conversions": conversions, "revenue": revenue}
        )

    def apply(self, figures: Figures) -> Figures:
        """Add the counts."""
        fit = self.fit(figures)
        come = DeviceFigures(0, fit.delivered, fit.clicks, fit.conversions, fit.revenue)
        first, *others = figures.clicks_by
        return replace(
            figures,
            devices=_added(figures.devices, {self.device: come}),
            undelivered_by=_without(figures.undelivered_by, fit.delivered),
            clicks_by=(first + fit.clicks, *others),
        )


class DeviceShift(_OneDay):
    """
    Counts that turn out to be another device's: no total changes.

    Delivered are moved first, then clicks, then conversions, and with these their share of the device's revenue.
    """

    kind: Literal["device_shift"]
    device: Device
    to_device: Device
    delivered: Count = 0
    clicks: Count = 0
    conversions: Count = 0

    @model_validator(mode="after")
    def _moves_something(self) -> Self:
        if self.device == self.to_device:
            raise ValueError(f"nothing to move: device and to_device are both {self.device}")
        if not (self.delivered or self.clicks or self.conversions):
            raise ValueError("nothing to move: give delivered, clicks or conversions")
        return self

    def fit(self, figures: Figures) -> Self:
        """Stop where one device has no more to give, or the other none to take it from."""
        gives, takes = (figures.devices[DEVICES.index(device)] for device in (self.device, self.to_device))
        delivered = min(self.delivered, gives.delivered - gives.clicks, takes.sent - takes.delivered)
        clicks = min(self.clicks, gives.clicks - gives.conversions, takes.delivered + delivered - takes.clicks)
        conversions = min(self.conversions, gives.conversions, takes.clicks + clicks - takes.conversions)
        return self.model_copy(update={"delivered": delivered, "clicks": clicks, "conversions": conversions})

    def apply(self, figures: Figures) -> Figures:
        """Take from the one device, give to the other."""
        fit = self.fit(figures)
        gives = figures.devices[DEVICES.index(self.device)]
        revenue = _revenue_of(fit.conversions, gives)
        goes = DeviceFigures(0, fit.delivered, fit.clicks, fit.conversions, revenue)
        return replace(figures, devices=_added(figures.devices, {self.device: -goes, self.to_device: goes}))


class ReasonShift(_OneDay):
    """
    Messages that turn out to be dropped, or undelivered, for another reason: no total changes.

    The newer generation prints silentHours as frequencyCapped: a shift between these two shows in the older one only.
    """

    kind: Literal["reason_shift"]
    reason: str
    to_reason: str
    count: Annotated[Count, Field(ge=1)]

    @model_validator(mode="after")
    def _same_family(self) -> Self:
        for reason in (self.reason, self.to_reason):
            if reason not in (*DROP_REASONS, *UNDELIVERED_REASONS):
                known = ", ".join((*DROP_REASONS, *UNDELIVERED_REASONS))
                raise ValueError(f"no reason {reason!r}: there are {known}")
        if self.reason == self.to_reason or (self.reason in DROP_REASONS) != (self.to_reason in DROP_REASONS):
            raise ValueError(
                f"no move from {self.reason} to {self.to_reason}: give two drop or two undelivered reasons"
            )
        return self

    def fit(self, figures: Figures) -> Self:
        """Stop where the reason has no more."""
        counts = dict(
            zip((*DROP_REASONS, *UNDELIVERED_REASONS), (*figures.drops, *figures.undelivered_by), strict=True)
        )
        return self.model_copy(update={"count": min(self.count, counts[self.reason])})

    def apply(self, figures: Figures) -> Figures:
        """Take from the one reason, give to the other."""
        change = {self.reason: -self.fit(figures).count, self.to_reason: self.fit(figures).count}
        parts = ((DROP_REASONS, figures.drops), (UNDELIVERED_REASONS, figures.undelivered_by))
        drops, undelivered_by = (
            tuple(count + change.get(reason, 0) for reason, count in zip(reasons, counts, strict=True))
            for reasons, counts in parts
        )
        return replace(figures, drops=drops, undelivered_by=undelivered_by)


class TtlEnded(_OneDay):
    """What isTTLEnded says of the day; no other field follows it. A window has ended when all its days have."""

    kind: Literal["ttl_ended"]
    ended: bool


class Scale(_OneDay):
    """All counts and the revenue of the day, multiplied and rounded down: below 1 they fall."""

    kind: Literal["scale"]
    factor: Annotated[Decimal, Field(ge=0, le=100, decimal_places=3)]

    def apply(self, figures: Figures) -> Figures:
        """Multiply what is counted by device and by drop reason; the rest is divided anew as it was."""
        devices = tuple(self._scaled(device) for device in figures.devices)
        total = sum(devices, DeviceFigures())
        return Figures(
            devices=devices,
            drops=tuple(self._count(count) for count in figures.drops),
            undelivered_by=_divided(total.sent - total.delivered, figures.undelivered_by),
            clicks_by=_divided(total.clicks, figures.clicks_by),
        )

    def _scaled(self, device: DeviceFigures) -> DeviceFigures:
        conversions = self._count(device.conversions)
        return DeviceFigures(
            self._count(device.sent),
            self._count(device.delivered),
            self._count(device.clicks),
            conversions,
            device.revenue * self.factor if conversions else Decimal(0),
        )

    def _count(self, count: int) -> int:
        return math.floor(count * self.factor)


Move: TypeAlias = Annotated[Late | DeviceShift | ReasonShift | TtlEnded | Scale, Field(discriminator="kind")]


def _added(devices: Sequence[DeviceFigures], changes: dict[Device, DeviceFigures]) -> tuple[DeviceFigures, ...]:
    named = zip(DEVICES, devices, strict=True)
    return tuple(row + changes[name] if name in changes else row for name, row in named)


def _revenue_of(conversions: int, device: DeviceFigures) -> Decimal:
    if conversions == device.conversions:
        return device.revenue  # unrounded: without conversions nothing may be left
    return (device.revenue * conversions / device.conversions).quantize(_PLACES)


def _without(counts: Sequence[int], taken: int) -> tuple[int, ...]:
    """Take so many from the first that has them, and the rest from the next."""
    left = []
    for count in counts:
        here = min(count, taken)
        taken -= here
        left.append(count - here)
    return tuple(left)


def _divided(count: int, parts: Sequence[int]) -> tuple[int, ...]:
    """Divide *count* into whole parts that add up to it, in proportion to *parts*."""
    marks = [mark * count // max(1, sum(parts)) for mark in accumulate(parts)]
    return tuple(b - a for a, b in zip([0, *marks], marks, strict=False))
