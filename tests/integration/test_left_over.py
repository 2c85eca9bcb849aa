"""What a scheduled refresh leaves to the next one, since the budget does not reach: who is told of it, and how."""

from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from airflow.sdk import BaseNotifier
from airflow.sdk.exceptions import AirflowSkipException
from airflow.sdk.execution_time.supervisor import set_supervisor_comms

from include.simulator.process import Simulator
from insider_web_push.accounts import Account
from insider_web_push.alerts.callbacks import TellOfBacklog
from insider_web_push.alerts.message import Alert
from insider_web_push.coverage.kept_backlog import read_backlog
from insider_web_push.days.handover import LEFT, LeftOver
from insider_web_push.days.rules import Rules
from insider_web_push.lake.storage import Storage
from insider_web_push.operators import PlanFetchOperator
from insider_web_push.vocabulary import DAILY, REFRESH
from tests.integration.pipeline import DAY, ENDS, Pipeline
from tests.supervisor import Instance, a_run

Clock = Callable[[float], None]
DAY_BEFORE = "2026-03-09"


class Told(BaseNotifier):
    """A notifier that keeps what it is told."""

    alerts: ClassVar[list[Alert]] = []

    def notify(self, context: Any) -> None:
        """Keep it."""
        self.alerts.append(context["alert"])


def calls(number: float) -> Rules:
    """Give rules by which a refresh may take so many calls, at a thousand a minute."""
    return Rules(approve_above_h=(number + 0.5) / 60_000)


@pytest.fixture
def two_days(day: Pipeline, at_age: Clock) -> Pipeline:
    """An account with two days of four campaigns, three of them active, that were looked at when they were over."""
    at_age(1)
    day.refresh(first_day=DAY_BEFORE, last_day=DAY)
    day.run_id = "scheduled__2"
    return day


def move_all(sim: Simulator, account: Pipeline) -> None:
    """Let every active campaign of both days move."""
    for day in (DAY_BEFORE, DAY):
        for campaign in account.read():
            sim.move("scale", campaign, day, factor=1.5)


def test_a_day_that_moved_more_than_expected_is_left_and_not_red(
    sim: Simulator, two_days: Pipeline, at_age: Clock
) -> None:
    """Choose takes half of the campaigns for moved, plan knows it was all. The day stays due; nothing is missing."""
    at_age(3)
    move_all(sim, two_days)
    two_days.rules = calls(4)
    works = two_days.choose()
    assert [work["day"] for work in works] == [DAY, DAY_BEFORE]
    two_days.run(works)
    assert [work["day"] for work in two_days.choose()] == [DAY_BEFORE]


def left(account: Pipeline) -> Any:
    """Give what plan said of what is left; None if it said nothing."""
    return account.airflow.xcoms.get((Instance(DAILY, account.run_id, "plan"), LEFT))


def test_what_choose_and_plan_leave_is_counted_together(sim: Simulator, two_days: Pipeline, at_age: Clock) -> None:
    """As XCom, and as the account's backlog for the coverage page; one number a day."""
    at_age(3)
    move_all(sim, two_days)
    two_days.rules = calls(4)
    two_days.refresh()
    assert left(two_days) == {"days": [DAY_BEFORE], "due": 2, "course": [1]}
    at_age(4)
    two_days.run_id = "scheduled__3"
    two_days.refresh()
    assert left(two_days) == {"days": [], "due": 1, "course": [1, 0]}
    assert read_backlog(Storage(two_days.storage, "brand")).course == [1, 0]


def test_a_dry_run_counts_and_keeps_nothing(sim: Simulator, two_days: Pipeline, at_age: Clock) -> None:
    """It changes nothing."""
    at_age(3)
    move_all(sim, two_days)
    two_days.rules, two_days.form = calls(2), {"dry_run": True}
    with pytest.raises(AirflowSkipException):
        two_days.plan(two_days.discover(two_days.choose()))
    assert left(two_days) == {"days": [DAY_BEFORE], "due": 2, "course": [1]}
    assert read_backlog(Storage(two_days.storage, "brand")).course == []


def test_a_run_that_was_asked_for_leaves_nothing(two_days: Pipeline) -> None:
    """Days of a form are not due."""
    two_days.rules = calls(1)
    two_days.refresh(first_day=DAY_BEFORE, last_day=DAY, mode="all")
    assert left(two_days) is None


def test_a_backlog_that_cannot_be_written_stops_nothing(two_days: Pipeline, at_age: Clock) -> None:
    """A folder stands where it goes."""
    (two_days.folder / "state" / "partner_id=brand" / "backlog.json").mkdir(parents=True)
    at_age(2)
    two_days.refresh()
    assert (two_days.manifest.looked_at, left(two_days)["course"]) == (2, [0])


@pytest.mark.parametrize(("course", "told"), [([0, 1, 2, 3], 1), ([3, 2, 1, 1], 0)])
def test_the_notifier_is_told_when_it_grows(two_days: Pipeline, course: list[int], told: int) -> None:
    """By plan's callback, though plan succeeded."""
    account = Account(
        name="brand", timezone="UTC", storage=two_days.storage,
        notifier={"path": "tests.integration.test_left_over.Told"},
    )  # fmt: skip
    rest = LeftOver(days=["2026-03-09"] * course[-1], due=9, course=course)
    plan = Instance(REFRESH, "scheduled__1", "plan")
    two_days.airflow.xcoms[plan, LEFT] = rest
    run = a_run(REFRESH, "scheduled__1", conf={}, run_after=ENDS)
    context = two_days.airflow.context(PlanFetchOperator(task_id="plan", swept=[], storage="x", timezone="UTC"), run)
    two_days.airflow.xcoms[plan, LEFT] = rest
    Told.alerts.clear()
    with set_supervisor_comms(two_days.airflow):
        TellOfBacklog(account)(context)
    assert [alert.title for alert in Told.alerts] == ["Insider web push, account brand: Refresh behind"] * told
