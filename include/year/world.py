"""One seed's year: everything put together, run to its end, and judged."""

from __future__ import annotations

import gc
import logging
import os
import time as real_time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import patch

from pydantic import SecretStr

from include.year.account import YearAccount
from include.year.airflow import Airflow, Run
from include.year.api import Api, Ledgers, YearHook
from include.year.events import OF_ACCOUNT, OF_PEOPLE, Event, Kind, Seed
from include.year.judge import Judge
from include.year.lake import Lake
from include.year.last_look import LastLook
from include.year.people import People
from include.year.pipeline import Pipeline
from include.year.virtual_time import VirtualTime
from include.year.weather import Weather
from insider_web_push.accounts.file import Account
from insider_web_push.api.connection import ConnectionSettings, read_connection
from insider_web_push.operators.base import InsiderOperator

_FIRST_DAY = date(2025, 1, 1)
_PARTNER_ID = "year"
_SILENT = logging.getLogger("include.year")
_TO_FINISH_S = 2 * 86_400.0
_RUBBISH = 100_000


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
        self.story: list[str] = []
        dice = Random(f"world/{seed.number}")  # noqa: S311 — a year that repeats, not a secret
        timezone = dice.choice(("Europe/Istanbul", "Europe/Istanbul", "Europe/Berlin", "America/Sao_Paulo"))
        self.account = YearAccount(seed, timezone, _PARTNER_ID)
        self.midnight = datetime(_FIRST_DAY.year, _FIRST_DAY.month, _FIRST_DAY.day, tzinfo=self.account.zone)
        self.time = VirtualTime(self.midnight)
        self.weather = Weather(self.time, dice)
        self.lake = Lake(_PARTNER_ID, self.weather)
        self.ledgers = Ledgers(self.weather)
        self.api = Api(self.account.service, self.weather)
        settings = Account(
            name="default",
            conn_id="year",
            timezone=timezone,
            storage="memory://lake",
            ages=seed.ages,
            partial_after_h=dice.choice((None, None, 3, 30)),
            accept_quiet=dice.choice((True, False, False, False, False)),
        )
        self.map_length = dice.choice((1024, 1024, 3))
        self.airflow = Airflow(self.time, self.weather, settings, fits=self._fit)
        pipeline = Pipeline(self.airflow, settings, ended=self._ended)
        self.people = People(self.time, self.airflow, pipeline, settings, self.account, _FIRST_DAY)
        self.judge = Judge(self.lake, self.account, self.api, self.airflow, settings.rules, self.tell)
        self.lake.wrote = self.judge.wrote
        self._connection: ConnectionSettings
        self._connect(key="simulator-key", limit=seed.limit)
        self._allow(seed.limit)

    def run(self) -> Outcome:
        """Let the year happen, and judge it."""
        began = real_time.perf_counter()
        few_tasks = {"AIRFLOW__CORE__MAX_MAP_LENGTH": str(self.map_length)}  # then a task takes several campaign days
        with self.time.everywhere(), _quick(), patch.dict(os.environ, few_tasks):
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
            steps=self.weather.made, calls=len(self.api.sent), runs=len(self.airflow.runs),
            happened=self.weather.happened, checked=self.judge.checked, wall_s=real_time.perf_counter() - began,
        )  # fmt: skip

    def tell(self, line: str) -> None:
        """Add a line to the story."""
        self.story.append(f"{self.time.instant:%Y-%m-%d %H:%M:%S} {line}")

    def _new_day(self) -> None:
        if not self.weather.is_on(Kind.PAUSED):  # of that time, Airflow makes up for nothing (A9)
            self.people.morning(self._today)

    @property
    def _today(self) -> date:
        return self.time.instant.astimezone(self.account.zone).date()

    def _happen(self, event: Event) -> None:
        self.tell(f"-- {event}")
        if event.kind in OF_PEOPLE:
            self.people.happen(event, self._today)
        elif event.kind in OF_ACCOUNT:
            self.account.happen(event, self.time.instant)
            if event.kind is Kind.SPOILED:
                self.time.sleep(event.lasts_s)
                self.account.mend()
        elif event.kind is Kind.BUDGET_CLOCK_BACK:
            self.ledgers.behind_s += event.lasts_s
        elif event.kind is Kind.KEY_ROTATED:
            self.account.patch(api_key=SecretStr(f"key-{event.pick}"))
            self.time.sleep(event.lasts_s)
            # Of two rotations at once, the one that ends first has the key of the other put into the connection.
            self._connect(key=self.account.service.settings.api_key.get_secret_value())
        elif event.kind is Kind.LIMIT_RAISED:  # first there and then here; and back the other way round
            self._allow(2 * self.seed.limit)
            self._connect(limit=2 * self.seed.limit)
            self.time.sleep(event.lasts_s)
            self._connect(limit=self.seed.limit)
            self.time.sleep(240.0)
            self._allow(self.seed.limit)
        else:
            self.weather.begin(event)  # which counts it when it hits somebody
            return
        self.weather.happened[event.kind] += 1

    def _allow(self, requests: int) -> None:
        self.account.patch(limit_requests=requests)
        self.api.limits.append((self.time.now if self.api.limits else 0.0, requests))

    def _connect(self, *, key: str = "", limit: int = 0) -> None:
        """Change the connection in Airflow; what is not given stays."""
        key = key or self._connection.api_key.get_secret_value()
        extra = {"partner_id": _PARTNER_ID, "requests_per_minute": limit or self._connection.limit.requests}
        given = {"conn_id": "year", "host": None, "port": None, "schema": None, "password": key, "extra_dejson": extra}
        self._connection = read_connection(cast("Any", SimpleNamespace(**given)))

    def _fit(self, operator: InsiderOperator) -> None:
        vars(operator)["hook"] = YearHook(self.api, self.ledgers, lambda: self._connection)
        vars(operator)["store"] = self.lake
        vars(operator)["_cached_logger"] = _SILENT  # Airflow's structlog does not ask whether logging is on

    def _ended(self, run: Run) -> None:
        self.tell(f"{run.dag_id} {run.run_id}: {'red: ' + '; '.join(run.errors[:3]) if run.errors else 'done'}")
        if not any(other.is_active for other in self.airflow.runs.values()):  # publish removes what is under way
            with self.weather.nothing():
                self.judge.purged_is_gone(run)


def run_one(seed: Seed) -> Outcome:
    """Run a seed's year."""
    return World(seed).run()


@contextmanager
def _quick() -> Iterator[None]:
    """Log nothing, and seldom look for rubbish."""
    logs, thresholds = logging.root.manager.disable, gc.get_threshold()
    with ExitStack() as after:
        after.callback(logging.disable, logs)
        after.callback(gc.set_threshold, *thresholds)
        logging.disable(logging.CRITICAL)
        gc.set_threshold(_RUBBISH, *thresholds[1:])
        yield
