"""Who triggers what: the two schedules, and the operators of the team, who backfill, clear, accept and purge."""

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from include.simulator.world import day_start
from include.year.account import YearAccount
from include.year.airflow import TASKS, Airflow
from include.year.events import Event, Kind
from include.year.runs import Run
from include.year.virtual_time import VirtualTime
from insider_web_push.accounts.file import Account
from insider_web_push.accounts.schedules import time_of
from insider_web_push.dags import forms
from insider_web_push.days.looks import Mode
from insider_web_push.vocabulary import DAILY, PURGE, REFRESH

_FORMS = {
    dag_id: {name: field.value for name, field in form.items()}
    for dag_id, form in ((DAILY, forms.MAX_CALLS), (REFRESH, forms.REFRESH), (PURGE, forms.PURGE))
}
_MODES = tuple(Mode)
_NEEDED = {"plan": "discover", "approve": "plan", "fetch": "plan", "discover": "choose"}
"""A task that cannot be cleared alone, where the one that it takes its work from has not succeeded."""


class People:
    """Start and clear runs of an account: *settings* are those of its accounts file, *truth* is what it really has."""

    def __init__(self, time: VirtualTime, airflow: Airflow, settings: Account, truth: YearAccount) -> None:
        self._time, self._airflow, self._settings, self._truth = time, airflow, settings, truth

    def morning(self, today: date) -> None:
        """Schedule the daily run of yesterday and the refresh (A9: each day once, none of the past)."""
        yesterday = today - timedelta(days=1)
        if yesterday >= self._truth.first_day:
            daily, refresh = partial(self._daily, yesterday, "scheduled"), partial(self._start, REFRESH, "scheduled")
            for cron, begin in ((self._settings.schedule, daily), (self._settings.refresh_schedule, refresh)):
                at = datetime.combine(today, time_of(cron or ""), self._truth.zone)
                self._time.start("cron", begin, at=at.timestamp())

    def happen(self, event: Event, today: date) -> None:
        """Do what a person does."""
        first, pick = self._truth.first_day, event.pick
        day = max(first, today - timedelta(days=1 + pick % 40))
        young = max(first, today - timedelta(days=1 + pick % 9))
        confirm = self._truth.service.settings.partner_id
        if day >= today:
            return
        match event.kind:
            case Kind.BACKFILL:
                self._backfill(day)
            case Kind.CLEAR:
                self._clear(pick)
            case Kind.RACE:
                self._race(young, event.lasts_s)
            case Kind.PURGE_CAMPAIGN if one := self._one(day, pick):
                self._start(PURGE, day=day, campaigns=one, whole_days=False, confirm=confirm)
            case Kind.PURGE_DAY:
                self._start(PURGE, day=day, campaigns=None, whole_days=True, confirm=confirm)
            case Kind.ACCEPT_FALL:
                self._start(REFRESH, day=young, mode="all", accept_fall=True)
            case Kind.ACCEPT_MISSING:
                accepted = self._one(young, pick)
                self._start(REFRESH, day=young, accept_missing=accepted, accept_quiet=pick % 2 == 0)
            case Kind.MANUAL_RUN:
                chosen = self._one(young, pick) if pick % 4 == 0 else None
                self._start(REFRESH, day=young, mode=str(_MODES[pick % 3]), campaigns=chosen)

    def rebuild(self, day: date) -> None:
        """Have a day made again from what is stored."""
        self._start(REFRESH, day=day, rebuild=True)

    def _one(self, day: date, pick: int) -> list[str] | None:
        campaigns = [str(campaign.builder_id) for campaign in self._truth.listed(day)]
        return [campaigns[pick % len(campaigns)]] if campaigns else None

    def _backfill(self, day: date) -> None:
        for back in range(3):
            self._daily(max(self._truth.first_day, day - timedelta(days=back)), "backfill")

    def _clear(self, pick: int) -> None:
        ended = [run for run in self._airflow.runs.values() if not run.is_active and run.dag_id != PURGE][-12:]
        if ended:
            self._again(ended[pick % len(ended)], TASKS[1 + pick % (len(TASKS) - 1)])

    def _race(self, day: date, lasts_s: float) -> None:
        """Let two refreshes and a cleared daily run publish one day at once: somebody has widened the pool."""
        pool = self._airflow.pools[self._settings.publish_pool]
        pool.slots = 3
        self._time.start("pool", partial(setattr, pool, "slots", 1), at=self._time.now + lasts_s)
        for mode in ("all", "changed"):
            self._start(REFRESH, day=day, mode=mode)
        self._daily(day, "backfill")

    def _daily(self, day: date, run_type: str) -> None:
        """Run a day for the first time; or, as a backfill that reprocesses does, again from its list on."""
        runs = self._airflow.runs.values()
        known = next((run for run in runs if run.dag_id == DAILY and f"__{day}" in run.run_id), None)
        if known is None:
            self._airflow.trigger(DAILY, run_type, str(day), _FORMS[DAILY], day_start(day, self._truth.zone))
        elif not known.is_active:
            self._again(known, "discover")

    def _again(self, run: Run, task_id: str) -> None:
        while (before := _NEEDED.get(task_id, "")) and run.of(before) and run.state_of(before) != "success":
            task_id = before
        self._airflow.clear(run, TASKS[TASKS.index(task_id) :])

    def _start(self, dag_id: str, run_type: str = "manual", *, day: date | None = None, **wish: Any) -> None:
        """Trigger a DAG, for a day and with what else is wished; once in an instant."""
        span = {"first_day": str(day), "last_day": str(day)} if day else {}
        self._airflow.trigger(dag_id, run_type, self._time.instant.isoformat(), _FORMS[dag_id] | span | wish)
