"""
A day's figures of a campaign: a pure function of (seed, campaign, day, age).

What happens to a day's messages is drawn once (`_final`); what is known of it at some age grows along curves that
never fall and end at 1. sent, targeted and dropped are there within an hour of sending; delivered grows until the
messages' time to live ends (up to 240 h); clicks follow delivery, and conversions follow clicks for as long as the
attribution window lasts (up to 90 days).
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import accumulate
from random import Random
from zoneinfo import ZoneInfo

from include.simulator.campaigns import DEVICES, Campaign
from include.simulator.figures import NOTHING, DeviceFigures, Figures
from include.simulator.move_book import moved
from include.simulator.moves import Move, TtlEnded

_INSTANT_DELIVERY = 0.62
"""Share of the deliveries that go to browsers which are open when the message is sent."""
_HOUR_S = 3600.0
_DAY_H = 23.0
"""The shortest day there is: on none of them does anything grow after `delivery_ended` says that it has ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The days that were asked for, both included, and the instant at which they are looked at."""

    start: date
    end: date
    now: datetime
    zone: ZoneInfo


def figures(seed: int, campaign: Campaign, window: Window, moves: Sequence[Move] = ()) -> Figures:
    """
    Sum what is known of the campaign's days, each after those of *moves* that are about it.

    Days before the campaign was created and days that have not begun add nothing.
    """
    if campaign.quiet:
        return NOTHING
    first = max(window.start, campaign.created)
    last = min(window.end, window.now.astimezone(window.zone).date())
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    seeded = ((day, _at_age(seed, campaign, day, _age_h(day, window))) for day in days)
    return sum((moved(known, (move for move in moves if move.day == day)) for day, known in seeded), NOTHING)


def delivery_ended(campaign: Campaign, window: Window, moves: Sequence[Move] = ()) -> bool:
    """Say whether no message of the window can be delivered any more (`isTTLEnded`), or what *moves* say instead."""
    said = {move.day: move.ended for move in moves if isinstance(move, TtlEnded)}
    days = (window.end - timedelta(days=n) for n in range((window.end - window.start).days + 1 if said else 1))
    return all(said.get(day, _day_ended(campaign, day, window)) for day in days)


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """Give the instant at which a local day begins, in UTC: differences of local times ignore clock changes."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def _day_ended(campaign: Campaign, day: date, window: Window) -> bool:
    return window.now >= day_start(day + timedelta(days=1), window.zone) + timedelta(hours=campaign.ttl_h)


def _age_h(day: date, window: Window) -> float:
    return (window.now - day_start(day, window.zone)).total_seconds() / _HOUR_S


@dataclass(frozen=True, slots=True)
class _Final:
    """What a day comes to in the end, and when its messages leave."""

    figures: Figures
    send_hour: float
    order_values: tuple[Decimal, ...]


@lru_cache(maxsize=32_768)
def _final(seed: int, campaign: Campaign, day: date) -> _Final:
    draw = Random(f"{seed}/{campaign.builder_id}/{day.toordinal()}")  # noqa: S311 - a world that repeats, not a secret
    targeted = max(1, round(campaign.volume * draw.uniform(0.6, 1.4)))
    drops = _split(math.floor(targeted * draw.uniform(0.01, 0.12)), (0.35, 0.15, 0.3, 0.12, 0.08))
    sent = _split(targeted - sum(drops), campaign.device_shares)
    order_values = tuple(Decimal(draw.randrange(80_000_000, 900_000_000)).scaleb(-6) for _ in DEVICES)
    devices = []
    for count, order_value in zip(sent, order_values, strict=True):
        delivered = _part(count, draw.uniform(0.25, 0.9), draw)
        clicks = _part(delivered, draw.uniform(0.004, 0.06), draw)
        conversions = _part(clicks, draw.uniform(0.01, 0.12), draw)
        devices.append(DeviceFigures(count, delivered, clicks, conversions, conversions * order_value))
    return _Final(Figures(devices=tuple(devices), drops=drops), draw.uniform(7, 20), order_values)


def _at_age(seed: int, campaign: Campaign, day: date, hours: float) -> Figures:
    final = _final(seed, campaign, day)
    # A recurring campaign sends all day long; the others at one moment.
    launched = min(1.0, hours / _DAY_H if campaign.recurring else max(0.0, hours - final.send_hour))
    first = 0.0 if campaign.recurring else final.send_hour
    since = max(0.0, hours - first)
    closing = _DAY_H + campaign.ttl_h - first
    delivered = _INSTANT_DELIVERY + (1 - _INSTANT_DELIVERY) * _grown(since, 14.0, closing)
    clicked = _grown(since, 16.0, closing)
    converted = _grown(since, 18.0 + campaign.attribution_h / 12, closing + campaign.attribution_h)

    # Each curve lies below the one before it, so no count exceeds what it is a part of.
    devices = []
    for end, order_value in zip(final.figures.devices, final.order_values, strict=True):
        sent = math.floor(end.sent * launched)
        arrived = math.floor(end.delivered * launched * delivered)
        clicks = math.floor(end.clicks * launched * clicked)
        conversions = math.floor(end.conversions * launched * converted)
        devices.append(DeviceFigures(sent, arrived, clicks, conversions, conversions * order_value))
    sent, arrived = (sum(getattr(device, name) for device in devices) for name in ("sent", "delivered"))
    return Figures(
        devices=tuple(devices),
        drops=tuple(math.floor(count * launched) for count in final.figures.drops),
        undelivered_by=_split(sent - arrived, (0.91, 0.09)),
        clicks_by=_split(sum(device.clicks for device in devices), (0.8, 0.15, 0.05)),
    )


def _grown(hours: float, tau_h: float, horizon_h: float) -> float:
    """Give the share that has come in: most of it within *tau_h*, all of it at *horizon_h*."""
    if hours >= horizon_h:
        return 1.0
    return -math.expm1(-hours / tau_h) / -math.expm1(-horizon_h / tau_h)


def _part(count: int, share: float, draw: Random) -> int:
    # Rounding by chance, so that small campaigns have a click now and then.
    return math.floor(count * share + draw.random() * (count > 0))


def _split(count: int, shares: Iterable[float]) -> tuple[int, ...]:
    """Divide *count* into whole parts that add up to it, as the shares (which add up to 1) say."""
    marks = [round(count * mark) for mark in accumulate(shares)]
    marks[-1] = count
    return tuple(b - a for a, b in zip([0, *marks], marks, strict=False))
