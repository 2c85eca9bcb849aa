"""One seed's year: everything put together, run to its end, and judged."""

from __future__ import annotations

import logging
import os
import time as real_time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from unittest.mock import patch

from include.year.account import YearAccount
from include.year.airflow import Airflow
from include.year.api import Api, Ledgers, YearHook
from include.year.events import OF_ACCOUNT, OF_PEOPLE, Event, Kind, Seed
from include.year.judge import Judge
from include.year.lake import Lake
from include.year.last_look import LastLook
from include.year.people import People
from include.year.pipeline import Pipeline
from include.year.runs import Run
from include.year.virtual_time import VirtualTime
from include.year.weather import Weather
from insider_web_push.accounts.file import Account
from insider_web_push.api.connection import ConnectionSettings, read_connection
from insider_web_push.operators.base import InsiderOperator

_FIRST_DAY = date(2025, 1, 1)
_PARTNER_ID = "year"
_SILENT = logging.getLogger("include.year")
_TO_FINISH_S = 2 * 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """
    What a seed came to.

    Attributes:
        broken: What did not hold, a sentence each; empty if all did.
        story: What happened, a line each.
        last_steps: What the processes did before the first thing broke.
        happened: How often each kind of event hit something.
        checked: How often each thing that must hold was looked at.
    """

    seed: Seed
    broken: list[str]
    story: list[str]
    last_steps: list[str]
    steps: int
    calls: int
    runs: int
    happened: Counter[str]
    checked: Counter[str]
    wall_s: float


