"""A day through its five operators: what is fetched, kept, published, announced, and refused."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from airflow.sdk.exceptions import AirflowRescheduleException, AirflowSkipException

from include.simulator.process import Simulator
from insider_web_push.errors import (
    CampaignNotFound,
    ContractViolation,
    IncompleteDay,
    InsiderError,
    InvalidRequest,
    PlanTooLarge,
    ServiceUnavailable,
    StorageNotWritable,
)
from insider_web_push.vocabulary import DAILY
from tests.builders import totals
from tests.integration.pipeline import DAY, Pipeline

ZERO = totals().model_dump(mode="json")
ACTIVE = totals(clicks=1).model_dump(mode="json")


def calls(sim: Simulator) -> list[str]:
    """Tell which endpoints were called."""
    return [request["endpoint"] for request in sim.requests()]


def raw_files(day: Pipeline) -> list[str]:
    """List the names of the kept answers of campaign-metrics."""
    folder = Path(day.storage.removeprefix("file://")) / "raw" / "campaign_metrics"
    return sorted(path.name for path in folder.rglob("*.gz"))


def test_a_day_is_fetched_published_and_announced_once(sim: Simulator, day: Pipeline) -> None:
    """One call for the list, one for the account's totals, one a campaign with activity, one event with the day."""
    day.run()
    assert calls(sim) == ["overall-metrics", "top-metrics"] + ["campaign-metrics"] * 3
    assert {request["start_date"] for request in sim.requests()} == {DAY}
    assert (len(day.read()), day.revision, day.events) == (4, 1, [{DAY}])
    assert sorted(day.read("detail_status")) == ["fetched", "fetched", "fetched", "quiet"]


def test_a_second_run_of_unmoved_figures_spends_two_calls(sim: Simulator, day: Pipeline) -> None:
    """No new revision, and no event."""
    day.run()
    sim.clear()
    day.run()
    assert calls(sim) == ["overall-metrics", "top-metrics"]
    assert (day.revision, day.events) == (1, [{DAY}])


def test_figures_that_moved_are_the_next_revision(sim: Simulator, day: Pipeline) -> None:
    """With an event of its own."""
    sim.patch(now="2026-03-11T01:00:00+03:00")
    day.run()
    before = sum(day.read("clicks"))
    sim.patch(now="2026-07-20T09:00:00+03:00")
    day.run()
    assert (day.revision, day.events) == (2, [{DAY}, {DAY}])
    assert sum(day.read("clicks")) > before


def test_a_failed_fetch_keeps_the_day_and_is_mended_alone(sim: Simulator, day: Pipeline) -> None:
    """The run is red and names the campaign; fetching just that one completes the day."""
    discovered = day.discover()
    broken, *others = day.plan(discovered)
    for planned in others:
        day.fetch(**planned)
    with pytest.raises(AirflowSkipException, match=r"1 campaign .* of 4 missing, it stays unpublished"):
        day.publish(discovered)
    day.set_state("failed", "fetch", 0)
    day.set_state("success", "fetch", 1)
    with pytest.raises(IncompleteDay, match=rf"1 campaign \({broken['campaign_id']} .*See the logs of fetch\[0\]"):
        day.verify(discovered)
    sim.clear()
    day.fetch(**broken)
    day.set_state("success", "fetch", 0)
    day.publish(discovered)
    day.verify(discovered)
    assert (calls(sim), len(day.read()), day.events) == (["campaign-metrics"], 4, [{DAY}])


def test_a_campaign_that_vanishes_stays_in_the_day(sim: Simulator, day: Pipeline) -> None:
    """With its last figures, as no longer listed."""
    day.run()
    gone = day.read()[0]
    before = dict(zip(day.read(), day.read("sent"), strict=True))
    sim.campaign(gone, listed=False, exists=False)
    day.run()
    assert dict(zip(day.read(), day.read("sent"), strict=True)) == before
    assert dict(zip(day.read(), day.read("listed"), strict=True))[gone] is False
    assert day.revision == 2


