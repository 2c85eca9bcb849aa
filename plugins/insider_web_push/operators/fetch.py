"""fetch: one campaign's figures of one day, from campaign-metrics, kept verbatim."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from airflow.sdk.exceptions import AirflowSkipException

from insider_web_push.collecting.campaign_answer import Fetcher, Nothing
from insider_web_push.days.handover import PlannedFetch
from insider_web_push.errors import (
    CampaignNotFound,
    ContractViolation,
    FatalError,
    InvalidRequest,
    RetryableError,
    ServiceUnavailable,
)
from insider_web_push.lake.keys import read_raw_key
from insider_web_push.operators.base import InsiderOperator
from insider_web_push.operators.links import CAMPAIGN_LINKS

if TYPE_CHECKING:
    from airflow.sdk import Context

_OF_ONE_CAMPAIGN = (CampaignNotFound, InvalidRequest, ContractViolation, ServiceUnavailable)
"""Errors that say nothing of the other campaigns of a task."""
_TROUBLES_IN_A_ROW = 3
"""If the service fails for so many campaigns in a row, it is an outage: the task asks for no more of them."""
_BEGAN = "began"


class CampaignMetricsOperator(InsiderOperator):
    """
    Fetch one campaign day, or a few. When it runs, it calls: clearing it always fetches again.

    Args:
        campaign_id: `builderId` of overall-metrics, digits.
        day: The day, YYYY-MM-DD, in the account's time zone.
        campaign_name: Shown in the label in the grid.
        baseline: The campaign's totals that were swept before; None if nobody swept.
        listed: Whether the list still has the campaign: one that left it may be gone, and keeps its last figures.
        also: More campaign days of this task, where a plan has more than a run may map. The first try, also after a
            clear, fetches all; a later one, or one that gave its worker back, what is left.
        panel_url: Address of a campaign in the vendor's panel, with `{campaign_id}`; for the task's links.

    Raises:
        InvalidRequest: an argument cannot be right; nothing was sent.
        ContractViolation: the answer breaks the documented shape; it is kept, and its place is in the message.
        AirflowSkipException: the API has no such campaign day, and its totals are zero or it left the list; or the
            campaign was purged.
    """

    template_fields: Sequence[str] = (*InsiderOperator.template_fields, "campaign_id", "day")
    operator_extra_links = CAMPAIGN_LINKS

    def __init__(
        self,
        *,
        campaign_id: str,
        day: str,
        campaign_name: str = "",
        baseline: dict[str, Any] | None = None,
        listed: bool = True,
        also: Sequence[PlannedFetch] = (),
        panel_url: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.campaign_id = campaign_id
        self.day = day
        self.campaign_name = campaign_name
        self.baseline = baseline
        self.listed = listed
        self.also = list(also)
        self.panel_url = panel_url

    def execute(self, context: Context) -> list[str]:
        """Fetch and keep; gives the snapshots' keys."""
        fetcher = Fetcher(store=self.store, hook=self.hook, timezone=self.timezone, run_id=context["run_id"])
        own = PlannedFetch(
            campaign_id=self.campaign_id,
            campaign_name=self.campaign_name,
            day=self.day,
            baseline=self.baseline,
            listed=self.listed,
        )
        with self.giving_back_the_worker():
            if not self.also:
                found = fetcher.fetch(own)
                if isinstance(found, Nothing):
                    raise AirflowSkipException(found.why)
                return [found]
            return self._fetch_all(fetcher, self._left([own, *self.also], since=_began(context, self.retries)))

    def _left(self, wanted: list[PlannedFetch], *, since: datetime) -> list[PlannedFetch]:
        """Leave out what this task has fetched already, by campaign and day."""
        newest = {day: self.store.newest_snapshots(date.fromisoformat(day)) for day in {item["day"] for item in wanted}}
        left = [item for item in wanted if not _is_since(newest[item["day"]].get(item["campaign_id"]), since)]
        if len(left) < len(wanted):
            self.log.info("%d of %d campaign days are fetched already", len(wanted) - len(left), len(wanted))
        return left

    def _fetch_all(self, fetcher: Fetcher, wanted: list[PlannedFetch]) -> list[str]:
        """Fetch one after the other; what is wrong with one campaign does not cost the others theirs."""
        keys: list[str] = []
        troubles: list[FatalError | RetryableError] = []
        in_a_row = 0
        for item in wanted:
            try:
                found = fetcher.fetch(item)
            except _OF_ONE_CAMPAIGN as trouble:
                placed = trouble if trouble.place else trouble.at(f"campaign {item['campaign_id']} on {item['day']}")
                self.log.warning("%s", placed)
                troubles.append(placed)
                in_a_row = in_a_row + 1 if isinstance(trouble, RetryableError) else 0
                if in_a_row == _TROUBLES_IN_A_ROW:
                    break
                continue
            in_a_row = 0
            if isinstance(found, Nothing):
                self.log.info("%s", found.why)
            else:
                keys.append(found)
        if troubles:
            # One that may pass comes first: the next try asks for the others again as well.
            worst = min(troubles, key=lambda trouble: not isinstance(trouble, RetryableError))
            raise worst.at(f"{len(troubles)} of {len(wanted)} campaign days failed, among them") from worst
        return keys


def _is_since(key: str | None, since: datetime) -> bool:
    named = read_raw_key(key) if key else None
    return named is not None and named.at >= since


def _began(context: Context, retries: int | None) -> datetime:
    """
    Tell when the first of this task's tries began: a clear begins anew, a retry or a wait for the budget does not.

    Airflow counts tries on over a clear, and allows `retries` more after it.
    """
    first_try = context["ti"].max_tries - (retries or 0) + 1
    state = context["task_state_store"]
    match state.get(_BEGAN):
        case {"first_try": kept, "at": str(at)} if kept == first_try:
            return datetime.fromisoformat(at)
    now = datetime.now(UTC)
    state.set(_BEGAN, {"first_try": first_try, "at": now.isoformat()})
    return now
