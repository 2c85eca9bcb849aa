"""The budget under a real scheduler: a limit that is raised, a key that is revoked, a task that is killed."""

import os
import signal
from collections.abc import Iterator
from typing import Any

import pendulum
import pytest

from include.simulator.process import Simulator, running_simulator
from insider_web_push.dags.priority import weight_of
from tests.system.conftest import System, connect

pytestmark = pytest.mark.system

DAY = pendulum.yesterday("Europe/Istanbul").subtract(days=40).date()
POOL_SLOTS = 6


@pytest.fixture
def sim(system: System) -> Iterator[Simulator]:
    """An API of its own for each test, and with it a budget of its own."""
    with running_simulator(campaigns=12, quiet_campaigns=0, limit_requests=1000, latency_s=0.05) as simulator:
        connect(system.airflow, simulator, "budget")
        yield simulator


def _running(system: System, run_id: str) -> list[dict[str, Any]]:
    """Give the fetches of a run that have a process."""
    return [task for task in system.tasks(run_id, "budget", task_id="fetch", state="running") if task["pid"]]


def _wait_for_a_waiting_fetch(system: System, run_id: str) -> dict[str, Any]:
    """Wait until a fetch has said in its log that it waits for a slot of the budget; gives that fetch."""

    def says_so(task: dict[str, Any]) -> bool:
        log = system.airflow.api.log(
            system.dag("budget"), run_id, "fetch", map_index=task["map_index"], try_number=task["try_number"]
        )
        return "3 of 3 used, waiting" in log

    return system.airflow.api.wait_for(
        lambda: [task for task in _running(system, run_id) if says_so(task)],
        "a fetch that waits for a slot",
        timeout_s=50,  # the first slots are free again after 60
    )[0]


def test_a_raised_limit_is_used_without_a_restart(system, sim):
    """One setting of the connection: the tasks that wait for the old limit go on at once."""
    connect(system.airflow, sim, "budget", requests_per_minute=3)
    day = DAY
    run_id = system.trigger(day, "budget")
    _wait_for_a_waiting_fetch(system, run_id)
    connect(system.airflow, sim, "budget", requests_per_minute=1000)
    assert system.airflow.api.wait_for_run(system.dag("budget"), run_id, timeout_s=90)["state"] == "success"
    assert sim.summary()["requests"] == 2 + 12


def test_a_revoked_key_costs_few_calls(system, sim):
    """In the middle of a run: no more calls than the pool has slots, and a probe; the other tasks fail at once."""
    sim.patch(campaigns=60)
    run_id = system.trigger(DAY.subtract(days=1), "budget")
    system.airflow.api.wait_for(lambda: sim.requests()[10:], "eleven requests")
    sim.patch(api_key="rotated")
    assert system.wait(run_id, "budget") == "failed"
    refused = [request for request in sim.requests() if request["status"] == 401]
    assert 1 <= len(refused) <= POOL_SLOTS + 1
    failed = [task for task in system.tasks(run_id, "budget", task_id="fetch") if task["state"] == "failed"]
    assert {task["try_number"] for task in failed} == {1}
    last = max(failed, key=lambda task: task["end_date"])
    log = system.airflow.api.log(system.dag("budget"), run_id, "fetch", map_index=last["map_index"])
    assert "the API refused this key" in log


def test_a_task_that_is_killed_in_flight_is_fetched_in_the_end(system, sim):
    """Kill -9 while the request is in flight: the others go on, and the campaign day is fetched by its next try."""
    sim.fault("stall", endpoint="campaign-metrics", times=1)
    day = DAY.subtract(days=2)
    run_id = system.trigger(day, "budget")
    stalled = system.airflow.api.wait_for(lambda: sim.requests()[2:], "a call after the list's")[0]["campaign_id"]
    (task,) = system.airflow.api.wait_for(
        lambda: [task for task in _running(system, run_id) if stalled in (task["rendered_map_index"] or "")],
        "the fetch whose call stalls",
    )
    os.kill(task["pid"], signal.SIGKILL)
    assert system.wait(run_id, "budget") == "success"
    tries = sorted(task["try_number"] for task in system.tasks(run_id, "budget", task_id="fetch"))
    assert tries == [1] * 11 + [2]
    assert system.reader("budget").read(day).num_rows == 12


def test_a_task_that_is_killed_while_it_waits_costs_no_call(system, sim):
    """Kill -9 while it waits for a slot: it has sent nothing, and its next try fetches the campaign day."""
    connect(system.airflow, sim, "budget", requests_per_minute=3)
    run_id = system.trigger(DAY.subtract(days=4), "budget")
    os.kill(_wait_for_a_waiting_fetch(system, run_id)["pid"], signal.SIGKILL)
    connect(system.airflow, sim, "budget", requests_per_minute=1000)
    assert system.wait(run_id, "budget") == "success"
    tries = sorted(task["try_number"] for task in system.tasks(run_id, "budget", task_id="fetch"))
    assert tries == [1] * 11 + [2]
    assert sim.summary()["requests"] == 2 + 12


@pytest.mark.usefixtures("sim")
def test_the_scheduler_outlives_the_weights_of_mapped_tasks(system):
    """Every task, mapped ones included, has its run's weight, and the scheduler is still there."""
    run_id, state = system.run_day(DAY.subtract(days=3), "budget")
    assert state == "success"
    weights = {task["priority_weight"] for task in system.tasks(run_id, "budget")}
    assert weights == {weight_of(dag_id=system.dag("budget"), run_id=run_id)}
    system.airflow.check()