class World:
    """A seed's year."""

    def __init__(self, seed: Seed) -> None:
        self.seed = seed
        dice = Random(f"world/{seed.number}")  # noqa: S311 — a year that repeats, not a secret
        self.timezone = dice.choice(("Europe/Istanbul", "Europe/Istanbul", "Europe/Berlin", "America/Sao_Paulo"))
        self.account = YearAccount(seed, self.timezone)
        self.midnight = datetime(_FIRST_DAY.year, _FIRST_DAY.month, _FIRST_DAY.day, tzinfo=self.account.zone)
        self.time = VirtualTime(self.midnight)
        self.weather = Weather(self.time, dice)
        self.lake = Lake(_PARTNER_ID, self.weather)
        self.ledgers = Ledgers(self.weather)
        self.api = Api(self.account.service, self.weather)
        self.api.limits.append((0.0, seed.limit))
        self.settings = Account(
            name="default",
            conn_id="year",
            timezone=self.timezone,
            storage="memory://lake",
            ages=seed.ages,
            partial_after_h=dice.choice((None, None, 3, 30)),
            accept_quiet=dice.choice((True, False, False, False, False)),
        )
        self.map_length = dice.choice((1024, 1024, 3))
        self.airflow = Airflow(self.time, self.weather, self.settings, fits=self._fit)
        self.story: list[str] = []
        self.pipeline = Pipeline(self.airflow, self.settings, ended=self._ended)
        self.people = People(
            self.time, self.airflow, self.pipeline, settings=self.settings, truth=self.account, first_day=_FIRST_DAY,
            partner_id=_PARTNER_ID,
        )  # fmt: skip
        self.judge = Judge(self.lake, self.account, self.api, self.airflow, self.settings.rules, self.tell)
        self.lake.wrote = self.judge.wrote
        self._key, self._limit = "simulator-key", seed.limit
        self._connection: ConnectionSettings
        self._connect()

    def run(self) -> Outcome:
        """Let the year happen, and judge it."""
        began = real_time.perf_counter()
        few_tasks = {"AIRFLOW__CORE__MAX_MAP_LENGTH": str(self.map_length)}  # then a task takes several campaign days
        with self.time.everywhere(), _quiet_logs(), patch.dict(os.environ, few_tasks):
            for number in range(1, self.seed.days + 1):
                self.time.start("midnight", self._new_day, at=(self.midnight + timedelta(days=number)).timestamp())
            for event in self.seed.events:
                self.time.start("event", partial(self._happen, event), at=self.time.now + event.at)
            end = (self.midnight + timedelta(days=self.seed.days + 1)).timestamp()
            self.time.run_until(end + _TO_FINISH_S)
            last = _FIRST_DAY + timedelta(days=self.seed.days)
            with self.weather.nothing():
                LastLook(self.judge, today=last, calm=not self.seed.events).at_everything(self.time, self.people)
        return Outcome(
            seed=self.seed, broken=self.judge.broken, story=self.story, last_steps=self.judge.last_steps,
            steps=self.weather.made,
            calls=len(self.api.sent), runs=len(self.airflow.runs), happened=self.weather.happened,
            checked=self.judge.checked, wall_s=real_time.perf_counter() - began,
        )  # fmt: skip

    def tell(self, line: str) -> None:
        """Add a line to the story."""
        self.story.append(f"{self.time.instant:%Y-%m-%d %H:%M:%S} {line}")

    def _new_day(self) -> None:
        if not self.weather.is_on(Kind.PAUSED):  # of that time, Airflow makes up for nothing (A9)
            self.people.morning(self.time.instant.astimezone(self.account.zone).date())

    def _happen(self, event: Event) -> None:
        self.tell(f"-- {event}")
        now = self.time.instant
        if event.kind in OF_PEOPLE:
            self.people.happen(event, now.astimezone(self.account.zone).date())
        elif event.kind in OF_ACCOUNT:
            self.account.happen(event, now)
            if event.kind is Kind.SPOILED:
                self.time.sleep(event.lasts_s)
                self.account.mend()
        elif event.kind is Kind.BUDGET_CLOCK_BACK:
            self.ledgers.behind_s += event.lasts_s
        elif event.kind is Kind.KEY_ROTATED:
            self.account.rotate_key(f"key-{event.pick}")
            self.time.sleep(event.lasts_s)
            self._connect(key=f"key-{event.pick}")
        elif event.kind is Kind.LIMIT_RAISED:
            self._raise_limit(event.lasts_s)
        else:
            self.weather.begin(event)  # which counts it when it hits somebody
            return
        self.weather.happened[event.kind] += 1

    def _raise_limit(self, lasts_s: float) -> None:
        """Raise the limit for a while: first there and then here; and back the other way round."""
        self._allow(2 * self.seed.limit)
        self._connect(limit=2 * self.seed.limit)
        self.time.sleep(lasts_s)
        self._connect(limit=self.seed.limit)
        self.time.sleep(240.0)
        self._allow(self.seed.limit)

    def _allow(self, requests: int) -> None:
        self.account.set_limit(requests)
        self.api.limits.append((self.time.now, requests))

    def _connect(self, *, key: str | None = None, limit: int | None = None) -> None:
        """Change the connection in Airflow."""
        self._key, self._limit = key or self._key, limit or self._limit
        extra = {"partner_id": _PARTNER_ID, "requests_per_minute": self._limit}
        self._connection = read_connection(_Parts(password=self._key, extra_dejson=extra))

    def _fit(self, operator: InsiderOperator) -> None:
        vars(operator)["hook"] = YearHook(self.api, self.ledgers, lambda: self._connection)
        vars(operator)["store"] = self.lake
        vars(operator)["_cached_logger"] = _SILENT  # Airflow's structlog does not ask whether logging is on

    def _ended(self, run: Run) -> None:
        red = "; ".join(f"{where.shown}: {why}" for where, why in list(run.errors.items())[:3])
        self.tell(f"{run.dag_id} {run.run_id}: {'red: ' + red if red else 'done'}")
        if not any(other.is_active for other in self.airflow.runs.values()):  # what is under way takes itself back
            with self.weather.nothing():
                self.judge.purged_is_gone(run)


def run_one(seed: Seed) -> Outcome:
    """Run a seed's year."""
    return World(seed).run()


@dataclass
class _Parts:
    """A connection as Airflow gives it."""

    password: str | None
    extra_dejson: dict[str, object]
    conn_id: str = "year"
    host: str | None = None
    port: int | None = None
    schema: str | None = None


@contextmanager
def _quiet_logs() -> Iterator[None]:
    """Let nobody log: the story has what matters, and a year would be a million lines."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)
