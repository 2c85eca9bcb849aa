"""Who triggers what: the two schedules, and the operators of the team, who backfill, clear, accept and purge."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any

from include.year.account import YearAccount
from include.year.airflow import Airflow
from include.year.events import Event, Kind
from include.year.pipeline import TASKS, Pipeline
from include.year.runs import Run
from include.year.virtual_time import VirtualTime
from insider_web_push.accounts.file import Account
from insider_web_push.accounts.schedules import time_of
from insider_web_push.dags import forms
from insider_web_push.days.looks import Mode
from insider_web_push.vocabulary import DAILY, PURGE, REFRESH

_DAILY, _REFRESH, _PURGE = (
    {name: field.value for name, field in form.items()} for form in (forms.MAX_CALLS, forms.REFRESH, forms.PURGE)
)
_MODES = tuple(Mode)


class People:
    """
    Start and clear runs.

    Args:
        settings: The account, as the accounts file has it.
        truth: What the account really has.
        first_day: The first day of the account that anybody wants.
    """

    def __init__(
        self,
        time: VirtualTime,
        airflow: Airflow,
        pipeline: Pipeline,
        *,
        settings: Account,
        truth: YearAccount,
        first_day: date,
        partner_id: str,
    ) -> None:
        self._time, self._airflow, self._pipeline = time, airflow, pipeline
        self._truth, self._first_day, self._partner_id = truth, first_day, partner_id
        self._publish_pool = settings.publish_pool
        self._daily_at, self._refresh_at = (
            time_of(cron or "") for cron in (settings.schedule, settings.refresh_schedule)
        )

    def morning(self, today: date) -> None:
        """Schedule the daily run of yesterday and the refresh (A9: each day once, none of the past)."""
        yesterday = today - timedelta(days=1)
        if yesterday >= self._first_day:
            self._time.start("cron", partial(self._daily, yesterday, "scheduled"), at=self._at(today, self._daily_at))
            self._time.start("cron", self._scheduled_refresh, at=self._at(today, self._refresh_at))

    def happen(self, event: Event, today: date) -> None:
        """Do what a person does."""
        pick = event.pick
        day = max(self._first_day, today - timedelta(days=1 + pick % 40))
        young = max(self._first_day, today - timedelta(days=1 + pick % 9))
        if day >= today:
            return
        span = {"first_day": str(young), "last_day": str(young)}
        match event.kind:
            case Kind.BACKFILL:
                for back in range(3):
                    self._daily(max(self._first_day, day - timedelta(days=back)), "backfill")
            case Kind.CLEAR:
                self._clear(pick)
            case Kind.RACE:
                self._race(span, young, event.lasts_s)
            case Kind.PURGE_CAMPAIGN | Kind.PURGE_DAY:
                campaigns = self._one(day, pick) if event.kind is Kind.PURGE_CAMPAIGN else None
                if campaigns or event.kind is Kind.PURGE_DAY:
                    what = {"campaigns": campaigns, "whole_days": not campaigns, "confirm": self._partner_id}
                    form = {**_PURGE, "first_day": str(day), "last_day": str(day), **what}
                    self._start(PURGE, "manual", form)
            case _:
                self.refresh(span | self._wish(event, young))

    def _wish(self, event: Event, day: date) -> dict[str, Any]:
        """Say what somebody wants of a day."""
        one, pick = self._one(day, event.pick), event.pick
        match event.kind:
            case Kind.ACCEPT_FALL:
                return {"mode": "all", "accept_fall": True}
            case Kind.ACCEPT_MISSING:
                return {"accept_missing": one, "accept_quiet": pick % 2 == 0}
            case _:
                return {"mode": str(_MODES[pick % 3]), "campaigns": one if pick % 4 == 0 else None}

    def _one(self, day: date, pick: int) -> list[str] | None:
        campaigns = [str(campaign.builder_id) for campaign in self._truth.listed(day)]
        return [campaigns[pick % len(campaigns)]] if campaigns else None

    def refresh(self, form: Mapping[str, Any]) -> Run | None:
        """Trigger the refresh with a form."""
        return self._start(REFRESH, "manual", {**_REFRESH, **form})

    def _scheduled_refresh(self) -> None:
        self._start(REFRESH, "scheduled", _REFRESH)

    def _daily(self, day: date, run_type: str) -> None:
        known = next(
            (run for run in self._airflow.runs.values() if run.dag_id == DAILY and f"__{day}" in run.run_id), None
        )
        if known is None:
            midnights = [self._at(at, time(0)) for at in (day, day + timedelta(days=1))]
            start, end = (datetime.fromtimestamp(midnight, UTC) for midnight in midnights)
            self._start(DAILY, run_type, _DAILY, name=f"{run_type}__{day}", interval=(start, end))
        elif not known.is_active:
            self._again(known, "discover")

    def _race(self, span: Mapping[str, Any], day: date, lasts_s: float) -> None:
        """Let two refreshes and a cleared daily run publish one day at once: somebody has widened the pool."""
        self._airflow.pools[self._publish_pool].slots = 3
        self._time.start("pool", self._narrow, at=self._time.now + lasts_s)
        for mode in ("all", "changed"):
            self.refresh({**span, "mode": mode})
        self._daily(day, "backfill")

    def _narrow(self) -> None:
        self._airflow.pools[self._publish_pool].slots = 1

    def _clear(self, pick: int) -> None:
        ended = [run for run in self._airflow.runs.values() if not run.is_active and run.dag_id != PURGE][-12:]
        if ended:
            self._again(ended[pick % len(ended)], TASKS[1 + pick % (len(TASKS) - 1)])

    def _again(self, run: Run, task_id: str) -> None:
        """Clear a task of a run and whatever comes after it."""
        if task_id in {"plan", "approve", "fetch"} and run.state_of("discover") != "success":
            task_id = "discover"
        if task_id == "discover" and run.dag_id == REFRESH and run.state_of("choose") != "success":
            task_id = "choose"
        if task_id in {"approve", "fetch"} and run.state_of("plan") != "success":
            task_id = "plan"
        self._airflow.clear(run, list(TASKS[TASKS.index(task_id) :]))
        self._time.start(run.run_id, partial(self._pipeline.go, run), skew_s=self._airflow.skew_s())

    def _start(
        self,
        dag_id: str,
        run_type: str,
        form: Mapping[str, Any],
        *,
        name: str = "",
        interval: tuple[datetime, datetime] | None = None,
    ) -> Run | None:
        run_id = name or f"{run_type}__{self._time.instant.isoformat()}"
        if (dag_id, run_id) in self._airflow.runs:
            return None
        run = Run(
            dag_id=dag_id, run_id=run_id, run_type=run_type, form=form, run_after=self._time.instant, interval=interval
        )
        self._airflow.runs[dag_id, run_id] = run
        self._time.start(run_id, partial(self._pipeline.go, run), skew_s=self._airflow.skew_s())
        return run

    def _at(self, day: date, at: time) -> float:
        return datetime.combine(day, at, self._truth.zone).timestamp()
