"""discover: which campaigns each day of the run has, with their totals, from overall-metrics."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from insider_web_push.collecting.day_list import ListCollector
from insider_web_push.dates import day_of_run
from insider_web_push.days.handover import DayWork, DiscoveredDay
from insider_web_push.days.looks import Depth, Mode
from insider_web_push.errors import ContractViolation, InvalidRequest, PagesDrifted
from insider_web_push.operators.base import InsiderOperator

if TYPE_CHECKING:
    from airflow.sdk import Context


class DiscoverCampaignsOperator(InsiderOperator):
    """
    Sweep the campaigns of each day, 20 a call, and keep the pages verbatim.

    Args:
        days: The days to look at; None is the run's own day.

    Raises:
        StorageNotWritable: before any call.
        InvalidRequest: the API does not have the run's own day. Where a run has several days, verify names them.
        PlanTooLarge: the lists alone take more calls than the run's `max_calls`; known after the first page.
        PagesDrifted: twice, there were not as many unique campaigns as stated.
    """

    template_fields: Sequence[str] = (*InsiderOperator.template_fields, "days")

    def __init__(self, *, days: list[DayWork] | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.days = days

    def execute(self, context: Context) -> list[DiscoveredDay]:
        """Sweep, keep, and hand on where the lists lie."""
        self.store.check_usable()
        collector = ListCollector(
            store=self.store,
            hook=self.hook,
            timezone=self.timezone,
            run_id=context["run_id"],
            max_calls=context["params"].get("max_calls"),
        )
        days = [self._own_day(context)] if self.days is None else self.days
        return [self._discover(collector, work) for work in days]

    def _own_day(self, context: Context) -> DayWork:
        dag_run = context["dag_run"]
        day = day_of_run(
            data_interval_start=dag_run.data_interval_start, run_after=dag_run.run_after, timezone=self.timezone
        )
        return DayWork(
            day=day.isoformat(), why="", mode=str(Mode.CHANGED), depth=str(Depth.FULL), only=[], closing=False,
            rebuild=False,
        )  # fmt: skip

    def _discover(self, collector: ListCollector, work: DayWork) -> DiscoveredDay:
        day, spent = date.fromisoformat(work["day"]), collector.sent
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
            with self.giving_back_the_worker():
                key, campaigns = collector.collect(day)
        except (InvalidRequest, ContractViolation, PagesDrifted) as bad:
            if self.days is None:
                raise
            # One bad day must not cost the others their look; verify is red for it.
            self.log.warning("%s: %s", day, bad)
            nothing["calls"], nothing["problem"] = collector.sent - spent, str(bad)
            return nothing
        calls = collector.sent - spent
        self.log.info("%s: %d campaigns listed, %d calls, kept as %s", day, campaigns, calls, self.store.url(key))
        return DiscoveredDay(**work, sweep=key, campaigns=campaigns, calls=calls, problem="")
