"""What the judge knows of an account of the simulator: its truth, and what the log of requests says that it told."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from include.judge.evidence import Counts
from include.simulator.campaigns import Campaign
from include.simulator.service import Service
from include.simulator.settings import SimulatorSettings


class SimulatedTruth:
    """A simulated account as it really is; see `evidence.Truth`."""

    def __init__(self, settings: SimulatorSettings) -> None:
        self.service = Service(settings)
        self.zone = settings.zone
        self.spoiled: set[str] = set()
        self.gone: set[str] = set()
        self.counts = lru_cache(maxsize=200_000)(self._counts)

    def listed(self, day: date) -> list[Campaign]:
        """List the campaigns with activity that the list of a day has now."""
        found = self.service.account.listed(self.service.settings, until=day)
        return [campaign for campaign in found if not campaign.quiet]

    def campaign(self, campaign_id: str) -> Campaign | None:
        """Give a campaign, whether or not it still exists; None if there never was one."""
        return self.service.account.seeded(self.service.settings, campaign_id)

    def _counts(self, campaign_id: str, day: date, as_of: datetime) -> Counts:
        campaign = self.campaign(campaign_id)
        if campaign is None:
            return ()
        known = self.service.figures_of(campaign, day, as_of)
        sums = known.total
        return (
            known.targeted, sums.sent, known.dropped, sums.delivered, known.undelivered, sums.clicks, sums.conversions
        )  # fmt: skip


class LoggedCalls:
    """
    The calls that a simulator has logged, whoever made them; see `evidence.Calls`.

    A 200 that was no answer counts as one: the log does not say what it held.

    Args:
        requests: As `/admin/requests` shows them.
        settings: In force all the time, with a clock that stood still or one that went.
    """

    def __init__(self, requests: Iterable[Mapping[str, Any]], settings: SimulatorSettings) -> None:
        self.given: defaultdict[tuple[date, str], list[datetime]] = defaultdict(list)
        self.sent: list[float] = []
        self.throttled: list[float] = []
        self.limits = [(0.0, settings.limit_requests)]
        for request in requests:
            self.sent.append(request["arrived_at"])
            if request["status"] == HTTPStatus.TOO_MANY_REQUESTS:
                self.throttled.append(request["arrived_at"])
            if request["status"] == HTTPStatus.OK and request["endpoint"] != "top-metrics":
                place = date.fromisoformat(request["start_date"]), request["campaign_id"] or ""
                self.given[place].append(settings.instant(datetime.fromisoformat(request["at"])))
