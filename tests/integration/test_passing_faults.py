"""A fault of one request is asked once more in place; one of a single campaign does not keep a run open."""

from datetime import timedelta
from typing import Any

import pytest
from airflow.sdk.definitions.retry_policy import RetryAction

from include.simulator.process import Simulator
from insider_web_push.days.handover import chunked
from insider_web_push.errors import CampaignUnavailable, ServiceUnavailable, Throttled, UpstreamFailed
from insider_web_push.operators.retry_policy import InsiderRetryPolicy
from insider_web_push.vocabulary import DayStatus
from tests.integration.pipeline import DAY, Pipeline

PASSING = ["error_500", "error_520_html", "html_200", "truncated_json", "upstream_424"]


def calls(sim: Simulator, endpoint: str) -> int:
    """Count the calls of an endpoint."""
    return sum(request["endpoint"] == endpoint for request in sim.requests())


@pytest.mark.parametrize("kind", PASSING)
def test_a_fault_of_one_page_costs_one_call(sim: Simulator, day: Pipeline, kind: str) -> None:
    """Not the pages before it, and not the task's retry."""
    sim.patch(campaigns=60, quiet_campaigns=0)
    sim.fault(kind, endpoint="overall-metrics", times=1)
    (swept,) = day.discover()
    assert calls(sim, "overall-metrics") == 4
    assert swept["calls"] == len(sim.requests())
    assert len(day.plan([swept])) == 60


@pytest.mark.parametrize("kind", PASSING)
def test_a_fault_of_one_campaign_costs_one_call(sim: Simulator, day: Pipeline, kind: str) -> None:
    """The day is complete all the same, and has the answer that came second."""
    sim.fault(kind, endpoint="campaign-metrics", times=1)
    day.run()
    assert day.manifest.status is DayStatus.COMPLETE
    assert calls(sim, "campaign-metrics") == 4


@pytest.mark.parametrize("endpoint", ["overall-metrics", "campaign-metrics"])
def test_a_throttled_request_is_not_repeated(sim: Simulator, day: Pipeline, endpoint: str) -> None:
    """The budget is closed for everybody."""
    sim.patch(limit_requests=1)
    campaign = day.plan_of_one()
    sim.clear_log()
    sim.patch(limit_requests=1)
    day.plan_of_one()
    with pytest.raises(Throttled):
        day.discover() if endpoint == "overall-metrics" else day.fetch(campaign)
    assert calls(sim, endpoint) == 1 + (endpoint == "overall-metrics")


def decision(error: Exception) -> Any:
    """Ask the retry policy."""
    return InsiderRetryPolicy().evaluate(error, try_number=1, max_tries=4)


def test_a_campaign_that_fails_alone_comes_back_soon_and_then_gives_up(sim: Simulator, day: Pipeline) -> None:
    """Two tries of two calls with half a minute between them: 40 s, instead of five minutes."""
    bad, *others = day.plan(day.discover())
    sim.fault("upstream_424", campaign_id=bad["campaign_id"])
    sim.clear_log()
    # Its first request leaves with those of the others, which are answered.
    with pytest.raises(UpstreamFailed) as lone:
        day.fetch(**bad)
    assert lone.value.retry_after_s is None
    for position, planned in enumerate(others, start=1):
        day.fetch(**planned, map_index=position)
    day.try_number = 2
    with pytest.raises(CampaignUnavailable, match="2 other campaigns of the day were answered") as raised:
        day.fetch(**bad)
    assert decision(raised.value).action is RetryAction.FAIL
    assert calls(sim, "campaign-metrics") == 2 + len(others) + 2


def test_its_first_failure_beside_others_waits_half_a_minute(sim: Simulator, day: Pipeline) -> None:
    """Which is behind theirs."""
    sim.patch(campaigns=5, quiet_campaigns=0)
    planned: Any = [{k: v for k, v in one.items() if k != "also"} for one in day.plan(day.discover())]
    (task,) = chunked(planned, most=1)
    sim.fault("upstream_424", campaign_id=planned[4]["campaign_id"])
    with pytest.raises(UpstreamFailed) as raised:
        day.fetch(**task)
    assert decision(raised.value).retry_delay == timedelta(seconds=30)
    day.try_number = 2
    with pytest.raises(CampaignUnavailable, match=rf"campaign {planned[4]['campaign_id']} on {DAY}"):
        day.fetch(**task)


def test_a_clear_begins_anew(sim: Simulator, day: Pipeline) -> None:
    """Airflow counts tries on; the others are not asked then, so that it may be an outage."""
    bad, *others = day.plan(day.discover())
    for position, planned in enumerate(others, start=1):
        day.fetch(**planned, map_index=position)
    sim.fault("upstream_424", campaign_id=bad["campaign_id"])
    day.try_number, day.max_tries = 3, 6
    with pytest.raises(UpstreamFailed) as raised:
        day.fetch(**bad)
    assert decision(raised.value).action is RetryAction.DEFAULT


@pytest.mark.parametrize("kind", ["upstream_424", "error_500"])
def test_an_outage_has_all_its_retries(sim: Simulator, day: Pipeline, kind: str) -> None:
    """Nobody is answered, so that it is not about the campaign."""
    bad, *_ = day.plan(day.discover())
    sim.fault(kind)
    for day.try_number in (1, 2, 3):
        with pytest.raises(ServiceUnavailable) as raised:
            day.fetch(**bad)
        assert decision(raised.value).action is RetryAction.DEFAULT
