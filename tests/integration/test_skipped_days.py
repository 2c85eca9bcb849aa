"""Days that no run was ever made for, as after a pause: the refresh fetches them."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date

import pytest
from airflow.sdk.exceptions import AirflowSkipException

from include.simulator.process import Simulator
from insider_web_push.days.rules import Rules
from insider_web_push.errors import IncompleteDay
from insider_web_push.vocabulary import DayStatus
from tests.integration.pipeline import DAY, Pipeline

Clock = Callable[[float], None]
SKIPPED = ["2026-03-13", "2026-03-12", "2026-03-11"]


@pytest.fixture
def account(day: Pipeline, at_age: Clock) -> Pipeline:
    """An account that should have every day, and has one, fetched on the morning after."""
    at_age(1)
    day.run()
    return replace(day, every_day=True, run_id="scheduled__2")


def due(account: Pipeline) -> dict[str, str]:
    """Choose, and give the days with the reason for each."""
    return {work["day"]: work["why"] for work in account.choose()}


def test_days_that_a_pause_skipped_are_fetched(sim: Simulator, account: Pipeline, at_age: Clock) -> None:
    """All but yesterday, which is the daily run's; the youngest first, and once."""
    at_age(5)
    sim.clear_log()
    works = account.choose()
    assert [(work["day"], work["why"]) for work in works] == [*((day, "missing") for day in SKIPPED), (DAY, "age")]
    account.run(works)
    assert list(dict.fromkeys(request["start_date"] for request in sim.requests())) == [*SKIPPED, DAY]
    assert all(account.reader.manifest(date.fromisoformat(day)).is_complete for day in [*SKIPPED, DAY])
    assert account.events[-1] >= set(SKIPPED)
    assert due(account) == {}


def test_an_account_that_runs_by_hand_has_the_days_that_somebody_ran(account: Pipeline, at_age: Clock) -> None:
    """Unless it says from which day on it should have all."""
    at_age(5)
    account.every_day = False
    assert due(account) == {DAY: "age"}
    account.rules = Rules(start_day=date(2026, 3, 13))
    assert due(account) == {DAY: "age", "2026-03-13": "missing"}


def test_a_start_day_may_lie_before_the_first_day_that_is_there(day: Pipeline, at_age: Clock) -> None:
    """Also where nothing is; without one, a new account owes nothing."""
    at_age(2)
    day.every_day = True
    assert due(day) == {}
    day.rules = Rules(start_day=date(2026, 3, 9), approve_above_h=None)
    assert due(day) == {DAY: "missing", "2026-03-09": "missing"}


def test_what_was_purged_is_not_missing(account: Pipeline, at_age: Clock) -> None:
    """It is gone for good."""
    at_age(5)
    with suppress(AirflowSkipException):  # nothing of it was there
        account.purge(first_day="2026-03-12", last_day="2026-03-12")
    assert due(account) == {"2026-03-13": "missing", "2026-03-11": "missing", DAY: "age"}


def test_totals_are_no_beginning(day: Pipeline, at_age: Clock) -> None:
    """History that was taken as totals is not filled with details, nor what lies between it and the first day."""
    at_age(1)
    day.every_day = True
    day.refresh(first_day="2026-03-02", last_day="2026-03-03", depth="totals")
    assert day.reader.manifest(date(2026, 3, 3)).status is DayStatus.TOTALS
    day.run()
    day.run_id = "scheduled__2"
    at_age(4)
    assert due(day) == {"2026-03-12": "missing", "2026-03-11": "missing", DAY: "age"}


def test_a_pause_longer_than_the_refresh_looks_back_is_caught_up_as_far_as_it_looks(
    account: Pipeline, at_age: Clock
) -> None:
    """162 days; the day before the pause lies beyond them. What is older is on the coverage page, for a backfill."""
    at_age(200)
    assert len(due(account)) == 1  # what a day costs is not known
    account.rules = Rules(approve_above_h=None)
    ages = sorted((date(2026, 9, 26) - date.fromisoformat(day)).days for day in due(account))
    assert (ages[0], ages[-1]) == (2, 162)


def test_a_day_whose_list_was_refused_is_tried_again(sim: Simulator, day: Pipeline, at_age: Clock) -> None:
    """An hour later, by the next refresh, though a list of it is stored: to be looked at by people."""
    sim.fault("list_200", endpoint="overall-metrics", times=1)
    with pytest.raises(Exception, match="expected"):
        day.discover()
    day.every_day = True
    assert due(day) == {}
    at_age(2)
    assert due(day) == {DAY: "incomplete"}
    day.run(day.choose())
    assert len(day.read()) == 4


def test_a_day_that_the_api_does_not_have_costs_the_others_nothing(
    sim: Simulator, account: Pipeline, at_age: Clock
) -> None:
    """It stays due, and red, until it is there, purged, or before the account's start day."""
    at_age(4)
    sim.fault("invalid_400", endpoint="overall-metrics", times=1)
    with pytest.raises(IncompleteDay, match="2026-03-12: the API answered 400"):
        account.run(account.choose())
    assert due(account) == {"2026-03-12": "missing"}
    account.rules = Rules(start_day=date(2026, 3, 13))
    assert due(account) == {}


def test_what_a_run_cannot_afford_is_left(account: Pipeline, at_age: Clock) -> None:
    """The oldest; the account's other days say what one may cost."""
    at_age(6)
    account.rules = Rules(approve_above_h=9.5 / 60_000)  # hours of 1,000 calls a minute: nine calls
    assert due(account) == {"2026-03-14": "missing", "2026-03-13": "missing"}
