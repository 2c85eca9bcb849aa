"""fetch: one campaign's figures of one day, from campaign-metrics, kept verbatim."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from airflow.sdk.exceptions import AirflowSkipException

from insider_web_push.errors import CampaignNotFound, ContractViolation, InvalidRequest, ServiceUnavailable
from insider_web_push.hook import Answer
from insider_web_push.models import parse_campaign_metrics
from insider_web_push.operators.base import InsiderOperator
from insider_web_push.requests_to_api import parse_day
from insider_web_push.responses import json_object
from insider_web_push.snapshots import Outcome, Snapshot
from insider_web_push.sweep import Totals

if TYPE_CHECKING:
    from airflow.sdk import Context


_HAS_NOTHING = {400, 422, 424}
"""Also 400: the day may be before the campaign was created."""


class CampaignMetricsOperator(InsiderOperator):
    """
    Fetch one campaign day. When it runs, it calls: clearing it always fetches again.

    Args:
        campaign_id: `builderId` of overall-metrics, digits.
        day: The day, YYYY-MM-DD, in the account's time zone.
        campaign_name: For the label in the grid.
        baseline: The campaign's totals that were swept before; None if nobody swept.
        listed: Whether the list still has the campaign: one that left it may be gone, and keeps its last figures.

    Raises:
        InvalidRequest: an argument cannot be right; nothing was sent.
        ContractViolation: the answer has not the documented shape; it is kept, and its place is in the message.
        AirflowSkipException: the API has no such campaign day, and its totals are zero or it left the list; or the
            campaign was purged.
    """

    template_fields: Sequence[str] = (*InsiderOperator.template_fields, "campaign_id", "day")

    def __init__(
        self,
        *,
        campaign_id: str,
        day: str,
        campaign_name: str = "",
        baseline: dict[str, Any] | None = None,
        listed: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.campaign_id = campaign_id
        self.day = day
        self.campaign_name = campaign_name
        self.baseline = baseline
        self.listed = listed

    def execute(self, context: Context) -> str:
        """Fetch and keep; gives the snapshot's key."""
        day = parse_day(self.day)
        baseline = Totals.model_validate(self.baseline) if self.baseline is not None else None
        tombstone = self.store.read_tombstone(day)
        if tombstone and tombstone.covers(str(self.campaign_id)):
            raise AirflowSkipException(f"campaign {self.campaign_id} was purged from {day}")
        try:
            with self.giving_back_the_worker():
                answer = self.hook.campaign_metrics(
                    campaign_id=str(self.campaign_id), first_day=day, last_day=day, timezone=self.timezone
                )
        except (CampaignNotFound, InvalidRequest) as error:
            status = 424 if isinstance(error, CampaignNotFound) else error.status
            if not self.listed and status in _HAS_NOTHING:
                message = f"campaign {self.campaign_id} left the list of {day}, and keeps its last figures: {error}"
                raise AirflowSkipException(message) from None
            if status not in _HAS_NOTHING or baseline is None or not baseline.are_zero:
                raise
            self._keep(
                context, Answer({}, status, b"", datetime.now(UTC)), baseline, Outcome.SKIPPED, reason=str(error)
            )
            message = f"campaign {self.campaign_id} has no figures on {day}, and its totals are zero: {error}"
            raise AirflowSkipException(message) from None
        try:
            parse_campaign_metrics(json_object(answer.body))
        except (ContractViolation, ServiceUnavailable) as refused:
            key = self._keep(context, answer, baseline, Outcome.REJECTED, reason=str(refused))
            where = f"The answer is kept as {self.store.url(key)}"
            refused.args = (f"campaign {self.campaign_id} on {day}: {refused}. {where}",)
            raise
        key = self._keep(context, answer, baseline, Outcome.FETCHED)
        self.log.info(
            "Campaign %s on %s: %d bytes kept as %s", self.campaign_id, day, len(answer.body), self.store.url(key)
        )
        return key

    def _keep(
        self, context: Context, answer: Answer, baseline: Totals | None, outcome: Outcome, reason: str | None = None
    ) -> str:
        return self.store.write_snapshot(
            Snapshot(
                run_id=context["run_id"],
                partner_id=self.hook.settings.partner_id,
                day=parse_day(self.day),
                campaign_id=str(self.campaign_id),
                outcome=outcome,
                reason=reason,
                request=answer.request,
                status=answer.status,
                fetched_at=answer.fetched_at,
                baseline=baseline,
                body=answer.body,
            )
        )
