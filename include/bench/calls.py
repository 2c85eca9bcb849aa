"""
What an account's whole day costs in calls, against fetching every campaign at every age.

A day's work of an account that runs for long is one look at each age: at yesterday by the daily run, and at the days
that are 2, 3, 7, … days old by the refresh. So one day that is followed through all its ages spends what a day's work
spends, call by call, by the real operators against the simulator.

Two accounts: in `decaying`, each active campaign's totals move once more after its day, with a half-life of one day; in
`restless`, figures move along the simulator's own curves, where large campaigns deliver something every day until their
messages' time to live ends.
"""

import json
import os
import tempfile
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import time_machine
from airflow.sdk import Asset
from airflow.sdk.exceptions import AirflowSkipException
from airflow.sdk.execution_time.context import OutletEventAccessors

from include.simulator.campaigns import DEVICES, seeded_campaign
from include.simulator.process import Simulator, running_simulator
from insider_web_push.days.handover import unpacked
from insider_web_push.days.rules import Rules
from insider_web_push.operators import (
    CampaignMetricsOperator,
    ChooseDaysOperator,
    DiscoverCampaignsOperator,
    PlanFetchOperator,
    PublishDaysOperator,
    VerifyDaysOperator,
)
from insider_web_push.operators.events import REVISIONS

_DAY = date(2026, 3, 10)
_ACTIVE, _QUIET = 100, 100
_CONN_ID, _TIMEZONE = "bench_calls", "Europe/Istanbul"
_MORNING = time(4, 0)
"""UTC: 07:00 in Istanbul."""
_HALF_LIFE_DAYS = 1.0


@dataclass
class Look:
    """One age: its calls by cause, as plan estimated and as the server counted them."""

    age: int
    by_cause: dict[str, int]
    estimated: int
    counted: int


@dataclass
class _Runner:
    """The tasks of a run, one after the other; each succeeds, so that Airflow has what it announced."""

    storage: str
    events: list[Any] = field(default_factory=list)
    estimate: dict[str, Any] = field(default_factory=dict)
    run_id: str = ""

    def _context(self, task_id: str) -> Any:
        starts = datetime.combine(_DAY, time(12), UTC)
        return {
            "dag_run": SimpleNamespace(data_interval_start=starts, run_after=starts),
            "run_id": self.run_id,
            "params": {},
            "ti": SimpleNamespace(
                dag_id="bench",
                run_id=self.run_id,
                task_id=task_id,
                try_number=1,
                max_tries=0,
                xcom_push=lambda key, value: self.estimate.update(value) if key == "estimate" else None,
                xcom_pull=lambda **_: None,
                get_task_states=lambda **_: {},
            ),
            "outlet_events": OutletEventAccessors(),
            "inlet_events": defaultdict(lambda: SimpleNamespace(after=lambda _: self.events)),
        }

    def run(self, *, refresh: bool) -> None:
        of_account: dict[str, Any] = {
            "conn_id": _CONN_ID,
            "storage": self.storage,
            "timezone": _TIMEZONE,
            "rules": Rules(),
        }
        assets: dict[str, Any] = {"asset": Asset("bench", "x-bench://a"), "plain_asset": Asset("plain", "x-bench://b")}
        choose = ChooseDaysOperator(task_id="choose", every_day=False, **of_account)
        days = choose.execute(self._context("choose")) if refresh else None
        discover = DiscoverCampaignsOperator(task_id="discover", days=days, **of_account)
        swept = discover.execute(self._context("discover"))
        plan = PlanFetchOperator(task_id="plan", swept=swept, **of_account)
        for planned in plan.execute(self._context("plan")):
            fetch = CampaignMetricsOperator(task_id="fetch", **unpacked(planned), **of_account)
            fetch.execute(self._context("fetch"))
        with suppress(AirflowSkipException):
            publish = PublishDaysOperator(task_id="publish", swept=swept, **assets, **of_account)
            context = self._context("publish")
            publish.execute(context)
            extra = context["outlet_events"][assets["asset"]].extra
            self.events += [SimpleNamespace(partition_key=day, extra=extra) for day in extra.get(REVISIONS, ())]
        VerifyDaysOperator(task_id="verify", swept=swept, **of_account).execute(self._context("verify"))


def follow_a_day(movement: str, *, active: int = _ACTIVE, quiet: int = _QUIET) -> list[Look]:
    """
    Follow one day through all its ages.

    Args:
        movement: `decaying` or `restless`.
        active: How many campaigns have figures.
        quiet: How many are listed without.
    """
    settings: dict[str, Any] = {
        "campaigns": active,
        "quiet_campaigns": quiet,
        "limit_requests": 1_000_000,
        "latency_s": 0.0,
    }
    ages = (1, *Rules().ages)
    with running_simulator(partner_id="bench", **settings) as sim, tempfile.TemporaryDirectory() as folder:
        os.environ[f"AIRFLOW_CONN_{_CONN_ID.upper()}"] = json.dumps(
            {
                "conn_type": "insider_web_push",
                "host": sim.url,
                "password": sim.api_key,
                "extra": {"partner_id": sim.partner_id, "requests_per_minute": 10_000},
            }
        )
        runner = _Runner(Path(folder).as_uri())
        looks = []
        for before, age in pairwise((0, *ages)):
            if movement == "restless" or age == 1:
                sim.patch(now=_morning_of(age))
            else:
                _move_some(sim, before, age)
            looks.append(_look(sim, runner, age))
        return looks


def _look(sim: Simulator, runner: _Runner, age: int) -> Look:
    sim.clear_log()
    runner.estimate.clear()
    runner.run_id = f"scheduled__{age}"
    with time_machine.travel(_morning_of(age), tick=True):
        runner.run(refresh=age > 1)
    return Look(age, dict(runner.estimate["by_cause"]), runner.estimate["calls"], sim.summary()["requests"])


def _move_some(sim: Simulator, before: int, age: int) -> None:
    """Deliver one late message of the share of campaigns whose time has come between two ages."""
    first, last = (1 - 2 ** -(float(at) / _HALF_LIFE_DAYS) for at in (before, age))
    campaigns = _active_campaigns(sim)
    for position, campaign in enumerate(campaigns):
        if first <= position / len(campaigns) < last:
            _deliver_one(sim, campaign)


def _deliver_one(sim: Simulator, campaign: str) -> None:
    for device in DEVICES:
        with suppress(ValueError):  # a device to which everything is delivered has no room
            sim.move("late", campaign, _DAY, device=device, delivered=1)
            return
    raise RuntimeError(f"campaign {campaign} has no message that could be delivered late")


def _active_campaigns(sim: Simulator) -> list[str]:
    settings = sim.settings()
    seed, created = settings["seed"], date.fromisoformat(settings["campaigns_created"])
    return [str(seeded_campaign(seed, index, created).builder_id) for index in range(settings["campaigns"])]


def _morning_of(age: int) -> datetime:
    return datetime.combine(_DAY + timedelta(days=age), _MORNING, UTC)


def summed(looks: list[Look]) -> dict[str, int]:
    """Add up the calls of all looks by their cause."""
    causes: Counter[str] = Counter()
    for look in looks:
        causes.update(look.by_cause)
    return dict(causes)


def naive_calls(looks: list[Look]) -> int:
    """Count the calls of fetching every listed campaign at every age, without the lists."""
    return (_ACTIVE + _QUIET) * len(looks)
