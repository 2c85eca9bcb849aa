"""Each remedy of what is stored and is damaged or gone: break it, read what to do, do it, see the day complete."""

from contextlib import suppress
from pathlib import Path

import pytest

from include.simulator.process import Simulator
from insider_web_push.days.troubles import Trouble
from insider_web_push.errors import LostFile
from tests.integration.mending import RANGE, Clock, failed, is_whole, red
from tests.integration.pipeline import DAY, Pipeline


def answers(day: Pipeline) -> list[Path]:
    """Give the stored answers."""
    return sorted(day.folder.glob(f"raw/campaign_metrics/*/day={DAY}/campaign_id=*/*.json.gz"))


@pytest.mark.parametrize("is_there", [True, False], ids=["damaged", "gone"])
def test_a_damaged_answer_is_removed_and_fetched_again(day: Pipeline, at_age: Clock, *, is_there: bool) -> None:
    """The message names it; its campaign's id stands in the name."""
    at_age(5)
    day.run()
    (damaged, *_) = answers(day)
    if is_there:
        damaged.write_bytes(b"damaged")
    else:
        damaged.unlink()
    next(day.folder.rglob("*.parquet")).unlink()
    day.run_id = "manual__2"
    said = red(day, lambda: day.refresh(**RANGE, rebuild=True), Trouble.DAMAGED_OBJECT)
    assert "Remove the object that the message names" in said
    damaged.unlink(missing_ok=True)
    campaign = damaged.parent.name.removeprefix("campaign_id=")
    day.refresh(**RANGE, mode="all", campaigns=[campaign])
    assert is_whole(day)


def test_a_damaged_answer_of_a_day_that_was_never_published(day: Pipeline, at_age: Clock) -> None:
    """Plan cannot even ask for the others."""
    at_age(5)
    swept = day.discover()
    for planned in day.plan(swept):
        day.fetch(**planned)
    (damaged, *_) = answers(day)
    damaged.write_bytes(b"damaged")
    red(day, lambda: day.refresh(**RANGE), Trouble.DAMAGED_OBJECT)
    damaged.unlink()
    day.refresh(**RANGE, mode="all", campaigns=[damaged.parent.name.removeprefix("campaign_id=")])
    assert is_whole(day)


@pytest.mark.parametrize("is_there", [True, False], ids=["damaged", "gone"])
def test_a_damaged_list_is_removed_and_read_again(day: Pipeline, at_age: Clock, *, is_there: bool) -> None:
    """A rebuild needs the list that was published."""
    at_age(5)
    day.run()
    (damaged,) = day.folder.glob("raw/overall_metrics/**/*.json.gz")
    if is_there:
        damaged.write_bytes(b"damaged")
    else:
        damaged.unlink()
    day.run_id = "manual__2"
    assert "for a list, with mode changed" in red(
        day, lambda: day.refresh(**RANGE, rebuild=True), Trouble.DAMAGED_OBJECT
    )
    damaged.unlink(missing_ok=True)
    day.refresh(**RANGE, mode="changed")
    assert is_whole(day)


def test_a_damaged_manifest_is_removed_and_rebuilt(sim: Simulator, day: Pipeline, at_age: Clock) -> None:
    """Without a call."""
    at_age(5)
    day.run()
    (damaged,) = day.folder.glob(f"manifests/**/day={DAY}.json")
    damaged.write_bytes(b"{")
    day.run_id = "manual__2"
    said = red(day, lambda: day.refresh(**RANGE), Trouble.DAMAGED_OBJECT)
    assert "for a manifest, with rebuild only" in said
    damaged.unlink()
    sim.clear_log()
    day.refresh(**RANGE, rebuild=True)
    assert (is_whole(day), sim.requests()) == (True, [])


def test_a_manifest_whose_details_are_lost_is_removed_and_rebuilt(sim: Simulator, day: Pipeline, at_age: Clock) -> None:
    """Without a call; its rows are read meanwhile."""
    at_age(5)
    day.run()
    before = day.read("sent")
    (details,) = day.folder.glob("revisions/**/details-*.json.gz")
    details.unlink()
    day.run_id = "manual__2"
    said = red(day, lambda: day.refresh(**RANGE), Trouble.DAMAGED_OBJECT)
    assert "for a manifest's details, the manifest" in said
    assert "for a manifest, with rebuild only" in said
    assert day.read("sent") == before
    (manifest,) = day.folder.glob(f"manifests/**/day={DAY}.json")
    manifest.unlink()
    sim.clear_log()
    day.refresh(**RANGE, rebuild=True)
    assert (is_whole(day), sim.requests()) == (True, [])


def test_a_lost_file_is_made_again_without_a_call(sim: Simulator, day: Pipeline, at_age: Clock) -> None:
    """Whoever reads the day sees it first."""
    at_age(5)
    day.run()
    before = day.read("sent")
    for lost in day.folder.glob("revisions/**/*.parquet"):
        lost.unlink()
    assert "with rebuild only" in failed(lambda: day.read("sent"), Trouble.LOST_FILE)
    sim.clear_log()
    day.run_id = "manual__2"
    day.refresh(**RANGE, rebuild=True)
    with suppress(LostFile):
        assert day.read("sent") == before
    assert (day.read("sent"), sim.requests()) == (before, [])


def test_a_day_that_publish_left_out_is_published_without_a_call(sim: Simulator, day: Pipeline) -> None:
    """Publish was killed, say."""
    swept = day.discover()
    for planned in day.plan(swept):
        day.fetch(**planned)
    said = red(day, lambda: day.verify(swept), Trouble.NOT_COMMITTED)
    assert "Clear publish with downstream" in said
    sim.clear_log()
    day.publish(swept)
    day.verify(swept)
    assert (is_whole(day), sim.requests()) == (True, [])


def test_a_storage_that_refuses_is_mended(day: Pipeline) -> None:
    """Before a call was spent."""
    day.folder.write_text("a file where a folder should be")
    assert "Let the workers write" in failed(day.run, Trouble.STORAGE)
    day.folder.unlink()
    day.run()
    assert is_whole(day)
