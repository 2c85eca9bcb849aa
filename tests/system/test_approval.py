"""A run that would spend hours of the budget waits for a person, without a worker; and what it then may do."""

from datetime import date

import pendulum
import pytest

from tests.system.conftest import REFRESH, System, connect

pytestmark = pytest.mark.system

ACCOUNT = "asking"
SLOW, FAST = 4, 1000
"""
Requests a minute: with the slow one a day's six calls take more than the account's hundredth of an hour. The rejected
run comes first, since its two calls leave room for the other's.
"""


def days_ago(days: int) -> date:
    """Give the day in Istanbul."""
    return pendulum.today("Europe/Istanbul").subtract(days=days).date()


def waiting_run(system: System, day: date, *, requests_per_minute: int = SLOW, **form: object) -> str:
    """Trigger the refresh for a day at a slow limit, and wait until it asks."""
    connect(system.airflow, system.sim, ACCOUNT, requests_per_minute=requests_per_minute)
    dag = system.dag(ACCOUNT, of=REFRESH)
    form |= {"first_day": day.isoformat(), "last_day": day.isoformat()}
    run_id = system.airflow.api.trigger(dag, logical_date=pendulum.now("UTC"), conf=form)
    system.airflow.api.wait_for(
        lambda: [
            task
            for task in system.airflow.api.task_instances(dag, run_id, task_id="approve")
            if task["state"] == "awaiting_input"
        ],
        "a run that asks",
    )
    # The vendor raised the limit meanwhile: the next request uses it.
    connect(system.airflow, system.sim, ACCOUNT, requests_per_minute=FAST)
    return run_id


def reports(system: System, run_id: str) -> list[str]:
    """Give the lines of the scheduler about the end of the process in which a run's approve asked."""
    lines = (system.airflow.home.logs / "scheduler.log").read_text(encoding="utf-8").splitlines()
    named = ("TaskInstance Finished: ", "task_id=approve,", f"run_id={run_id},", "state=awaiting_input,")
    return [line for line in lines if all(name in line for name in named)]


def answered(system: System, run_id: str, option: str) -> dict[str, str]:
    """
    Answer as a person would, and wait; gives the state of each task.

    Airflow 3.3.2 takes an answer within the first second, while the executor has not reported yet that the task waits,
    for a task that ran twice, and asks again. So the scheduler must have said that it knows.
    """
    dag = system.dag(ACCOUNT, of=REFRESH)
    system.airflow.api.wait_for(lambda: reports(system, run_id), "the executor's report of a task that waits")
    system.airflow.api.answer(dag, run_id, "approve", option)
    assert system.airflow.api.wait_for_run(dag, run_id)["state"] == "success"
    return {task["task_id"]: task["state"] for task in system.airflow.api.task_instances(dag, run_id)}


def test_a_rejected_run_spends_nothing_more(system):
    """Nothing is fetched or published; the run is not red, since somebody decided."""
    day = days_ago(4)
    states = answered(system, waiting_run(system, day), "Reject")
    assert [states[task] for task in ("approve", "fetch", "publish", "verify")] == ["success", *["skipped"] * 3]
    assert system.calls(day) == []
    assert not list((system.storage / ACCOUNT).glob(f"manifests/*/day={day}.json"))


def test_an_approved_run_goes_on(system):
    """It has asked for the lists alone until then, and said what it will cost."""
    day = days_ago(3)
    run_id = waiting_run(system, day)
    assert system.calls(day) == []
    estimate = system.airflow.api.xcom(system.dag(ACCOUNT, of=REFRESH), run_id, "plan", key="estimate")
    assert (estimate["calls"], estimate["seconds"], estimate["by_cause"]) == (6, 60, {"sweep": 2, "new": 4})
    states = answered(system, run_id, "Approve")
    assert set(states.values()) == {"success"}
    assert len(system.calls(day)) == 4
    assert system.reader(ACCOUNT).manifest(day).is_complete


def question(system: System, run_id: str) -> str:
    """Give what a person is asked."""
    dag = system.dag(ACCOUNT, of=REFRESH)
    return system.airflow.api.get(f"/dags/{dag}/dagRuns/{run_id}/taskInstances/approve/-1/hitlDetails")["subject"]


def test_nobody_approves_the_cost_of_an_earlier_plan(system):
    """A run that waits is cleared, and its new plan costs more: it asks for that, or does not ask (airflow#73235)."""
    day, dag, api = days_ago(10), system.dag(ACCOUNT, of=REFRESH), system.airflow.api
    run_id = waiting_run(system, day)
    assert question(system, run_id) == "Spend 60 s of the request budget on 6 calls?"
    system.airflow.api.wait_for(lambda: reports(system, run_id), "the executor's report of the first question")
    system.sim.patch(campaigns=12, quiet_campaigns=0)
    connect(system.airflow, system.sim, ACCOUNT, requests_per_minute=SLOW)
    api.clear(dag, run_id, tasks=["discover"])
    assert api.wait_for_run(dag, run_id)["state"] == "failed"
    states = {task["task_id"]: task["state"] for task in api.task_instances(dag, run_id)}
    assert (states["approve"], states["fetch"]) == ("failed", "upstream_failed")
    assert "Airflow still shows 'Spend 60 s of the request budget on 6 calls?'" in api.log(
        dag, run_id, "approve", try_number=2
    )
    assert system.calls(day) == []

    api.clear(dag, run_id, tasks=["approve"])
    api.wait_for(lambda: reports(system, run_id)[1:], "the executor's report of the present plan's question")
    assert question(system, run_id) == "Spend 3 min of the request budget on 14 calls?"
    connect(system.airflow, system.sim, ACCOUNT, requests_per_minute=FAST)
    assert set(answered(system, run_id, "Approve").values()) == {"success"}
    assert len(system.calls(day)) == 12


def test_runs_that_wait_keep_nobody_from_starting(system):
    """Four wait for a person; a fifth that needs none runs meanwhile. A day of 40 campaigns is more than its limit."""
    system.sim.patch(campaigns=40, quiet_campaigns=0)
    waiting = [waiting_run(system, days_ago(age), requests_per_minute=40) for age in (6, 7, 8, 9)]
    dag = system.dag(ACCOUNT, of=REFRESH)
    cheap = system.airflow.api.trigger(dag, logical_date=pendulum.now("UTC"), conf={"dry_run": True})
    assert system.airflow.api.wait_for_run(dag, cheap)["state"] == "success"
    assert {system.airflow.api.run(dag, run_id)["state"] for run_id in waiting} == {"running"}
    for run_id in waiting:
        answered(system, run_id, "Reject")
