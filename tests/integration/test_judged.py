"""The judge of the simulated years on a day that was published outside of them, as `make chaos` has it judge."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from include.chaos.judged import broken_of
from include.simulator.process import Simulator
from tests.integration.pipeline import DAY, Pipeline


def test_a_day_that_was_published_as_it_was_told_holds(sim: Simulator, day: Pipeline) -> None:
    """Its files, its figures, and who is on it."""
    sim.patch(now="2026-03-11T01:00:00+03:00")
    day.run()
    assert broken_of(day.storage, sim, date.fromisoformat(DAY)) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        pytest.param(
            lambda _, day: next(day.folder.glob("revisions/**/campaign_day-*.parquet")).unlink(),
            "whole days: ",
            id="a-file-is-lost",
        ),
        pytest.param(lambda sim, _: sim.clear(), "figures given: ", id="nobody-asked-for-these-figures"),
        pytest.param(lambda sim, _: sim.patch(seed=2), "figures given: ", id="the-truth-is-another"),
        pytest.param(lambda sim, _: sim.patch(campaigns=4), "nobody left out: ", id="one-more-is-listed"),
    ],
)
def test_what_is_wrong_is_said(
    sim: Simulator, day: Pipeline, wrong: Callable[[Simulator, Pipeline], object], said: str
) -> None:
    """A judge that finds nothing could be blind."""
    sim.patch(now="2026-03-11T01:00:00+03:00")
    day.run()
    wrong(sim, day)
    assert any(broken.startswith(said) for broken in broken_of(day.storage, sim, date.fromisoformat(DAY)))


def test_of_a_day_that_is_not_published_nothing_is_said(sim: Simulator, tmp_path: Path) -> None:
    """Whether it should be there, others say."""
    assert broken_of(tmp_path.as_uri(), sim, date.fromisoformat(DAY)) == []
