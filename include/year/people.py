"""Who triggers what: the two schedules, and the operators of the team, who backfill, clear, accept and purge."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any

from include.year.account import YearAccount
from include.year.airflow import Airflow, Run
from include.year.events import Event, Kind
from include.year.pipeline import TASKS, Pipeline
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
    """
    Start and clear runs.

    Args:
        settings: The account, as the accounts file has it.
        truth: What the account really has.
        first_day: The first day of the account that anybody wants.
    """

    def __init__(
        self, time: VirtualTime, airflow: Airflow, pipeline: Pipeline, settings: Account, truth: YearAccount,
        first_day: date,
    ) -> None:  # fmt: skip
        self._time, self._airflow, self._pipeline, self._settings = time, airflow, pipeline, settings
        self._truth, self._first_day = truth, first_day

    def morning(self, today: date) -> None:
        """Schedule the daily run of yesterday and the refresh (A9: each day once, none of the past)."""
        yesterday = today - timedelta(days=1)
        if yesterday >= self._first_day:
            crons = (self._settings.schedule, self._settings.refresh_schedule)
            daily_at, refresh_at = (self._at(today, time_of(cron or "")) for cron in crons)
            self._time.start("cron", partial(self._daily, yesterday, "scheduled"), at=daily_at)
            self._time.start("cron", partial(self._start, REFRESH, run_type="scheduled"), at=refresh_at)

    def happen(self, event: Event, today: date) -> None:
        """Do what a person does."""
        pick = event.pick
        day = max(self._first_day, today - timedelta(days=1 + pick % 40))
        young = max(self._first_day, today - timedelta(days=1 + pick % 9))
        confirm = self._truth.service.settings.partner_id
        if day >= today:
            return
        match event.kind:
            case Kind.BACKFILL:
                for back in range(3):
                    self._daily(max(self._first_day, day - timedelta(days=back)), "backfill")
            case Kind.CLEAR:
                ended = [run for run in self._airflow.runs.values() if not run.is_active and run.dag_id != PURGE][-12:]
                if ended:
                    self._again(ended[pick % len(ended)], TASKS[1 + pick % (len(TASKS) - 1)])
            case Kind.RACE:
                self._race(young, event.lasts_s)
            case Kind.PURGE_CAMPAIGN if one := self._one(day, pick):
                self._start(PURGE, day, campaigns=one, whole_days=False, confirm=confirm)
            case Kind.PURGE_DAY:
                self._start(PURGE, day, campaigns=None, whole_days=True, confirm=confirm)
            case Kind.ACCEPT_FALL | Kind.ACCEPT_MISSING | Kind.MANUAL_RUN:
                self._start(REFRESH, young, **self._wish(event, self._one(young, pick)))

    @staticmethod
    def _wish(event: Event, one: list[str] | None) -> dict[str, Any]:
        """Say what somebody wants of a day, and of one of its campaigns."""
        if event.kind is Kind.ACCEPT_FALL:
            return {"mode": "all", "accept_fall": True}
        if event.kind is Kind.ACCEPT_MISSING:
            return {"accept_missing": one, "accept_quiet": event.pick % 2 == 0}
        return {"mode": str(_MODES[event.pick % 3]), "campaigns": one if event.pick % 4 == 0 else None}

    def rebuild(self, day: date) -> None:
        """Have a day made again from what is stored."""
        self._start(REFRESH, day, rebuild=True)

    def _one(self, day: date, pick: int) -> list[str] | None:
        campaigns = [str(campaign.builder_id) for campaign in self._truth.listed(day)]
        return [campaigns[pick % len(campaigns)]] if campaigns else None

    def _daily(self, day: date, run_type: str) -> None:
        """Run a day for the first time; or, as a backfill that reprocesses does, again from its list on."""
        runs = self._airflow.runs.values()
        known = next((run for run in runs if run.dag_id == DAILY and f"__{day}" in run.run_id), None)
        if known is None:
            start, end = (self._at(at, time(0)) for at in (day, day + timedelta(days=1)))
            interval = (datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC))
            self._run(DAILY, run_type, f"{run_type}__{day}", _FORMS[DAILY], interval)
        elif not known.is_active:
            self._again(known, "discover")

    def _race(self, day: date, lasts_s: float) -> None:
        """Let two refreshes and a cleared daily run publish one day at once: somebody has widened the pool."""
        pool = self._airflow.pools[self._settings.publish_pool]
        pool.slots = 3
        self._time.start("pool", partial(setattr, pool, "slots", 1), at=self._time.now + lasts_s)
        for mode in ("all", "changed"):
            self._start(REFRESH, day, mode=mode)
        self._daily(day, "backfill")

    def _again(self, run: Run, task_id: str) -> None:
        """Clear a task of a run and whatever comes after it."""
        while (before := _NEEDED.get(task_id, "")) and run.of(before) and run.state_of(before) != "success":
            task_id = before
        self._airflow.clear(run, TASKS[TASKS.index(task_id) :])
        self._time.start(run.run_id, partial(self._pipeline.go, run), skew_s=self._airflow.skew_s())

    def _start(self, dag_id: str, day: date | None = None, *, run_type: str = "manual", **wish: Any) -> None:
        """Trigger a DAG, for a day and with what else is wished; once in an instant."""
        span = {"first_day": str(day), "last_day": str(day)} if day else {}
        run_id = f"{run_type}__{self._time.instant.isoformat()}"
        if (dag_id, run_id) not in self._airflow.runs:
            self._run(dag_id, run_type, run_id, {**_FORMS[dag_id], **span, **wish}, None)

    def _run(
        self, dag_id: str, run_type: str, run_id: str, form: Mapping[str, Any],
        interval: tuple[datetime, datetime] | None,
    ) -> None:  # fmt: skip
        run = Run(
            dag_id=dag_id, run_id=run_id, run_type=run_type, form=form, run_after=self._time.instant, interval=interval
        )
        self._airflow.runs[dag_id, run_id] = run
        self._time.start(run_id, partial(self._pipeline.go, run), skew_s=self._airflow.skew_s())

    def _at(self, day: date, at: time) -> float:
        return datetime.combine(day, at, self._truth.zone).timestamp()
