"""The account of a year: its campaigns, what happens to them, and what is true of a day as of an instant."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from include.simulator.campaigns import Campaign, CampaignChange, seeded_campaign
from include.simulator.figures import Figures
from include.simulator.moves import DeviceShift, Late, Move, ReasonShift, Scale
from include.simulator.service import Service
from include.simulator.settings import SimulatorSettings
from include.simulator.spoiling import ABSENT
from include.simulator.world import Window, figures
from include.year.events import Event, Kind, Seed

UNBORN = date(2099, 1, 1)
_SPOILS: tuple[dict[str, Any], ...] = (
    {"overview.targeted.sent": "1.234,5"}, {"overview.total.targeted": None}, {"overview.ctr.clicks": "n/a"},
    {"overview.deliveryRate": ABSENT}, {"deviceMetrics": []}, {"deviceMetrics.1.clicks": ""},
    {"unsuccessfulMessages.dropped": {}}, {"overview": ABSENT},
)  # fmt: skip
_ROW_SPOILS: tuple[dict[str, Any], ...] = (
    {"sent": "411.840"}, {"clicks": None}, {"builderId": None}, {"targeted": ABSENT},
)  # fmt: skip
Counts = tuple[int, ...]
COUNTERS = ("targeted", "sent", "dropped", "delivered", "undelivered", "clicks", "conversions")


class YearAccount:
    """
    The truth.

    Attributes:
        spoiled: Campaigns whose answers or rows were ever printed wrongly, by id: then single figures may be unknown.
        gone: Campaigns that left the list for a while or for good, by id.
    """

    def __init__(self, seed: Seed, timezone: str, partner_id: str) -> None:
        coming = sum(event.kind is Kind.CAMPAIGN_COMES for event in seed.events)
        self.service = Service(
            SimulatorSettings(
                partner_id=partner_id, timezone=timezone, seed=seed.number, campaigns=seed.campaigns + coming,
                quiet_campaigns=1, limit_requests=seed.limit, latency_s=0,
            )
        )  # fmt: skip
        self.zone = ZoneInfo(timezone)
        self.spoiled: set[str] = set()
        self.gone: set[str] = set()
        self._unborn = self._everyone()[seed.campaigns :]
        for campaign in self._unborn:
            self._change(campaign, created=UNBORN)
        self.counts = lru_cache(maxsize=200_000)(self._counts)

    def happen(self, event: Event, now: datetime) -> None:
        """Change something about the account."""
        today, pick = now.astimezone(self.zone).date(), event.pick
        if event.kind is Kind.CAMPAIGN_COMES and self._unborn:
            self._change(self._unborn.pop(0), created=today)
            return
        born = [campaign for campaign in self._everyone() if campaign.created <= today]
        campaign = born[pick % len(born)]
        match event.kind:
            case Kind.CAMPAIGN_GOES if self.service.account.change_of(campaign).exists:
                self.gone.add(str(campaign.builder_id))
                self._change(campaign, listed=pick % 3 == 0)
            case Kind.CAMPAIGN_VANISHES if len(born) > 1:
                self.gone.add(str(campaign.builder_id))
                self._change(campaign, listed=False, exists=False)
            case Kind.LISTED_TWICE:
                self._change(campaign, second_row={} if pick % 2 else None)
            case Kind.SPOILED:
                self.spoiled.add(str(campaign.builder_id))
                self._change(campaign, spoil=_SPOILS[pick % len(_SPOILS)])
                if pick % 3 == 0:
                    self._change(campaign, spoil_row=_ROW_SPOILS[pick % len(_ROW_SPOILS)])
            case Kind.FIGURES_MOVE | Kind.FIGURES_FALL:
                self._move(campaign, event, today - timedelta(days=1 + pick % 20), now)

    def mend(self) -> None:
        """Print everything rightly again."""
        changes = self.service.account.changes
        for builder_id, change in changes.items():
            changes[builder_id] = change.model_copy(update={"spoil": {}, "spoil_row": {}})

    def listed(self, day: date) -> list[Campaign]:
        """List the campaigns with activity that the list of a day has now."""
        found = self.service.account.listed(self.service.settings, until=day)
        return [campaign for campaign in found if not campaign.quiet]

    def patch(self, **settings: Any) -> None:
        """Let the API take another key, or another limit, from now on."""
        self.service.settings = self.service.settings.patched(settings)

    def _counts(self, campaign_id: str, day: date, as_of: datetime) -> Counts:
        told = self._figures(self._campaign(campaign_id), day, as_of)
        total = told.total
        return (
            told.targeted, total.sent, told.dropped, total.delivered, told.undelivered, total.clicks, total.conversions
        )  # fmt: skip

    def _figures(self, campaign: Campaign, day: date, as_of: datetime) -> Figures:
        window = Window(start=day, end=day, now=as_of, zone=self.zone)
        moves = self.service.moves.showing(campaign.builder_id, as_of)
        return figures(self.service.settings.seed, campaign, window, moves)

    def _move(self, campaign: Campaign, event: Event, day: date, now: datetime) -> None:
        if day < campaign.created:
            return
        size = 1 + event.pick % 40
        place: dict[str, Any] = {"campaign_id": str(campaign.builder_id), "day": day, "at": now}
        candidates: list[Move] = [
            Late(kind="late", device="Mobile", delivered=size, clicks=size, conversions=size // 4, **place),
            DeviceShift(kind="device_shift", device="Mobile", to_device="Desktop", clicks=size, **place),
            ReasonShift(kind="reason_shift", reason="internalErrors", to_reason="unsubscriptions", count=size, **place),
        ]
        move = candidates[event.pick % 3]
        if event.kind is Kind.FIGURES_FALL:
            move = Scale(kind="scale", factor=Decimal(30 + event.pick % 68) / 100, **place)
        self.service.moves.add(campaign.builder_id, move.fit(self._figures(campaign, day, now)))

    def _campaign(self, campaign_id: str) -> Campaign:
        """Find a campaign, whether or not it still exists."""
        found = self.service.account.seeded(self.service.settings, campaign_id)
        assert found is not None
        return found

    def _everyone(self) -> list[Campaign]:
        settings = self.service.settings
        seeded = (seeded_campaign(settings.seed, n, settings.campaigns_created) for n in range(settings.campaigns))
        return [self._campaign(str(campaign.builder_id)) for campaign in seeded]

    def _change(self, campaign: Campaign, **what: Any) -> None:
        changes = self.service.account.changes
        before = changes.get(campaign.builder_id, CampaignChange())
        changes[campaign.builder_id] = before.model_copy(update=what)
