"""fetch: one campaign's figures of one day, from campaign-metrics, kept verbatim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from airflow.sdk.exceptions import AirflowSkipException
from airflow.sdk.observability import stats

from insider_web_push import metrics
from insider_web_push.collecting.campaign_answer import Fetcher, Nothing
from insider_web_push.days.handover import FetchTrouble, PlannedFetch, fetch_trouble
from insider_web_push.days.troubles import Trouble, trouble_of
from insider_web_push.errors import (
    BudgetWait,
    CampaignNotFound,
    CampaignUnavailable,
    ContractViolation,
    FatalError,
    InsiderError,
    InvalidRequest,
    RetryableError,
    ServiceUnavailable,
    UpstreamFailed,
)
from insider_web_push.lake.keys import instant_after, read_raw_key
from insider_web_push.lake.tombstones import Tombstone
from insider_web_push.operators.base import TROUBLES, InsiderOperator
from insider_web_push.operators.links import CAMPAIGN_LINKS, STORED_LINKS

if TYPE_CHECKING:
    from airflow.providers.openlineage.extractors import OperatorLineage
    from airflow.sdk import Context

_OF_ONE_CAMPAIGN = (CampaignNotFound, InvalidRequest, ContractViolation, ServiceUnavailable)
"""Errors that say nothing of the other campaigns of a task."""
_ALONE_RETRY_S = 30.0
_TROUBLES_IN_A_ROW = 3
"""If the service fails for so many campaigns in a row, it is an outage: the task asks for no more of them."""
_BEGAN = "began"


class CampaignMetricsOperator(InsiderOperator):
    """
    Fetch one campaign day, or a few. When it runs, it calls: clearing it always fetches again.

    Where campaign days stay without an answer, it hands on the XCom `troubles`, a list of `handover.Trouble`, and fails
    or is skipped then.

    Args:
        campaign_id: `builderId` of overall-metrics, digits.
        day: The day, YYYY-MM-DD, in the account's time zone.
        campaign_name: Shown in the label in the grid.
        baseline: The campaign's totals that were swept before; None if nobody swept.
        listed: Whether the list still has the campaign: one that left it may be gone, and keeps its last figures.
        after: ISO instant that the answer comes after, whatever this machine's clock says; see `handover.PlannedFetch`.
        also: More campaign days of this task, where a plan has more than a run may map. The first try, also after a
            clear, fetches all; a later one, or one that gave its worker back, what is left.
        panel_url: Address of a campaign in the vendor's panel, with `{campaign_id}`; for the task's links.
        execution_timeout: Of one campaign day; a task of several has as many times that.

    Raises:
        InvalidRequest: an argument cannot be right; nothing was sent.
        ContractViolation: the answer breaks the documented shape; it is kept, and its place is in the message.
        AirflowSkipException: the API has no such campaign day, and its totals are zero or it left the list; or the
            campaign was purged, for which tries after the first ask.
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
        after: str | None = None,
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
        self.after = after
        self.also = list(also)
        if self.execution_timeout:
            self.execution_timeout *= 1 + len(self.also)
        self.panel_url = panel_url
        if panel_url is None:  # where it leads nowhere, it would be asked for all the same
            self.operator_extra_links = STORED_LINKS

    @property
    def label(self) -> str:
        """What the grid calls this task; Airflow's column for it holds 250 characters."""
        also = f" and {len(self.also)} more" if self.also else ""
        return f"{self.day} · {self.campaign_name[:160]} ({self.campaign_id}){also}"

    def execute(self, context: Context) -> list[str]:
        """Fetch and keep; gives the snapshots' keys."""
        own = PlannedFetch(
            campaign_id=self.campaign_id,
            campaign_name=self.campaign_name,
            day=self.day,
            baseline=self.baseline,
            listed=self.listed,
            after=self.after,
        )
        began = datetime.now(UTC)
        wanted = [own, *self.also]
        # Of a first try, plan has left out what was purged; one that is cleared may be as old as it likes.
        is_later = context["ti"].try_number > 1
        fetcher = Fetcher(
            store=self.store,
            hook=self.hook,
            timezone=self.timezone,
            run_id=context["run_id"],
            tombstones=self._tombstones(wanted) if is_later else {},
        )
        with self.giving_back_the_worker():
            if not self.also:
                later_than = self._newest_answer() if is_later else None
                return [self._fetch_one(context, replace(fetcher, later_than=later_than), own, began)]
            newest = self._newest(wanted)
            stored = [named.at for key in newest.values() if (named := read_raw_key(key))]
            # Whatever a first try finds is from before it, also by a clock that was ahead.
            began = _began(context, self.retries, now=max([began, *map(instant_after, stored)]))
            left = [item for item in wanted if not _is_since(newest.get((item["day"], item["campaign_id"])), began)]
            if len(left) < len(wanted):
                self.log.info("%d of %d campaign days are fetched already", len(wanted) - len(left), len(wanted))
            return self._fetch_all(context, replace(fetcher, later_than=began), left, began)

    def get_openlineage_facets_on_complete(self, task_instance: object) -> OperatorLineage[Any, Any]:  # noqa: ARG002 — Airflow's
        """Say what it read and wrote, where Airflow's OpenLineage provider asks."""
        from insider_web_push.operators.lineage import of_fetch  # noqa: PLC0415 — needs that provider

        return of_fetch(self.store, self.hook.settings.base_url)

    def _fetch_one(self, context: Context, fetcher: Fetcher, wanted: PlannedFetch, began: datetime) -> str:
        try:
            found = self._counted(fetcher.fetch(wanted))
        except BudgetWait:  # it goes on later
            raise
        except UpstreamFailed as error:
            _tell(context, [_trouble(wanted, error)])
            raise self._bounded(context, error, wanted, _began(context, self.retries, now=began)) from error
        except InsiderError as error:
            _tell(context, [_trouble(wanted, error)])
            raise
        if isinstance(found, Nothing):
            _tell(context, [_gone(wanted, found)] if found.is_missing else [])
            raise AirflowSkipException(found.why)
        return found

    def _counted(self, found: str | Nothing) -> str | Nothing:
        outcome = "nothing" if isinstance(found, Nothing) else "fetched"
        stats.incr(metrics.CAMPAIGN_DAYS.name, tags={"account": self.store.partner_id, "outcome": outcome})
        return found

    def _tombstones(self, wanted: list[PlannedFetch]) -> dict[str, Tombstone]:
        days = {item["day"] for item in wanted}
        found = {day: self.store.read_tombstone(date.fromisoformat(day)) for day in days}
        return {day: tombstone for day, tombstone in found.items() if tombstone}

    def _newest_answer(self) -> datetime | None:
        """Tell when the newest answer came that is stored: an earlier try may have stored it, or one before a clear."""
        key = self.store.newest_answer(date.fromisoformat(self.day), self.campaign_id)
        named = read_raw_key(key) if key else None
        return named.at if named else None

    def _newest(self, wanted: list[PlannedFetch]) -> dict[tuple[str, str], str]:
        """Find the newest answer of each campaign day, as far as there is one; gives the keys of objects."""
        days = {item["day"] for item in wanted}
        newest = {day: self.store.newest_snapshots(date.fromisoformat(day)) for day in days}
        places = [(item["day"], item["campaign_id"]) for item in wanted]
        return {(day, key): newest[day][key] for day, key in places if key in newest[day]}

    def _fetch_all(self, context: Context, fetcher: Fetcher, wanted: list[PlannedFetch], began: datetime) -> list[str]:
        """Fetch one after the other; what is wrong with one campaign does not cost the others theirs."""
        keys: list[str] = []
        troubles: list[FatalError | RetryableError] = []
        told: list[FetchTrouble] = []
        in_a_row = 0
        for position, item in enumerate(wanted):
            try:
                found = self._counted(fetcher.fetch(item))
            except _OF_ONE_CAMPAIGN as trouble:
                placed: FatalError | RetryableError = trouble
                if isinstance(trouble, UpstreamFailed):
                    placed = self._bounded(context, trouble, item, began)
                placed = placed if placed.place else placed.at(f"campaign {item['campaign_id']} on {item['day']}")
                self.log.warning("%s", placed)
                troubles.append(placed)
                told.append(_trouble(item, placed))
                in_a_row = in_a_row + 1 if isinstance(trouble, RetryableError) else 0
                if in_a_row == _TROUBLES_IN_A_ROW:
                    told += _not_asked(wanted[position + 1 :], placed)
                    break
                continue
            except BudgetWait:  # the task goes on later
                raise
            except InsiderError as error:
                _tell(context, [*told, _trouble(item, error), *_not_asked(wanted[position + 1 :], error)])
                raise
            in_a_row = 0
            if isinstance(found, Nothing):
                self.log.info("%s", found.why)
                told += [_gone(item, found)] if found.is_missing else []
            else:
                keys.append(found)
        _tell(context, told)
        if troubles:
            # One that may pass comes first: the next try asks for the others again as well.
            worst = min(troubles, key=lambda trouble: not isinstance(trouble, RetryableError))
            raise worst.at(f"{len(troubles)} of {len(wanted)} campaign days failed, among them") from worst
        return keys

    def _bounded(
        self, context: Context, error: UpstreamFailed, wanted: PlannedFetch, began: datetime
    ) -> UpstreamFailed | CampaignUnavailable:
        """
        Give what to raise where a service behind the API failed: not the retries of an outage, if it fails here alone.

        While other campaigns of the day are answered, the task comes back after half a minute, behind theirs, and then
        gives up: about 40 s and four calls, instead of five minutes and ten.
        """
        answered = [
            key
            for campaign_id, key in self.store.newest_snapshots(date.fromisoformat(wanted["day"])).items()
            if campaign_id != wanted["campaign_id"] and _is_since(key, began)
        ]
        if not answered or error.retry_after_s is not None:
            return error
        if context["ti"].try_number > _first_try(context, self.retries):
            said = f"{error}; since {began:%H:%M:%S} UTC, {len(answered)} other campaigns of the day were answered"
            return CampaignUnavailable(said)
        return UpstreamFailed(str(error), retry_after_s=_ALONE_RETRY_S)