def test_a_day_without_campaigns_is_published(sim: Simulator, day: Pipeline) -> None:
    """An empty list is an answer."""
    sim.patch(campaigns=0, quiet_campaigns=0)
    day.run()
    assert (day.read(), day.revision, day.events) == ([], 1, [{DAY}])


def test_a_storage_that_cannot_be_written_costs_no_call(sim: Simulator, day: Pipeline, tmp_path: Path) -> None:
    """It is tried first."""
    (tmp_path / "file").write_text("")
    day.storage = (tmp_path / "file").as_uri()
    with pytest.raises(StorageNotWritable):
        day.discover()
    assert calls(sim) == []


@pytest.mark.parametrize(("max_calls", "fits"), [(5, True), (4, False)])
def test_a_plan_that_is_too_large_spends_nothing(sim: Simulator, day: Pipeline, max_calls: int, *, fits: bool) -> None:
    """The calls of the list count as well."""
    day.max_calls = max_calls
    discovered = day.discover()
    if fits:
        assert len(day.plan(discovered)) == 3
    else:
        with pytest.raises(PlanTooLarge, match=r"needs 5 calls .*max_calls = 4"):
            day.plan(discovered)
    assert calls(sim) == ["overall-metrics", "top-metrics"]


def test_a_list_that_is_too_large_by_itself_stops_after_one_call(sim: Simulator, day: Pipeline) -> None:
    """The first page says how many there are."""
    sim.patch(campaigns=100)
    day.max_calls = 2
    with pytest.raises(PlanTooLarge, match="6 calls"):
        day.discover()
    assert calls(sim) == ["overall-metrics"]


@pytest.mark.parametrize("kind", ["not_found", "invalid_400"])
def test_what_the_api_does_not_have_is_skipped_where_nothing_happened(sim: Simulator, day: Pipeline, kind: str) -> None:
    """The reason is kept; the day can be completed without it."""
    sim.fault(kind)
    with pytest.raises(AirflowSkipException, match="its totals are zero"):
        day.fetch("40006", baseline=ZERO)
    assert [name.split("Z")[1] for name in raw_files(day)] == [".skipped.json.gz"]


@pytest.mark.parametrize(
    ("kind", "baseline", "error"),
    [
        ("not_found", ACTIVE, CampaignNotFound),
        ("not_found", None, CampaignNotFound),
        ("invalid_400", ACTIVE, InvalidRequest),
        ("upstream_424", ZERO, ServiceUnavailable),
        ("redirect", ZERO, InvalidRequest),
    ],
)
def test_what_the_api_should_have_is_a_failure(
    sim: Simulator, day: Pipeline, kind: str, baseline: dict[str, object] | None, error: type
) -> None:
    """With activity in its totals, or none known; and an outage says nothing about a campaign."""
    sim.fault(kind)
    with pytest.raises(error):
        day.fetch("40006", baseline=baseline)
    assert raw_files(day) == []


@pytest.mark.parametrize(
    ("kind", "error"),
    [("html_200", ServiceUnavailable), ("truncated_json", ServiceUnavailable), ("list_200", ContractViolation)],
)
def test_an_answer_of_the_wrong_shape_is_kept_and_named(
    sim: Simulator, day: Pipeline, kind: str, error: type[InsiderError]
) -> None:
    """Campaign, place and object stand in the message; the day's version is not made from it."""
    day.run()
    sim.fault(kind, times=2 if error is ServiceUnavailable else 1)
    with pytest.raises(error, match=rf"campaign 40006 on {DAY}: \$: expected .* kept as .*rejected"):
        day.fetch("40006", baseline=ACTIVE)
    assert [name for name in raw_files(day) if "rejected" in name]
    discovered = day.run()
    assert day.revision == 1
    assert day.verify(discovered) == {"days": 1}
    assert len(day.read()) == 4


