"""The account behind the API: which campaigns there are, and what is known of them now."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from include.simulator.campaigns import Campaign, CampaignChange, index_of, seeded_campaign
from include.simulator.settings import Generation, SimulatorSettings

_ID = re.compile(r"[0-9]{1,12}")


@dataclass(slots=True)
class Account:
    """The seeded campaigns, as changed by hand."""

    changes: dict[int, CampaignChange] = field(default_factory=dict)
    """By builderId."""

    def listed(self, settings: SimulatorSettings, *, until: date) -> list[Campaign]:
        """List what overall-metrics shows of a window that ends on *until*: always in the same order."""
        return [
            campaign
            for campaign in self._all(settings)
            if campaign.created <= until and self._change(campaign.builder_id).listed
        ]

    def find(self, settings: SimulatorSettings, campaign_id: str) -> Campaign | None:
        """Find a campaign by its builderId; None if it is unknown, or changed so as not to exist."""
        campaign = self.seeded(settings, campaign_id)
        return campaign if campaign and self._change(campaign.builder_id).exists else None

    def seeded(self, settings: SimulatorSettings, campaign_id: str) -> Campaign | None:
        """Find a campaign by its builderId, whether or not it was changed so as not to exist."""
        if not _ID.fullmatch(campaign_id):
            return None
        index, quiet = index_of(int(campaign_id))
        if not 0 <= index < (settings.quiet_campaigns if quiet else settings.campaigns):
            return None
        campaign = self._make(settings, index, quiet=quiet)
        return campaign if campaign.builder_id == int(campaign_id) else None

    def _all(self, settings: SimulatorSettings) -> Iterator[Campaign]:
        for quiet, number in ((False, settings.campaigns), (True, settings.quiet_campaigns)):
            for index in range(number):
                yield self._make(settings, index, quiet=quiet)

    def _make(self, settings: SimulatorSettings, index: int, *, quiet: bool) -> Campaign:
        campaign = seeded_campaign(settings.seed, index, settings.campaigns_created, quiet=quiet)
        change = self.changes.get(campaign.builder_id)
        return change.apply(campaign) if change else campaign

    def _change(self, builder_id: int) -> CampaignChange:
        return self.changes.get(builder_id, _UNCHANGED)


_UNCHANGED = CampaignChange()


def is_older(settings: SimulatorSettings, campaign: Campaign) -> bool:
    """Say which generation's shape this campaign's responses have."""
    return campaign.older if settings.generation is Generation.MIXED else settings.generation is Generation.OLDER
