"""One seed's year: everything put together, run to its end, and judged."""

import gc
import logging
import os
import time as real_time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from typing import Any
from unittest.mock import patch

from pydantic import SecretStr

from include.judge.at_the_end import LastLook
from include.simulator.world import day_start
from include.year.account import YearAccount
from include.year.airflow import Airflow
from include.year.api import Api, Ledgers, YearHook
from include.year.events import OF_ACCOUNT, OF_PEOPLE, QUIET_END_DAYS, Event, Kind, Seed
from include.year.lake import Lake
from include.year.people import People
from include.year.runs import Run
from include.year.virtual_time import VirtualTime
from include.year.weather import Weather
from insider_web_push.accounts.file import Account
from insider_web_push.api.connection import DEFAULT_HOST, ConnectionSettings
from insider_web_push.budget.lease import RateLimit

_TO_FINISH_S = 2 * 86_400.0
_RUBBISH = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """
    What a seed came to.

    Attributes:
        broken: What did not hold, a sentence each, as the judge has it, with the last steps before the first of it.
        story: What happened, a line each.
        happened: How often each kind of event hit something.
        checked: How often each thing that must hold was looked at.
    """

    seed: Seed
    broken: list[str]
    story: list[str]
    last_steps: list[str]
    counts: Counter[str]
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
        self.account = YearAccount(seed, timezone)
        self.time = VirtualTime(self._midnight(0))
        self.weather = Weather(self.time, dice)
        partner_id = self.account.service.settings.partner_id
        self.lake = Lake(partner_id, self.weather)
        self.ledgers = Ledgers(self.weather)
        self.api = Api(self.account.service, self.weather)
        connection = ConnectionSettings(
            base_url=DEFAULT_HOST, api_key=self.account.service.settings.api_key, partner_id=partner_id,
            limit=RateLimit(requests=seed.limit), budget_conn_id=None, connect_timeout_s=10, insecure=False,
        )  # fmt: skip
        self.hook = YearHook(self.api, self.ledgers, connection)
        settings = Account(
            name="default", timezone=timezone, storage="memory://lake", ages=seed.ages,
            partial_after_h=dice.choice((None, None, 3, 30)),
            accept_quiet=dice.choice((True, False, False, False, False)),
        )  # fmt: skip
        self.map_length = dice.choice((1024, 1024, 3))
        self.airflow = Airflow(self.time, self.weather, settings, self.hook, self.lake, ended=self._ended)
        self.people = People(self.time, self.airflow, settings, self.account)
        self.judge = LastLook(
            self.lake, self.account, self.api, self.airflow, settings.rules,
            now=lambda: self.time.now, steps=lambda: self.weather.steps, tell=self.tell,
        )  # fmt: skip
        self.lake.wrote = self.judge.wrote
        self._allow(seed.limit)

    def run(self) -> Outcome:
        """Let the year happen, and judge it."""
        began = real_time.perf_counter()
        few_tasks = {"AIRFLOW__CORE__MAX_MAP_LENGTH": str(self.map_length)}  # then a task takes several campaign days
        with self.time.everywhere(), _quick(), patch.dict(os.environ, few_tasks):
            for number in range(1, self.seed.days + 1):
                self.time.start("midnight", self._new_day, at=self._midnight(number).timestamp())
            for event in self.seed.events:
                self.time.start("event", partial(self._happen, event), at=self.time.now + event.at)
            self.time.run_until(self._midnight(self.seed.days + 1).timestamp() + _TO_FINISH_S)
            last = self.account.first_day + timedelta(days=self.seed.days)
            with self.weather.nothing():
                self.judge.at_everything(
                    last, quiet_days=QUIET_END_DAYS, calm=not self.seed.events, waiting=len(self.time.queue),
                    crashes=self.time.failures, rebuild=self._rebuild,
                )  # fmt: skip
        return Outcome(
            seed=self.seed, broken=self.judge.broken, story=self.story, last_steps=self.judge.last_steps,
            counts=Counter(runs=len(self.airflow.runs), calls=len(self.api.sent), steps=self.weather.made),
            happened=self.weather.happened, checked=self.judge.checked, wall_s=real_time.perf_counter() - began,
        )  # fmt: skip

    def tell(self, line: str) -> None:
        """Add a line to the story."""
        self.story.append(f"{self.time.instant:%Y-%m-%d %H:%M:%S} {line}")

    def _midnight(self, number: int) -> datetime:
        """Give the instant at which so many days have passed."""
        return day_start(self.account.first_day + timedelta(days=number), self.account.zone)

    @property
    def _today(self) -> date:
        return self.time.instant.astimezone(self.account.zone).date()

    def _new_day(self) -> None:
        if not self.weather.going_on(Kind.PAUSED):  # of that time, Airflow makes up for nothing (A9)
            self.people.morning(self._today)

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
            self._connect(api_key=self.account.service.settings.api_key)
        elif event.kind is Kind.LIMIT_RAISED:  # first there and then here; and back the other way round
            self._allow(2 * self.seed.limit)
            self._connect(limit=RateLimit(requests=2 * self.seed.limit))
            self.time.sleep(event.lasts_s)
            self._connect(limit=RateLimit(requests=self.seed.limit))
            self.time.sleep(240.0)
            self._allow(self.seed.limit)
        else:
            self.weather.begin(event)  # which counts it when it hits somebody
            return
        self.weather.happened[event.kind] += 1

    def _rebuild(self, day: date, lost: Sequence[str]) -> None:
        for key in lost:
            self.lake.forget(key)
        self.people.rebuild(day)
        self.time.run_until(self.time.now + 7200)

    def _allow(self, requests: int) -> None:
        self.account.patch(limit_requests=requests)
        self.api.limits.append((self.time.now if self.api.limits else 0.0, requests))

    def _connect(self, **changed: Any) -> None:
        self.hook.connection = self.hook.connection.model_copy(update=changed)

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
    logging.disable(logging.CRITICAL)
    gc.set_threshold(_RUBBISH, *thresholds[1:])
    try:
        yield
    finally:
        logging.disable(logs)
        gc.set_threshold(*thresholds)
