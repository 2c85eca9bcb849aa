"""Calls for one campaign day, judges the answer, and keeps it verbatim."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial

from insider_web_push.answers.day_list import Totals
from insider_web_push.answers.shapes import CampaignMetrics, read_campaign_metrics
from insider_web_push.collecting.keeping import where_kept
from insider_web_push.collecting.once_more import judged
from insider_web_push.dates import parse_day
from insider_web_push.days.handover import PlannedFetch
from insider_web_push.errors import CampaignNotFound, InvalidRequest
from insider_web_push.hook import Answer, InsiderWebPushHook
from insider_web_push.lake.keys import instant_after
from insider_web_push.lake.raw import Snapshot
from insider_web_push.lake.storage import Storage
from insider_web_push.lake.tombstones import Tombstone
from insider_web_push.vocabulary import CallOutcome

log = logging.getLogger(__name__)

_HAS_NOTHING = {400, 422, 424}
"""Also 400: the day may be before the campaign was created."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """
    There is nothing of a campaign day.

    Attributes:
        why: In words.
        is_missing: Whether it stays without an answer, if it never had one.
    """

    why: str
    is_missing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetcher:
    """
    Fetches campaign days of one account.

    Attributes:
        store: The account's objects.
        hook: The account's API.
        timezone: The account's time zone, an IANA name.
        run_id: Noted in what is kept.
        later_than: An instant that whatever it fetches comes after, whatever this machine's clock says.
        tombstones: What was purged of days, YYYY-MM-DD, as far as the caller has asked: of that, nothing is called for.
            What is purged while a call is under way is kept, and removed by publish, see `publishing.finishing`.
    """

    store: Storage
    hook: InsiderWebPushHook
    timezone: str
    run_id: str
    later_than: datetime | None = None
    tombstones: Mapping[str, Tombstone] = field(default_factory=dict)

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
        tombstone = self.tombstones.get(wanted["day"])
        if tombstone and tombstone.covers(campaign_id):
            return Nothing(f"campaign {campaign_id} was purged from {day}")
        ask = partial(
            self.hook.campaign_metrics, campaign_id=campaign_id, first_day=day, last_day=day, timezone=self.timezone
        )
        place = f"campaign {campaign_id} on {day}"
        try:
            found = judged(ask, read_campaign_metrics, what=place)
        except (CampaignNotFound, InvalidRequest) as error:
            status = 424 if isinstance(error, CampaignNotFound) else error.status
            if not wanted["listed"] and status in _HAS_NOTHING:
                why = f"campaign {campaign_id} left the list of {day}, and keeps its last figures: {error}"
                return Nothing(why, is_missing=True)
            if status not in _HAS_NOTHING or baseline is None or not baseline.are_zero:
                raise
            nothing = Answer({}, status, b"", self._later(wanted, datetime.now(UTC)))
            self._keep(day, campaign_id, nothing, baseline, CallOutcome.SKIPPED, reason=str(error))
            return Nothing(f"campaign {campaign_id} has no figures on {day}, and its totals are zero: {error}")
        answer = replace(found.answer, fetched_at=self._later(wanted, found.answer.fetched_at))
        said = found.said
        if not isinstance(said, CampaignMetrics):
            key = self._keep(day, campaign_id, answer, baseline, CallOutcome.REJECTED, reason=str(said))
            raise said.at(place, more=where_kept(self.store, key)) from said
        key = self._keep(day, campaign_id, answer, baseline, CallOutcome.FETCHED)
        log.info("Campaign %s on %s: %d bytes kept as %s", campaign_id, day, len(answer.body), self.store.url(key))
        return key

    def _later(self, wanted: PlannedFetch, at: datetime) -> datetime:
        """Give an answer's instant, or one after what it came after, where another worker's clock was ahead."""
        earlier = [datetime.fromisoformat(after)] if (after := wanted.get("after")) else []
        earlier += [self.later_than] if self.later_than else []
        return max([at, *map(instant_after, earlier)])

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
            ),
        )
