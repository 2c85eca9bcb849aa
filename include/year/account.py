"""The account of a year: its campaigns, what happens to them, and what is true of a day as of an instant."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from include.judge.simulated import SimulatedTruth
from include.simulator.campaigns import Campaign, CampaignChange
from include.simulator.moves import DeviceShift, Late, Move, ReasonShift, Scale
from include.simulator.settings import LATEST, SimulatorSettings
from include.simulator.spoiling import MISPRINTS, ROW_MISPRINTS
from include.year.events import Event, Kind, Seed

_FIRST_DAY = date(2025, 1, 1)
_UNBORN = date(2099, 1, 1)


class YearAccount(SimulatedTruth):
    """A simulated account to which things happen; *first_day* is the first that anybody wants."""

    def __init__(self, seed: Seed, timezone: str) -> None:
        coming = sum(event.kind is Kind.CAMPAIGN_COMES for event in seed.events)
        super().__init__(
            SimulatorSettings(
                partner_id="year", timezone=timezone, seed=seed.number, campaigns=seed.campaigns + coming,
                quiet_campaigns=1, limit_requests=seed.limit, latency_s=0,
            )
        )  # fmt: skip
        self.first_day = _FIRST_DAY
        everyone = [str(campaign.builder_id) for campaign in self.listed(LATEST)]
        self._born, self._unborn = everyone[: seed.campaigns], everyone[seed.campaigns :]
        for campaign_id in self._unborn:
            self._change(campaign_id, created=_UNBORN)

    def happen(self, event: Event, now: datetime) -> None:
        """Change something about the account."""
        today, pick = now.astimezone(self.zone).date(), event.pick
        campaign_id = self._born[pick % len(self._born)]
        match event.kind:
            case Kind.CAMPAIGN_COMES if self._unborn:
                self._born.append(self._unborn.pop(0))
                self._change(self._born[-1], created=today)
            case Kind.CAMPAIGN_GOES if self.service.account.find(self.service.settings, campaign_id):
                self.gone.add(campaign_id)
                self._change(campaign_id, listed=pick % 3 == 0)
            case Kind.CAMPAIGN_VANISHES if len(self._born) > 1:
                self.gone.add(campaign_id)
                self._change(campaign_id, listed=False, exists=False)
            case Kind.LISTED_TWICE:
                self._change(campaign_id, second_row={} if pick % 2 else None)
            case Kind.SPOILED:
                self.spoiled.add(campaign_id)
                self._change(campaign_id, spoil=MISPRINTS[pick % len(MISPRINTS)])
                if pick % 3 == 0:
                    self._change(campaign_id, spoil_row=ROW_MISPRINTS[pick % len(ROW_MISPRINTS)])
            case Kind.FIGURES_MOVE | Kind.FIGURES_FALL:
                campaign = self.campaign(campaign_id)
                assert campaign is not None
                self._move(campaign, event, today - timedelta(days=1 + pick % 20), now)

    def mend(self) -> None:
        """Print everything rightly again."""
        for builder_id in self.service.account.changes:
            self._change(str(builder_id), spoil={}, spoil_row={})

    def patch(self, **settings: Any) -> None:
        """Let the API take another key, or another limit, from now on."""
        self.service.settings = self.service.settings.patched(settings)

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
        self.service.moves.add(campaign.builder_id, move.fit(self.service.figures_of(campaign, day, now)))

    def _change(self, campaign_id: str, **what: Any) -> None:
        changes, builder_id = self.service.account.changes, int(campaign_id)
        changes[builder_id] = changes.get(builder_id, CampaignChange()).model_copy(update=what)
