"""What a publish owes and mends: events that may be lost, files that are, campaigns that vanish in between."""

import json
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowSkipException

from include.simulator.process import Simulator
from insider_web_push.errors import IncompleteDay
from insider_web_push.lake.raw import Snapshot
from tests.integration.pipeline import DAY, Pipeline


def fetched(day: Pipeline) -> Any:
    """Run a day as far as publish; gives what discover handed on."""
    discovered = day.discover()
    for planned in day.plan(discovered):
        day.fetch(**planned)
    return discovered


@pytest.mark.parametrize("is_verified", [True, False])
def test_an_event_that_was_lost_is_sent_though_somebody_marked_publish_success(
    day: Pipeline, capsys: pytest.CaptureFixture[str], *, is_verified: bool
) -> None:
    """By the next run, whatever this run's verify saw; and only once."""
    discovered = fetched(day)
    day.publish_and_die(discovered)
    day.set_state("success", "publish")
    if is_verified:
        day.verify(discovered)
        assert "Airflow has no event of revision 1" in capsys.readouterr().out
    assert day.events == []
    day.run_id = "manual__2"
    day.publish(discovered)
    day.set_state("success", "publish")
    day.run_id = "manual__3"
    with pytest.raises(AirflowSkipException, match="nothing moved since revision 1"):
        day.publish(discovered)
    assert day.events == [{DAY}]


def test_a_publish_that_is_cleared_before_verify_ran_sends_no_second_event(day: Pipeline) -> None:
    """Airflow has the first one."""
    discovered = fetched(day)
    day.publish(discovered)
    with pytest.raises(AirflowSkipException, match="nothing moved since revision 1"):
        day.publish(discovered)
    assert day.events == [{DAY}]


def test_the_event_of_a_day_that_is_damaged_by_the_next_try_names_its_revision(day: Pipeline) -> None:
    """That try sends what the one before owed; once the day can be read again, nobody sends it a second time."""
    discovered = fetched(day)
    day.publish_and_die(discovered)
    (listed,) = Path(day.storage.removeprefix("file://")).rglob("overall_metrics/**/*.json.gz")
    readable = listed.read_bytes()
    listed.write_bytes(b"damaged")
    (result,) = day.publish(discovered)
    assert (result["outcome"], result["revision"], day.events) == ("failed", 1, [{DAY}])
    listed.write_bytes(readable)
    day.set_state("success", "publish")
    day.run_id = "manual__2"
    with pytest.raises(AirflowSkipException, match="nothing moved since revision 1"):
        day.publish(discovered)
    assert day.events == [{DAY}]


def test_an_event_whose_run_is_gone_is_not_sent_again(day: Pipeline) -> None:
    """Old runs are deleted; the events stay."""
    discovered = fetched(day)
    day.publish(discovered)
    day.airflow.xcoms.clear()
    day.airflow.states.clear()
    day.run_id = "manual__2"
    with pytest.raises(AirflowSkipException, match="nothing moved since revision 1"):
        day.publish(discovered)
    assert day.events == [{DAY}]


def test_an_event_that_was_sent_is_noted_by_a_red_verify(day: Pipeline) -> None:
    """So that the publish of a later clear does not send it twice."""
    discovered = day.discover()
    for planned in day.plan(discovered):
        day.fetch(**planned)
    day.publish(discovered)
    day.set_state("failed", "fetch", 0)
    with pytest.raises(IncompleteDay):
        day.verify(discovered)
    with pytest.raises(AirflowSkipException, match="nothing moved"):
        day.publish(discovered)
    assert day.events == [{DAY}]


def test_a_campaign_that_was_fetched_and_vanished_before_the_day_was_published_stays(
    sim: Simulator, day: Pipeline
) -> None:
    """Its answer is in the raw folder, so the day has it."""
    fetched = day.plan(day.discover())
    for planned in fetched:
        day.fetch(**planned)
    gone = fetched[0]["campaign_id"]
    sim.campaign(gone, listed=False, exists=False)
    day.publish(day.discover())
    assert dict(zip(day.read(), day.read("listed"), strict=True))[gone] is False
    assert len(day.read()) == 4


def test_a_lost_file_is_made_good_by_the_next_publish(day: Pipeline) -> None:
    """With the same bytes, so without a revision: the reader says to rebuild, and that helps."""
    discovered = day.run()
    rows = day.read("sent")
    for file in day.folder.rglob("rev=1/campaign_day-*.parquet"):
        file.unlink()
    (result,) = day.publish(discovered)
    assert result["why"] == "nothing moved since revision 1, 4 campaigns; restored 1 lost file"
    assert (day.read("sent"), day.revision, day.states[-1], day.events) == (rows, 1, "success", [{DAY}])


def test_half_an_emoji_does_not_block_the_day(day: Pipeline) -> None:
    """A name that was cut in the middle of one is text that no table can hold."""
    discovered = day.discover()
    for planned in day.plan(discovered):
        day.fetch(**planned)
    raw = next(Path(day.storage.removeprefix("file://")).rglob("campaign_id=*/*.json.gz"))
    snapshot = Snapshot.unpack(raw.read_bytes(), where="it")
    body = json.loads(snapshot.body) | {"cut": "a\ud83d"}
    raw.write_bytes(snapshot.model_copy(update={"body": json.dumps(body).encode()}).pack())
    day.publish(discovered)
    assert len(day.read()) == 4


def test_what_was_fetched_anew_and_not_published_is_red(sim: Simulator, day: Pipeline) -> None:
    """Somebody cleared fetch and verify, and not what lies between."""
    swept = day.discover()
    planned = day.plan(swept)
    for position, campaign in enumerate(planned):
        day.fetch(**campaign, map_index=position)
    day.publish(swept)
    day.verify(swept)
    sim.move("scale", planned[0]["campaign_id"], DAY, factor=1.5)
    day.fetch(**planned[0])
    with pytest.raises(IncompleteDay, match="publish did not commit what was fetched; the day keeps revision 1"):
        day.verify(swept)
    day.publish(swept)
    day.verify(swept)
    assert day.revision == 2
