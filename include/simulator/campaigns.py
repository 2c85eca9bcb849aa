"""
The account's campaigns: who they are and how they behave, each a pure function of the seed and its number.

A campaign keeps its ids, name and habits whatever the number of campaigns is set to.
"""

import json
import math
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from random import Random
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue

from include.simulator.settings import EARLIEST, LATEST

DEVICES = ("Desktop", "Mobile", "Tablet")

# Ids of the two families never meet, nor does any builderId equal some campaign's `id`: a caller that mixes them up
# must get "Campaign not found", not another campaign's figures.
_ACTIVE_BASE, _QUIET_BASE, _ID_BASE = 40_000, 2_000_000, 700_000_000
_ID_STRIDE = 7

# Which campaign in eight, and which in five, is so: by number, so that small accounts have them as well.
_MOBILE_ONLY, _WITH_TABLET = 4, 2

_SESSION_H, _API_H = 0.5, 24.0
_TYPES: tuple[tuple[str, bool, float], ...] = (
    # type, recurring, attribution window in hours: a session for most, 1 day for API pushes, up to 90 days for
    # price-drop and back-in-stock campaigns.
    ("Bulk", False, _SESSION_H),
    ("Segment", False, _SESSION_H),
    ("Trigger", True, _SESSION_H),
    ("Cart Reminder", True, _SESSION_H),
    ("Price Alert", True, 90 * 24.0),
    ("In Stock Alert", True, 30 * 24.0),
    ("API", True, _API_H),
)

# People type such names, and they reach logs, a web page and templates.
_AWKWARD_NAMES = {
    1: "İlkbahar İndirimi %50'ye varan fırsatlar",  # noqa: RUF001 - Turkish
    3: '"Flash" Sale: today\'s <b>deals</b> & more',
    5: "<script>alert('push')</script>",
    7: "{{ campaign.name }} hoş geldin",
    9: "Black Friday 🛍️ – VIP",  # noqa: RUF001 - as people type it
    11: "Ürün; fiyat, \\ stok\t2024",
    13: "夏のセール",
}
_SEASONS = ("Spring", "Summer", "Autumn", "Winter", "Weekend", "Midnight", "Members", "Newcomers")
_SUBJECTS = ("Sale", "Basket", "Price Drop", "Back in Stock", "News", "Welcome", "Lookbook", "Voucher")


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """One campaign, as seeded."""

    index: int
    builder_id: int
    """What campaign-metrics is asked for; unlike `id`."""
    id: int
    name: str
    type: str
    recurring: bool
    quiet: bool
    """Never has any activity."""
    older: bool
    """Which shape its responses have where the generations are mixed."""
    created: date
    volume: int
    """Recipients targeted on a typical day."""
    device_shares: tuple[float, ...]
    """Along `DEVICES`; they add up to 1. A share of 0 for Tablet leaves the device out of the response."""
    ttl_h: float
    attribution_h: float


def _json_text(written: str) -> str:
    try:
        found = json.loads(written)
    except ValueError:
        found = None
    if not isinstance(found, str):
        raise ValueError("a text as JSON writes it, in quotes")  # noqa: TRY004 - pydantic reports a ValueError
    return written


class CampaignChange(BaseModel):
    """What PUT /admin/campaigns/{id} makes different about one campaign; what is not given stays as seeded."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    listed: bool = True
    """False leaves it out of overall-metrics, while campaign-metrics still answers."""
    exists: bool = True
    """False: campaign-metrics answers 424 "Campaign not found". Still listed, unless `listed` is false as well."""
    quiet: bool | None = None
    created: Annotated[date, Field(ge=EARLIEST, le=LATEST)] | None = None
    name: Annotated[str, AfterValidator(_json_text)] | None = None
    """Its name, in the list and in answers, written as JSON: `"Half an emoji: \\ud83d"` with its quotes. Half an emoji
    and U+0000 are names that the API can print, and that no request can carry otherwise."""

    spoil: dict[str, JsonValue] = Field(default_factory=dict)
    """What campaign-metrics prints in the place of its own, by dotted path: `{"overview.targeted.sent": "1.234"}`."""

    spoil_row: dict[str, JsonValue] = Field(default_factory=dict)
    """What overall-metrics prints in its row in the place of its own: `{"builderId": null}`."""
    second_row: dict[str, JsonValue] | None = None
    """What overall-metrics prints otherwise in a second row of the campaign, at the list's end; None: there is none."""

    def apply(self, campaign: Campaign) -> Campaign:
        """Give the changed campaign."""
        return replace(
            campaign,
            quiet=campaign.quiet if self.quiet is None else self.quiet,
            created=self.created or campaign.created,
            name=campaign.name if self.name is None else json.loads(self.name),
        )


@lru_cache(maxsize=16_384)
def seeded_campaign(seed: int, index: int, created: date, *, quiet: bool = False) -> Campaign:
    """Make the campaign number *index* of its family, active or quiet."""
    family = "quiet" if quiet else "active"
    draw = Random(f"{seed}/{family}/{index}")  # noqa: S311 - a world that repeats, not a secret
    kind, recurring, attribution_h = _TYPES[draw.randrange(len(_TYPES))]
    offset = draw.randrange(_ID_STRIDE)
    base = _QUIET_BASE if quiet else _ACTIVE_BASE
    return Campaign(
        index=index,
        builder_id=base + index * _ID_STRIDE + offset,
        id=_ID_BASE + base + index * _ID_STRIDE + draw.randrange(_ID_STRIDE),
        name=_name(index, draw, quiet=quiet),
        type=kind,
        recurring=recurring,
        quiet=quiet,
        # By number and not by chance: even an account of two campaigns shows both generations.
        older=index % 3 == 1,
        created=created,
        volume=_volume(index, draw),
        device_shares=_device_shares(index, draw),
        ttl_h=draw.choice((24.0, 72.0, 120.0, 240.0)),
        attribution_h=attribution_h,
    )


def index_of(builder_id: int) -> tuple[int, bool]:
    """Say which number of which family (quiet or not) could have this id; negative if none could."""
    quiet = builder_id >= _QUIET_BASE
    return (builder_id - (_QUIET_BASE if quiet else _ACTIVE_BASE)) // _ID_STRIDE, quiet


def _name(index: int, draw: Random, *, quiet: bool) -> str:
    plain = f"{draw.choice(_SEASONS)} {draw.choice(_SUBJECTS)} {index + 1}"
    if quiet:
        return f"{plain} (paused)"
    return _AWKWARD_NAMES.get(index, plain)


def _volume(index: int, draw: Random) -> int:
    # The golden ratio spreads any number of campaigns evenly between 5 and 500,000 on a logarithmic scale, so that
    # a small account has small and large ones as well.
    spread = (0.9 + index * (math.sqrt(5) - 1) / 2 + 0.02 * draw.random()) % 1
    return round(5 * 10 ** (5 * spread))


def _device_shares(index: int, draw: Random) -> tuple[float, ...]:
    if index % 8 == _MOBILE_ONLY:
        return (0.0, 1.0, 0.0)  # its Desktop row is there, and all zero
    mobile = draw.uniform(0.35, 0.85)
    tablet = (1 - mobile) * 0.2 if index % 5 == _WITH_TABLET else 0.0
    return (1 - mobile - tablet, mobile, tablet)
