"""Calls for one campaign day, judges the answer, and keeps it verbatim."""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime

from insider_web_push.answers.day_list import Totals
from insider_web_push.answers.shapes import read_campaign_metrics
from insider_web_push.dates import parse_day
from insider_web_push.days.handover import PlannedFetch
from insider_web_push.errors import CampaignNotFound, ContractViolation, InvalidRequest, ServiceUnavailable
from insider_web_push.hook import Answer, InsiderWebPushHook
from insider_web_push.lake.raw import Snapshot
from insider_web_push.lake.storage import Storage
from insider_web_push.vocabulary import CallOutcome

log = logging.getLogger(__name__)

_HAS_NOTHING = {400, 422, 424}
"""Also 400: the day may be before the campaign was created."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """There is nothing of a campaign day; says why, in words."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetcher:
    """
    Fetches campaign days of one account.

    Attributes:
        store: The account's objects.
        hook: The account's API.
        timezone: The account's time zone, an IANA name.
        run_id: Noted in what is kept.
    """

    store: Storage
    hook: InsiderWebPushHook
    timezone: str
    run_id: str

    def fetch(self, wanted: PlannedFetch) -> str | Nothing:
        """
        Call, and keep the answer.

        Returns:
            The snapshot's key; `Nothing` if the API has no such campaign day and its totals are zero or it left the
            list, or the campaign was purged.

        Raises:
            InvalidRequest: an argument cannot be right; nothing was sent.
            ContractViolation: the answer breaks the documented shape; it is kept, and its place is in the message.
            InsiderError: as the hook.
        """
        day, campaign_id = parse_day(wanted["day"]), str(wanted["campaign_id"])
        baseline = Totals.model_validate(wanted["baseline"]) if wanted["baseline"] is not None else None
        tombstone = self.store.read_tombstone(day)
        if tombstone and tombstone.covers(campaign_id):
            return Nothing(f"campaign {campaign_id} was purged from {day}")
        try:
            answer = self.hook.campaign_metrics(
                campaign_id=campaign_id, first_day=day, last_day=day, timezone=self.timezone
            )
        except (CampaignNotFound, InvalidRequest) as error:
            status = 424 if isinstance(error, CampaignNotFound) else error.status
            if not wanted["listed"] and status in _HAS_NOTHING:
                return Nothing(f"campaign {campaign_id} left the list of {day}, and keeps its last figures: {error}")
            if status not in _HAS_NOTHING or baseline is None or not baseline.are_zero:
                raise
            nothing = Answer({}, status, b"", datetime.now(UTC))
            self._keep(day, campaign_id, nothing, baseline, CallOutcome.SKIPPED, reason=str(error))
            return Nothing(f"campaign {campaign_id} has no figures on {day}, and its totals are zero: {error}")
        try:
            read_campaign_metrics(answer.body)
        except (ContractViolation, ServiceUnavailable) as refused:
            key = self._keep(day, campaign_id, answer, baseline, CallOutcome.REJECTED, reason=str(refused))
            where = f"The answer is kept as {self.store.url(key)}"
            raise refused.at(f"campaign {campaign_id} on {day}", more=where) from refused
        key = self._keep(day, campaign_id, answer, baseline, CallOutcome.FETCHED)
        log.info("Campaign %s on %s: %d bytes kept as %s", campaign_id, day, len(answer.body), self.store.url(key))
        return key

    def _keep(
        self,
        day: date,
        campaign_id: str,
        answer: Answer,
        baseline: Totals | None,
        outcome: CallOutcome,
        *,
        reason: str | None = None,
    ) -> str:
        return self.store.write_snapshot(
            Snapshot(
                run_id=self.run_id,
                partner_id=self.store.partner_id,
                day=day,
                campaign_id=campaign_id,
                outcome=outcome,
                reason=reason,
                baseline=baseline,
                **asdict(answer),
            )
        )
