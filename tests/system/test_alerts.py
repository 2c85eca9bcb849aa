"""Alerts under a real scheduler: one message for a failed run, and one for a day that is late."""

import json
from collections.abc import Iterator

import pendulum
import pytest

from include.simulator.process import Simulator, running_simulator
from insider_web_push.dates import local_date
from tests.system.conftest import DEADLINE, System, connect
from tests.system.file_notifier import FILE_NAME

pytestmark = pytest.mark.system

DAY = pendulum.yesterday("Europe/Istanbul").subtract(days=50).date()
OLD_KEY, NEW_KEY = "a-key-that-was-revoked", "its-successor"


@pytest.fixture
def sim(system: System) -> Iterator[Simulator]:
    """An API of its own for each test: nobody else's budget knows the revoked key."""
    with running_simulator(api_key=OLD_KEY, campaigns=12, quiet_campaigns=0, limit_requests=1000) as simulator:
        connect(system.airflow, simulator, "alerted")
        yield simulator


def sent(system: System, run_id: str, account: str) -> list[dict[str, str]]:
    """The messages about a run of an account."""
    file = system.airflow.home.airflow / FILE_NAME
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    messages = [json.loads(line) for line in lines]
    return [one for one in messages if one["run_id"] == run_id and f"account {account}" in one["title"]]


def wait_for_message(system: System, run_id: str, account: str) -> list[dict[str, str]]:
    """The run ends before its last task has told of it."""
    return system.airflow.api.wait_for(lambda: sent(system, run_id, account), "a message", timeout_s=30)


def test_a_wrong_key_is_one_message_with_cause_next_step_and_links(system, sim):
    """Four tasks fail of it: discover, plan, fetch, verify."""
    sim.patch(api_key=NEW_KEY)
    run_id, state = system.run_day(DAY, "alerted")
    (message,) = wait_for_message(system, run_id, "alerted")
    assert state == "failed"
    assert message["title"] == f"Insider web push, account alerted, {DAY}: Unauthorized"
    assert "Unauthorized in discover: " in message["text"]
    assert "put it into Admin > Connections > insider_alerted" in message["text"]
    assert f"Run: {system.airflow.url}/dags/{system.dag('alerted')}/runs/manual__" in message["text"]
    assert f"{system.airflow.url}/insider-web-push/alerted/{DAY}" in message["text"]


def test_a_key_that_is_revoked_in_the_middle_is_one_message(system, sim):
    """Of a run with many failed fetches; and the message holds no key."""
    sim.patch(campaigns=40)
    run_id = system.trigger(DAY, "alerted")
    system.airflow.api.wait_for(lambda: sim.requests()[5:], "six calls")
    sim.patch(api_key=NEW_KEY)
    assert system.wait(run_id, "alerted") == "failed"
    failed = [task for task in system.tasks(run_id, "alerted", task_id="fetch") if task["state"] == "failed"]
    (message,) = wait_for_message(system, run_id, "alerted")
    assert len(failed) > 5
    assert f"and {len(failed) - 5} more: " in message["text"]
    assert message["title"].endswith(f"{DAY}: Unauthorized")
    assert [key for key in (OLD_KEY, NEW_KEY) if key in str(message)] == []


def test_an_outage_is_waited_out_and_nobody_is_told(system, sim):
    """A 500 and a proxy's page are tried again, in place and by the task, after which the day is complete."""
    for kind, campaign_id in (("error_500", "40006"), ("html_200", "40008")):
        sim.fault(kind, campaign_id=campaign_id, times=2)
    run_id, state = system.run_day(DAY.subtract(days=1), "alerted")
    assert state == "success"
    tries = [task["try_number"] for task in system.tasks(run_id, "alerted", task_id="fetch")]
    assert sorted(tries) == [1] * 10 + [2, 2]
    assert sent(system, run_id, "alerted") == []


def test_a_notifier_that_fails_leaves_the_run_as_it_is(system):
    """Its log has the message, and why it was not sent."""
    run_id, state = system.run_day(DAY, "unwritable")
    (verify,) = system.tasks(run_id, "unwritable", task_id="verify")
    assert (state, verify["state"], verify["try_number"]) == ("failed", "failed", 1)
    failed = "the server of this notifier is not there"

    def logged() -> list[str]:
        log = system.airflow.api.log(system.dag("unwritable"), run_id, "verify")
        return [log] if failed in log else []

    (log,) = system.airflow.api.wait_for(logged, f"{failed!r} in the log", timeout_s=30)
    assert "StorageNotWritable in discover: cannot write to the storage" in log
    assert sent(system, run_id, "unwritable") == []


def test_a_late_day_is_one_message_and_none_when_it_is_published(system):
    """By the schedule, although the daily DAG never ran; and once it is published, nothing more is said."""
    deadline = system.dag("late", of=DEADLINE)
    (run,) = system.airflow.api.wait_for(lambda: system.airflow.api.runs(deadline), "a run at the deadline")
    late = local_date(pendulum.parse(run["run_after"]), "Europe/Istanbul").subtract(days=1)
    assert system.airflow.api.wait_for_run(deadline, run["dag_run_id"])["state"] == "failed"
    (message,) = wait_for_message(system, run["dag_run_id"], "late")
    assert message["title"] == f"Insider web push, account late, {late}: DeadlineMissed"
    assert f"Look at the runs of {system.dag('late')}" in message["text"]
    assert f"/insider-web-push/late/{late}" in message["text"]

    assert system.run_day(late, "late")[1] == "success"
    system.airflow.api.clear(deadline, run["dag_run_id"], tasks=["published_by"])
    assert system.airflow.api.wait_for_run(deadline, run["dag_run_id"])["state"] == "success"
    assert sent(system, run["dag_run_id"], "late") == [message]
    assert len(system.airflow.api.runs(deadline)) == 1
