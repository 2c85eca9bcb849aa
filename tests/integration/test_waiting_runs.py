"""Runs that wait for approval leave room for those that need none."""

from typing import Any

import pytest
from airflow.sdk.exceptions import TaskAwaitingInput

from insider_web_push.days.handover import Estimate
from insider_web_push.errors import StaleQuestion, TooManyQuestions
from insider_web_push.operators.approve import ApproveCostOperator, most_waiting
from insider_web_push.operators.plan import ESTIMATE
from insider_web_push.vocabulary import REFRESH
from tests.integration.pipeline import ENDS
from tests.supervisor import Instance, Supervisor, a_run

HOUR = Estimate(calls=1800, seconds=3600, by_cause={"new": 1800}, queued=0, refused=[], limit=30)


def ask(airflow: Supervisor, number: int, *, above_h: float = 0.5, active_runs: int = 16, cost: Estimate = HOUR) -> Any:
    """Run approve of one of several runs, as Airflow would: it is running, and then waits or has failed."""
    me = Instance(REFRESH, f"manual__{number}", "approve")
    airflow.xcoms[me._replace(task_id="plan"), ESTIMATE] = cost
    operator = ApproveCostOperator(task_id="approve", above_h=above_h)
    run = a_run(REFRESH, me.run_id, conf={}, run_after=ENDS)
    context = airflow.context(operator, run)
    context["dag"].max_active_runs = active_runs
    airflow.states[me] = "running"
    try:
        return airflow.execute(context)
    except TaskAwaitingInput:
        airflow.states[me] = "awaiting_input"
        raise
    except (StaleQuestion, TooManyQuestions):
        airflow.states[me] = "failed"
        raise


@pytest.mark.parametrize(("active_runs", "may_wait"), [(16, 8), (4, 2), (1, 1)])
def test_half_of_the_active_runs_may_wait(active_runs: int, may_wait: int) -> None:
    """One more fails at once, with what to do; an answer makes room for it."""
    airflow = Supervisor()
    for number in range(may_wait):
        with pytest.raises(TaskAwaitingInput):
            ask(airflow, number, active_runs=active_runs)
    with pytest.raises(TooManyQuestions, match=rf"^{may_wait} runs of {REFRESH} wait .* Browse > Required Actions"):
        ask(airflow, 99, active_runs=active_runs)
    assert len(airflow.questions) == may_wait == most_waiting(active_runs)
    airflow.states[Instance(REFRESH, "manual__0", "approve")] = "success"
    with pytest.raises(TaskAwaitingInput):
        ask(airflow, 99, active_runs=active_runs)


def test_the_question_of_an_earlier_plan_is_not_asked() -> None:
    """Airflow keeps a task's first question, whatever it asks later."""
    airflow = Supervisor()
    with pytest.raises(TaskAwaitingInput):
        ask(airflow, 0)
    with pytest.raises(TaskAwaitingInput):
        ask(airflow, 0)
    with pytest.raises(StaleQuestion, match=r"still shows 'Spend 60 min .* 1,800 calls\?'.* asks 'Spend 2.0 hours .*"):
        ask(airflow, 0, cost=HOUR | {"calls": 3600, "seconds": 7200})
    assert len(airflow.questions) == 1


def test_a_run_that_needs_no_approval_passes_whoever_waits() -> None:
    """It asks nobody."""
    airflow = Supervisor()
    airflow.states = {Instance(REFRESH, f"manual__{number}", "approve"): "awaiting_input" for number in range(8)}
    assert ask(airflow, 99, above_h=2) is None


def test_a_dag_without_a_bound_of_active_runs_asks_as_often_as_it_must() -> None:
    """Nobody waits for a place there."""
    airflow = Supervisor()
    airflow.states = {Instance(REFRESH, f"manual__{number}", "approve"): "awaiting_input" for number in range(50)}
    with pytest.raises(TaskAwaitingInput):
        ask(airflow, 99, active_runs=0)


def test_those_that_are_about_to_ask_count() -> None:
    """Whatever their order: a run that asks at the same moment is running."""
    airflow = Supervisor()
    airflow.states = {Instance(REFRESH, f"manual__{number}", "approve"): "running" for number in range(8)}
    with pytest.raises(TooManyQuestions):
        ask(airflow, 99)
