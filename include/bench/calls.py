"""
What an account's whole day costs in calls, against fetching every campaign at every age.

A day's work of an account that runs for long is one look at each age: at yesterday by the daily run, and at the days
that are 2, 3, 7, … days old by the refresh. So one day that is followed through all its ages spends what a day's work
spends, call by call, by the real operators against the simulator.

Two accounts: in `decaying`, each active campaign's totals move once more after its day, with a half-life of one day; in
`restless`, figures move along the simulator's own curves, where large campaigns deliver something every day until their
messages' time to live ends.
"""

import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import time_machine

from include.bench.connections import connect
from include.bench.moving import active_campaigns, deliver_one
from include.bench.runner import Runner
from include.simulator.process import Simulator, running_simulator
from insider_web_push.days.rules import Rules

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
        connect(sim, _CONN_ID)
        runner = Runner(_CONN_ID, Path(folder).as_uri(), _TIMEZONE)
        looks = []
        for before, age in pairwise((0, *ages)):
            if movement == "restless" or age == 1:
                sim.patch(now=_morning_of(age))
            else:
                _move_some(sim, before, age)
            looks.append(_look(sim, runner, age))
        return looks


def _look(sim: Simulator, runner: Runner, age: int) -> Look:
    sim.clear_log()
    runner.run_id = f"scheduled__{age}"
    with time_machine.travel(_morning_of(age), tick=True):
        if age > 1:
            runner.refresh()
        else:
            runner.daily(_DAY)
    return Look(age, dict(runner.estimate["by_cause"]), runner.estimate["calls"], sim.summary()["requests"])


def _move_some(sim: Simulator, before: int, age: int) -> None:
    """Deliver one late message of the share of campaigns whose time has come between two ages."""
    first, last = (1 - 2 ** -(float(at) / _HALF_LIFE_DAYS) for at in (before, age))
    campaigns = active_campaigns(sim)
    for position, campaign in enumerate(campaigns):
        if first <= position / len(campaigns) < last:
            deliver_one(sim, campaign, _DAY)


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
