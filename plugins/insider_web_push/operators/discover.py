"""discover: which campaigns each day of the run has, with their totals, from overall-metrics."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from insider_web_push.collecting.day_list import ListCollector
from insider_web_push.dates import age_of, day_of_run
from insider_web_push.days.form import OF_A_DAY
from insider_web_push.days.handover import DayWork, DiscoveredDay
from insider_web_push.days.looks import Depth, Mode
from insider_web_push.days.quiet_days import why_list_quiet
from insider_web_push.days.troubles import Trouble, trouble_of
from insider_web_push.errors import ContractViolation, InvalidRequest, PagesDrifted, QuietDay
from insider_web_push.operators.base import InsiderOperator

if TYPE_CHECKING:
    from airflow.sdk import Context


_READ_AGAIN_S = 1800.0
"""How long a day that looks too quiet is left alone before its list is read again, seconds."""


class DiscoverCampaignsOperator(InsiderOperator):
    """
    Sweep the campaigns of each day, 20 a call, and keep the pages verbatim.

    Args:
        days: The days to look at; None is the run's own day.

    Raises:
        StorageNotWritable: before any call.
        InvalidRequest: the API does not have the run's own day. Where a run has several days, verify names them.
        ListTooLong: the list of the run's own day states more campaigns than can be believed.
        PlanTooLarge: the lists alone take more calls than the run's `max_calls`; known after the first page.
        PagesDrifted: the list changed each time it was read, and all readings together lack campaigns that it states.
        QuietDay: hardly anything happened on the run's own day, yesterday, and a try is left.
    """

    template_fields: Sequence[str] = (*InsiderOperator.template_fields, "days")

    def __init__(self, *, days: list[DayWork] | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.days = days

    def execute(self, context: Context) -> list[DiscoveredDay]:
        """Sweep, keep, and hand on where the lists lie."""
        if self.days is None:  # otherwise choose has read the form
            self.form(context, OF_A_DAY)
        self.store.check_usable()
        collector = ListCollector(
            store=self.store,
            hook=self.hook,
            timezone=self.timezone,
            run_id=context["run_id"],
            max_calls=context["params"].get("max_calls"),
            most_calls=self.most_calls,
        )
        days = [self._own_day(context)] if self.days is None else self.days
        found = [self._discover(collector, work) for work in days]
        if self.days is None and context["ti"].try_number <= context["ti"].max_tries:
            self._wait_for_figures(found[0])
        return found

    def _wait_for_figures(self, found: DiscoveredDay) -> None:
        """Have the list of yesterday read again later, where it says that hardly anything happened."""
        day, sweep = date.fromisoformat(found["day"]), found["sweep"]
        if sweep is None or self.rules.accept_quiet or age_of(day, datetime.now(UTC), self.timezone) != 1:
            return
        said = "" if self.store.read_head(day) else why_list_quiet(self.store, day, sweep)
        if said:
            raise QuietDay(f"{day}: {said}; the list is read again in 30 minutes", retry_after_s=_READ_AGAIN_S)

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
        nothing = DiscoveredDay(**work, sweep=None, campaigns=0, calls=0, problem="", trouble="")
        tombstone = self.store.read_tombstone(day)
        if tombstone and tombstone.is_whole_day:
            self.log.info("%s was purged on %s: it is left alone", day, tombstone.purged_at.date())
            return nothing
        if work["rebuild"]:
            published = self.store.read_head(day)
            nothing["sweep"] = published.sweep if published else self.store.newest_list(day)
            if nothing["sweep"] is None:
                nothing["problem"] = "nothing is stored of it that it could be rebuilt from"
                nothing["trouble"] = str(Trouble.NOTHING_STORED)
            return nothing
        try:
            with self.giving_back_the_worker():
                key, campaigns = collector.collect(day)
        except (InvalidRequest, ContractViolation, PagesDrifted) as bad:
            if self.days is None:
                if bad.place:
                    raise
                raise bad.at(str(day)) from bad
            # One bad day must not cost the others their look; verify is red for it.
            self.log.warning("%s: %s", day, bad)
            nothing["calls"], nothing["problem"] = collector.sent - spent, str(bad)
            nothing["trouble"] = str(trouble_of(bad))
            return nothing
        calls = collector.sent - spent
        if key is None:
            self.log.info("%s was purged while its list was read", day)
            nothing["calls"] = calls
            return nothing
        self.log.info("%s: %d campaigns listed, %d calls, kept as %s", day, campaigns, calls, self.store.url(key))
        return DiscoveredDay(**work, sweep=key, campaigns=campaigns, calls=calls, problem="", trouble="")
