"""The account behind the API: which campaigns there are, and what is known of them now."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from include.simulator.campaigns import Campaign, CampaignChange, index_of, seeded_campaign
from include.simulator.settings import Generation, SimulatorSettings

_ID = re.compile(r"[0-9]{1,12}")


@dataclass(slots=True)
class Account:
    """The seeded campaigns, as changed by hand."""

    changes: dict[int, CampaignChange] = field(default_factory=dict)
    """By builderId."""

    def listed(self, settings: SimulatorSettings, *, until: date) -> Sequence[Campaign]:
        """List what overall-metrics shows of a window that ends on *until*: always in the same order."""
        everyone = _everyone(settings.seed, settings.campaigns, settings.quiet_campaigns, settings.campaigns_created)
        if not self.changes:
            return everyone if settings.campaigns_created <= until else ()
        changed = (self._changed(campaign) for campaign in everyone if self.change_of(campaign).listed)
        return [campaign for campaign in changed if campaign.created <= until]

    def find(self, settings: SimulatorSettings, campaign_id: str) -> Campaign | None:
        """Find a campaign by its builderId; None if it is unknown, or changed so as not to exist."""
        campaign = self.seeded(settings, campaign_id)
        return campaign if campaign and self.change_of(campaign).exists else None

    def seeded(self, settings: SimulatorSettings, campaign_id: str) -> Campaign | None:
        """Find a campaign by its builderId, whether or not it was changed so as not to exist."""
        if not _ID.fullmatch(campaign_id):
            return None
        index, quiet = index_of(int(campaign_id))
        if not 0 <= index < (settings.quiet_campaigns if quiet else settings.campaigns):
            return None
        campaign = seeded_campaign(settings.seed, index, settings.campaigns_created, quiet=quiet)
        return self._changed(campaign) if campaign.builder_id == int(campaign_id) else None

    def change_of(self, campaign: Campaign) -> CampaignChange:
        """Give what is different about a campaign."""
        return self.changes.get(campaign.builder_id, _UNCHANGED)

    def _changed(self, campaign: Campaign) -> Campaign:
        change = self.changes.get(campaign.builder_id)
        return change.apply(campaign) if change else campaign


_UNCHANGED = CampaignChange()


@lru_cache(maxsize=2)
def _everyone(seed: int, active: int, quiet: int, created: date) -> tuple[Campaign, ...]:
    # Kept, because each page of the list is a part of it.
    families = ((False, active), (True, quiet))
    return tuple(seeded_campaign(seed, i, created, quiet=family) for family, number in families for i in range(number))


def is_older(settings: SimulatorSettings, campaign: Campaign) -> bool:
    """Say which generation's shape this campaign's responses have."""
    return campaign.older if settings.generation is Generation.MIXED else settings.generation is Generation.OLDER