def _trouble(wanted: PlannedFetch, error: InsiderError) -> FetchTrouble:
    return fetch_trouble(wanted, str(error), kind=str(trouble_of(error)))


def _gone(wanted: PlannedFetch, nothing: Nothing) -> FetchTrouble:
    return fetch_trouble(wanted, nothing.why, kind=str(Trouble.NOT_FOUND))


def _tell(context: Context, troubles: list[FetchTrouble]) -> None:
    if troubles:
        context["ti"].xcom_push(key=TROUBLES, value=troubles)


def _not_asked(left: Sequence[PlannedFetch], error: InsiderError) -> list[FetchTrouble]:
    why, kind = f"not asked for, since others failed: {error}", str(trouble_of(error))
    return [fetch_trouble(item, why, kind=kind) for item in left]


def _is_since(key: str | None, since: datetime) -> bool:
    named = read_raw_key(key) if key else None
    return named is not None and named.at >= since


def _first_try(context: Context, retries: int | None) -> int:
    """Tell the number of the first try since the last clear: Airflow counts on, and allows `retries` more after it."""
    return int(context["ti"].max_tries) - (retries or 0) + 1


def _began(context: Context, retries: int | None, *, now: datetime) -> datetime:
    """Tell when the first of this task's tries began: anew after a clear, not after a retry or a budget wait."""
    first_try = _first_try(context, retries)
    state = context["task_state_store"]
    match state.get(_BEGAN):
        case {"first_try": kept, "at": str(at)} if kept == first_try:
            return datetime.fromisoformat(at)
    state.set(_BEGAN, {"first_try": first_try, "at": now.isoformat()})
    return now
