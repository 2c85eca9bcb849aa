"""discover: which campaigns each day of the run has, with their totals, from overall-metrics."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from insider_web_push.answers.day_list import DayList, day_list_of, pages_of
from insider_web_push.answers.decoding import json_object
from insider_web_push.answers.shapes import ListPage, parse_list_page
from insider_web_push.api.endpoints import ROWS_PER_PAGE
from insider_web_push.dates import day_of_run
from insider_web_push.days.handover import DayWork, DiscoveredDay
from insider_web_push.days.looks import Depth, Mode
from insider_web_push.errors import ContractViolation, InvalidRequest, PagesDrifted, PlanTooLarge, ServiceUnavailable
from insider_web_push.lake.raw import StoredList, StoredPage
from insider_web_push.operators.base import InsiderOperator
from insider_web_push.vocabulary import CallOutcome

if TYPE_CHECKING:
    from airflow.sdk import Context

_WAIT_WITHIN_A_SWEEP_S = 600.0
_SWEEPS = 2
"""A list that changed while it was read is read once more; then something is wrong."""


class DiscoverCampaignsOperator(InsiderOperator):
    """
    DayList the campaigns of each day, 20 a call, and keep the pages verbatim.

    Args:
        days: The days to look at; None is the run's own day.

    Raises:
        StorageNotWritable: before any call.
        InvalidRequest: the API does not have the run's own day; of several days, verify names those.
        PlanTooLarge: the lists alone take more calls than the run's `max_calls`; known after the first page.
        PagesDrifted: unique campaigns unlike the stated total, twice.
    """

    template_fields: Sequence[str] = (*InsiderOperator.template_fields, "days")

    def __init__(self, *, days: list[DayWork] | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.days = days
        self.sent = 0

    def execute(self, context: Context) -> list[DiscoveredDay]:
        """DayList, keep, and hand on where the sweeps lie."""
        self.store.check_usable()
        self.sent = 0
        days = [self._own_day(context)] if self.days is None else self.days
        return [self._discover(context, work) for work in days]

    def _own_day(self, context: Context) -> DayWork:
        dag_run = context["dag_run"]
        day = day_of_run(
            data_interval_start=dag_run.data_interval_start, run_after=dag_run.run_after, timezone=self.timezone
        )
        return DayWork(
            day=day.isoformat(), why="", mode=str(Mode.CHANGED), depth=str(Depth.FULL), only=[], closing=False,
            rebuild=False,
        )  # fmt: skip

    def _discover(self, context: Context, work: DayWork) -> DiscoveredDay:
        day, spent = date.fromisoformat(work["day"]), self.sent
        nothing = DiscoveredDay(**work, sweep=None, campaigns=0, calls=0, problem="")
        tombstone = self.store.read_tombstone(day)
        if tombstone and tombstone.is_whole_day:
            self.log.info("%s was purged on %s: it is left alone", day, tombstone.purged_at.date())
            return nothing
        if work["rebuild"]:
            published = self.store.read_manifest(day)
            nothing["sweep"] = published.sweep if published else self.store.newest_list(day)
            nothing["problem"] = "" if nothing["sweep"] else "nothing is stored of it that it could be rebuilt from"
            return nothing
        try:
            return self._swept(context, work, day)
        except (InvalidRequest, ContractViolation, PagesDrifted) as bad:
            if self.days is None:
                raise
            # One bad day must not cost the others their look; verify is red for it.
            self.log.warning("%s: %s", day, bad)
            return DiscoveredDay(**work, sweep=None, campaigns=0, calls=self.sent - spent, problem=str(bad))

    def _swept(self, context: Context, work: DayWork, day: date) -> DiscoveredDay:
        spent = self.sent
        for _ in range(_SWEEPS):
            swept_at = datetime.now(UTC)
            with self.giving_back_the_worker():
                pages, sweep = self._sweep(context, day)
            if not sweep.has_drifted:
                break
            self.log.warning(
                "%s: %d unique campaigns, but a total of %d: the list changed while it was read",
                day, len(sweep.campaigns), sweep.stated_total,
            )  # fmt: skip
        else:
            message = (
                f"{day}: {len(sweep.campaigns)} unique campaigns, but a total of {sweep.stated_total}, {_SWEEPS} times"
            )
            raise PagesDrifted(message)
        key = self._keep(context, day, pages, swept_at, CallOutcome.FETCHED)
        calls = self.sent - spent
        self.log.info(
            "%s: %d campaigns listed, %d calls, kept as %s", day, len(sweep.campaigns), calls, self.store.url(key)
        )
        return DiscoveredDay(**work, sweep=key, campaigns=len(sweep.campaigns), calls=calls, problem="")

    def _keep(self, context: Context, day: date, pages: list[StoredPage], at: datetime, outcome: CallOutcome) -> str:
        partner_id = self.hook.settings.partner_id
        return self.store.write_list(
            StoredList(
                run_id=context["run_id"], partner_id=partner_id, day=day, outcome=outcome, swept_at=at, pages=pages
            )
        )

    def _sweep(self, context: Context, day: date) -> tuple[list[StoredPage], DayList]:
        """Read page by page up to the total that the first one states."""
        max_calls, spent = context["params"].get("max_calls"), self.sent
        kept: list[StoredPage] = []
        parsed: list[ListPage] = []
        pages = 1
        while len(kept) < pages:
            answer = self.hook.overall_metrics(day=day, page=len(kept) + 1, timezone=self.timezone)
            self.sent += 1
            # Starting over would cost the calls again, so a worker that has begun a sweep waits longer.
            self.hook.max_wait_s = _WAIT_WITHIN_A_SWEEP_S
            kept.append(StoredPage(request=answer.request, status=answer.status, body=answer.body))
            try:
                parsed.append(parse_list_page(json_object(answer.body)))
            except (ContractViolation, ServiceUnavailable) as refused:
                key = self._keep(context, day, kept, answer.fetched_at, CallOutcome.REJECTED)
                refused.args = (f"list of {day}, page {len(kept)}: {refused}. It is kept as {self.store.url(key)}",)
                raise
            if len(kept) == 1:
                pages = pages_of(parsed[0].total, per_page=ROWS_PER_PAGE)
                if max_calls is not None and spent + pages > max_calls:
                    message = f"{day}: the list alone takes {spent + pages} calls, more than max_calls = {max_calls}"
                    raise PlanTooLarge(message)
        return kept, day_list_of(parsed)
