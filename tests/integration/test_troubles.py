"""What fetch hands on of campaign days that stay without an answer, and why."""

from contextlib import suppress
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowRescheduleException, AirflowSkipException

from include.simulator.process import Simulator
from insider_web_push.days.handover import chunked
from insider_web_push.days.troubles import trouble_of
from insider_web_push.errors import InsiderError, Unauthorized
from insider_web_push.operators.fetch import TROUBLES
from insider_web_push.vocabulary import DAILY
from tests.builders import totals
from tests.integration.pipeline import DAY, Pipeline
from tests.supervisor import Instance

ACTIVE = totals(clicks=1).model_dump(mode="json")
ZERO = totals().model_dump(mode="json")


def troubles(day: Pipeline) -> list[dict[str, str]]:
    """Give what the run's first fetch handed on."""
    return day.airflow.xcoms.get((Instance(DAILY, day.run_id, "fetch", 0), TROUBLES), [])


@pytest.fixture
def chunk(sim: Simulator, day: Pipeline) -> Any:
    """Plan a day of five active campaigns as one task."""
    sim.patch(campaigns=5, quiet_campaigns=0)
    planned = [{name: value for name, value in one.items() if name != "also"} for one in day.plan(day.discover())]
    (task,) = chunked(planned, most=1)  # type: ignore[arg-type]  # they are what plan planned
    return task


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("not_found", "the API answered 424: SERVICE:-Campaign not found"),
        ("error_500", "the API answered 500"),
        ("list_200", "$: expected a JSON object, got list"),
        ("html_200", "an HTML page"),
        ("forbidden", "the API answered 403"),
    ],
)
def test_a_campaign_without_an_answer_is_named_with_the_errors_words(
    sim: Simulator, day: Pipeline, kind: str, says: str
) -> None:
    """Those of the exception, whatever it is."""
    sim.fault(kind)
    with pytest.raises(InsiderError) as raised:
        day.fetch("40006", baseline=ACTIVE)
    assert troubles(day) == [
        {"campaign_id": "40006", "day": DAY, "why": str(raised.value)} | {"kind": trouble_of(raised.value)}
    ]
    assert says in str(raised.value)


def test_long_words_are_cut(day: Pipeline) -> None:
    """XCom is a row of Airflow's database."""
    with pytest.raises(InsiderError):
        day.fetch("4" * 900, baseline=ACTIVE)
    assert [len(told["why"]) for told in troubles(day)] == [500]


def test_one_that_left_the_list_and_is_not_found_is_named(sim: Simulator, day: Pipeline) -> None:
    """It may never have been there; the task is skipped."""
    sim.fault("not_found")
    with pytest.raises(AirflowSkipException):
        day.fetch("40006", baseline=ACTIVE, listed=False)
    assert "left the list" in troubles(day)[0]["why"]


def test_nothing_is_said_where_nothing_is_missing(sim: Simulator, day: Pipeline) -> None:
    """A campaign day that is fetched, or that the API has nothing for."""
    day.fetch(day.plan_of_one(), baseline=ACTIVE)
    assert troubles(day) == []
    sim.fault("not_found")
    with pytest.raises(AirflowSkipException, match="its totals are zero"):
        day.fetch("40006", baseline=ZERO)
    assert troubles(day) == []


def test_a_wait_for_the_budget_is_no_trouble(sim: Simulator, day: Pipeline, hook_for: Any) -> None:
    """The task goes on later."""
    hook_for(sim.url, requests_per_minute=1)
    day.plan_of_one()
    with pytest.raises(AirflowRescheduleException):
        day.fetch("40006", baseline=ACTIVE, max_wait_s=0)
    assert troubles(day) == []


def test_a_task_of_several_names_each(sim: Simulator, day: Pipeline, chunk: Any) -> None:
    """And nothing of the others."""
    bad = [chunk["also"][0]["campaign_id"], chunk["also"][2]["campaign_id"]]
    for campaign_id in bad:
        sim.fault("not_found", campaign_id=campaign_id)
    with suppress(InsiderError):
        day.fetch(**chunk)
    assert [told["campaign_id"] for told in troubles(day)] == bad
    assert all("Campaign not found" in told["why"] for told in troubles(day))


def test_a_task_that_stops_names_those_it_did_not_ask_for(
    sim: Simulator, day: Pipeline, chunk: Any, hook_for: Any
) -> None:
    """An outage, and a key that is refused."""
    sim.fault("error_500")
    with suppress(InsiderError):
        day.fetch(**chunk)
    assert ["not asked for" in told["why"] for told in troubles(day)] == [False, False, False, True, True]
    sim.clear()
    hook_for(sim.url, key="another-key-0123456789", requests_per_minute=1000)
    with pytest.raises(Unauthorized):
        day.fetch(**chunk)
    assert ["not asked for" in told["why"] for told in troubles(day)] == [False, True, True, True, True]
    assert all("401" in told["why"] for told in troubles(day))