def test_an_error_with_status_200_is_kept_and_tried_again(sim: Simulator, day: Pipeline) -> None:
    """With its words, as an outage: it was the same when it was asked once more."""
    sim.fault("error_200", times=2)
    with pytest.raises(ServiceUnavailable, match=r'answered 200 with an error: {"error": {"code": 500}}.* kept as '):
        day.fetch("40006", baseline=ACTIVE)
    assert [name for name in raw_files(day) if "rejected" in name]


def test_a_campaign_that_is_not_found_with_status_200_is_not_found(sim: Simulator, day: Pipeline) -> None:
    """As with 424."""
    sim.fault("not_found_200", times=1)
    with pytest.raises(CampaignNotFound):
        day.fetch("40006", baseline=ACTIVE)


@pytest.mark.parametrize(("campaign_id", "on"), [("abc", DAY), ("40006", "10.03.2026"), ("40006", "2999-01-01")])
def test_a_fetch_that_cannot_be_right_sends_nothing(sim: Simulator, day: Pipeline, campaign_id: str, on: str) -> None:
    """Whoever wrote the argument."""
    with pytest.raises(InvalidRequest):
        day.fetch(campaign_id, day=on)
    assert calls(sim) == []


def test_a_long_wait_for_the_budget_gives_the_worker_back(sim: Simulator, day: Pipeline) -> None:
    """Without spending a retry; nothing was sent."""
    sim.patch(limit_requests=0, retry_after="seconds", limit_window_s=600)
    with pytest.raises(Exception, match="429"):
        day.discover()
    sim.clear()
    with pytest.raises(AirflowRescheduleException) as caught:
        day.fetch("40006", baseline=ACTIVE)
    assert caught.value.reschedule_date > datetime.now(UTC)
    assert calls(sim) == []


def test_without_a_list_there_is_nothing_to_publish_or_verify(day: Pipeline) -> None:
    """Where discover failed, publish stays out of it, and verify is red."""
    with pytest.raises(AirflowSkipException, match="discover did not finish"):
        day.publish(None)
    day.set_state("failed", "discover")
    with pytest.raises(IncompleteDay, match="failed: discover"):
        day.verify(None)


def test_a_complete_day_is_red_while_a_fetch_of_the_run_failed(day: Pipeline) -> None:
    """Its figures are of earlier answers, and the run says so."""
    discovered = day.run()
    day.set_state("failed", "fetch", 2)
    with pytest.raises(IncompleteDay, match=r"complete, from earlier answers. See the logs of fetch\[2\]"):
        day.verify(discovered)


def test_an_older_run_that_is_cleared_does_not_turn_the_day_back(sim: Simulator, day: Pipeline) -> None:
    """The day is held against the newest sweep."""
    older = day.run()
    sim.campaign(day.read()[0], listed=False)
    day.run()
    with pytest.raises(AirflowSkipException, match="nothing moved since revision 2"):
        day.publish(older)
    assert day.read("listed").count(False) == 1


def test_failed_tasks_are_named_as_airflows_ui_does(day: Pipeline) -> None:
    """A map index in brackets, also of an id with an underscore; an id that ends in a number stays as it is."""
    discovered = day.run()
    day.set_state("failed", "fetch_again", 12)
    day.set_state("upstream_failed", "tell_2")
    with pytest.raises(IncompleteDay, match=r"See the logs of fetch_again\[12\], tell_2\. What to do: .* clear the f"):
        day.verify(discovered, also=["fetch_again", "tell_2"])


def test_what_other_runs_wait_for_is_part_of_the_estimate(day: Pipeline) -> None:
    """Fetches that run or wait, of whatever run; no other tasks, and none that are over."""
    for map_index, state in enumerate(["running", "queued", "up_for_retry", "success", "failed"]):
        day.set_state(state, "fetch", map_index, run_id="scheduled__1")
    day.set_state("queued", "publish", run_id="scheduled__1")
    day.plan(day.discover(), rivals=[DAILY])
    assert day.estimate["queued"] == 3
