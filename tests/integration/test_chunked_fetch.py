"""Several campaign days in one task, for a plan that has more than a run may map."""

from datetime import timedelta
from typing import Any

import pytest
from airflow.sdk import DAG
from airflow.sdk.exceptions import AirflowRescheduleException, AirflowSkipException

from include.simulator.process import Simulator
from insider_web_push.days.handover import FetchTask, chunked
from insider_web_push.errors import CampaignNotFound, ServiceUnavailable, Unauthorized
from insider_web_push.operators import CampaignMetricsOperator
from tests.integration.pipeline import DAY, Pipeline


@pytest.fixture
def chunk(sim: Simulator, day: Pipeline) -> FetchTask:
    """Plan a day of five active campaigns as one task."""
    sim.patch(campaigns=5, quiet_campaigns=0)
    (task,) = chunked([_without_also(planned) for planned in day.plan(day.discover())], most=1)
    sim.clear_log()
    return task


def _without_also(planned: FetchTask) -> Any:
    assert planned["also"] == []
    return {name: value for name, value in planned.items() if name != "also"}


def ids(chunk: FetchTask) -> list[str]:
    """Name the chunk's campaigns."""
    return [item["campaign_id"] for item in (chunk, *chunk["also"])]


def asked(sim: Simulator) -> list[str]:
    """Name the campaigns that were asked for since the last time."""
    found = [request["campaign_id"] for request in sim.requests() if request["endpoint"] == "campaign-metrics"]
    sim.clear_log()
    return found


def test_a_task_fetches_each_of_its_campaign_days(sim: Simulator, day: Pipeline, chunk: FetchTask) -> None:
    """And gives the keys of all."""
    keys = day.fetch(**chunk)
    assert asked(sim) == ids(chunk)
    assert len(keys) == 5
    assert all(f"day={DAY}/campaign_id={campaign}/" in key for campaign, key in zip(ids(chunk), keys, strict=True))


def test_a_mapped_task_may_run_as_long_as_its_campaign_days_need() -> None:
    """Airflow ends it after the timeout of the operator that it has when it runs."""
    with DAG("large", schedule=None):
        arguments = {"conn_id": "c", "storage": "s", "timezone": "UTC", "execution_timeout": timedelta(minutes=15)}
        mapped = CampaignMetricsOperator.partial(task_id="fetch", **arguments).expand_kwargs([{}])
    one: Any = {"campaign_id": "1", "day": DAY}
    timeouts = [mapped.unmap(one | {"also": [one] * more}).execution_timeout for more in (0, 4)]
    assert timeouts == [timedelta(minutes=15), timedelta(minutes=75)]
    assert CampaignMetricsOperator(task_id="fetch", storage="s", timezone="UTC", **one).execution_timeout is None


def test_one_bad_campaign_does_not_cost_the_others_their_answers(
    sim: Simulator, day: Pipeline, chunk: FetchTask
) -> None:
    """It fails the task, which names it."""
    bad = ids(chunk)[1]
    sim.fault("not_found", campaign_id=bad)
    with pytest.raises(CampaignNotFound, match=rf"1 of 5 campaign days failed, among them: .*{bad}"):
        day.fetch(**chunk)
    assert asked(sim) == ids(chunk)


def test_a_retry_fetches_what_is_left_and_a_clear_fetches_all(sim: Simulator, day: Pipeline, chunk: FetchTask) -> None:
    """By campaign and day, never by position."""
    bad = ids(chunk)[3]
    sim.fault("error_500", campaign_id=bad)
    with pytest.raises(ServiceUnavailable):
        day.fetch(**chunk)
    sim.clear()
    day.fetch(**chunk)
    assert asked(sim) == [bad]
    day.max_tries = 6  # as Airflow sets it when a task is cleared after two tries
    day.fetch(**chunk)
    assert asked(sim) == ids(chunk)


def test_a_task_that_gave_its_worker_back_goes_on_where_it_was(
    sim: Simulator, day: Pipeline, chunk: FetchTask, hook_for: Any
) -> None:
    """The budget ran out in the middle."""
    hook_for(sim.url, requests_per_minute=4)
    with pytest.raises(AirflowRescheduleException):
        day.fetch(**chunk, max_wait_s=0)
    first = asked(sim)
    assert 0 < len(first) < 5
    hook_for(sim.url, requests_per_minute=1000)
    day.fetch(**chunk)
    assert first + asked(sim) == ids(chunk)


def test_an_outage_leaves_the_rest_alone(sim: Simulator, day: Pipeline, chunk: FetchTask) -> None:
    """Three campaigns in a row that the service cannot answer are one."""
    sim.fault("error_500")
    with pytest.raises(ServiceUnavailable, match="3 of 5 campaign days failed"):
        day.fetch(**chunk)
    assert asked(sim) == [campaign for campaign in ids(chunk)[:3] for _ in range(2)]


def test_a_refused_key_stops_at_once(sim: Simulator, day: Pipeline, chunk: FetchTask, hook_for: Any) -> None:
    """Every other call would fail as well."""
    hook_for(sim.url, key="another-key-0123456789", requests_per_minute=1000)
    with pytest.raises(Unauthorized):
        day.fetch(**chunk)
    assert len(sim.requests()) == 1


def test_one_purged_campaign_is_left_out(sim: Simulator, day: Pipeline, chunk: FetchTask) -> None:
    """Of a task that is cleared: the others are fetched; of a task of its own it is skipped."""
    day.run(None)
    day.purge(campaigns=[ids(chunk)[0]])
    sim.clear_log()
    day.try_number, day.max_tries = 2, 5
    day.fetch(**chunk)
    assert asked(sim) == ids(chunk)[1:]
    with pytest.raises(AirflowSkipException, match="was purged"):
        day.fetch(**(chunk | {"also": []}))
