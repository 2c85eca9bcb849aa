"""Years in small: what `make year` does with many seeds."""

import pytest

from include.year.events import DAY_S, Kind, Seed, drawn
from include.year.shrink import shrunk
from include.year.world import World
from tests.year.cases import CASES, at
from tests.year.mutants import MUTANTS, planted

DAYS = 40


def judged(seed: Seed) -> list[str]:
    return World(seed).run().broken


@pytest.mark.parametrize("number", range(1, 21))
def test_everything_holds_whatever_happens(number):
    assert judged(drawn(number, days=DAYS, campaigns=1 + number % 3)) == []


@pytest.mark.parametrize("found", CASES)
def test_what_was_found_stays_mended(found):
    assert judged(CASES[found]) == []


def test_the_same_seed_is_the_same_year():
    seed = drawn(7, days=20, campaigns=3, a_day=2)
    first, second = World(seed), World(seed)
    assert first.run().story == second.run().story
    assert first.lake.objects == second.lake.objects
    assert first.weather.steps == second.weather.steps


def test_a_calm_year_costs_what_was_planned_and_nobody_waits():
    world = World(drawn(3, days=16, campaigns=4, a_day=0))
    outcome = world.run()
    assert outcome.broken == []
    estimated = sum(
        task.pushed["estimate"]["calls"]
        for run in world.airflow.runs.values()
        for task in run.of("plan")
        if "estimate" in task.pushed
    )
    assert outcome.counts["calls"] == estimated > 0


def test_a_failing_seed_is_made_small():
    guilty = at(Kind.PURGE_DAY, 3.4 * DAY_S)
    seed = Seed(number=1, days=40, campaigns=8, limit=30, events=[*drawn(5, days=40, a_day=2).events, guilty])
    small = shrunk(seed, lambda smaller: guilty in smaller.events)
    assert (small.events, small.days, small.campaigns) == ([guilty], 10, 1)


@pytest.mark.parametrize("mutant", MUTANTS, ids=[mutant.what for mutant in MUTANTS])
def test_every_fault_of_the_mutants_can_be_planted(mutant, tmp_path):
    """A change of the package that takes a text away is noticed here, and not by the next long hunt."""
    planted(mutant, tmp_path)
