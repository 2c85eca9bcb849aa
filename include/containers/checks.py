"""What a user of the deployment would look at; each check raises `AssertionError` with what is wrong."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import httpx
import pendulum
from botocore.exceptions import ClientError  # type: ignore[import-untyped]  # it ships no types

from include.containers.deployment import Deployment, kill_first_process, long_running
from include.deploy.compose import compose_file
from include.local.api import AirflowApi, AirflowApiError
from insider_web_push.vocabulary import DAILY, PAGES, REFRESH

_ZONE = "Europe/Istanbul"
_MANIFEST = "insider/manifests/partner_id=demo/day={day}.json"
_WORKERS = 3
Check = Callable[[Deployment], str]


def a_missing_variable_is_named(deployment: Deployment) -> str:
    """Before anything is started."""
    deployment.write_env(without="API_KEY")
    said = deployment.compose("config", "--quiet", check=False)
    deployment.write_env()
    assert "API_KEY" in said, said
    assert "run make env" in said, said
    return said.strip().splitlines()[-1][-100:]


def every_service_starts(deployment: Deployment) -> str:
    """Build and start everything; the first time, from nothing."""
    began = time.monotonic()
    deployment.compose("build")
    built_s = time.monotonic() - began
    took_s = deployment.up()
    said = deployment.compose("logs", "api-server", "scheduler")
    assert "below the minimum" not in said, "Airflow warns of a key that is too short"
    return f"built in {built_s:.0f} s, healthy {took_s:.0f} s later"


def nobody_may_more_than_meant(deployment: Deployment) -> str:
    """Users, capabilities and modes inside of the containers."""
    for service in long_running(deployment):
        status = deployment.inside(service, "cat", "/proc/1/status")
        (user,) = re.findall(r"^Uid:\s+(\d+)", status, re.MULTILINE)
        assert user != "0", f"{service} runs as root"
        for name in ("CapEff", "CapPrm", "CapBnd"):
            assert re.search(rf"^{name}:\s+0+$", status, re.MULTILINE), f"{service} has capabilities: {name}"
        assert re.search(r"^NoNewPrivs:\s+1$", status, re.MULTILINE), f"{service} may gain privileges"
        memory = int(deployment.inspect(service, ".HostConfig.Memory"))
        assert memory > 0, f"{service} has no limit of memory"
    said = deployment.inside("worker", "sh", "-c", "touch /opt/airflow/dags/new; env", check=False)
    assert "Read-only" in said, "the worker can write DAG files"
    for name in ("AIRFLOW_DB_PASSWORD", "FERNET_KEY", "JWT_SECRET"):
        assert deployment.values[name] not in said, f"the worker knows {name}"
    mode = deployment.inside("api-server", "stat", "--format", "%a %u", "/run/airflow/passwords.json").strip()
    assert mode == "660 0", f"passwords.json is {mode}"
    return f"{len(long_running(deployment))} services: not root, no capability, no new privileges"


def the_day_is_fetched(deployment: Deployment) -> str:
    """The DAGs of the demo are not paused: the last day comes by itself."""
    began, key = time.monotonic(), _MANIFEST.format(day=_last_day())
    _until(lambda: _is_there(deployment.s3("reader"), key), 420, f"{key} is not there")
    return f"{time.monotonic() - began:.0f} s after the services were healthy"


def reader_reads_what_is_published_and_nothing_else(deployment: Deployment) -> str:
    """As the user for people and their tools."""
    reader = deployment.s3("reader")
    day = f"partner_id=demo/day={_last_day()}"
    listed = reader.list_objects_v2(Bucket="lake", Prefix="insider/")["Contents"]
    table = reader.get_object(Bucket="lake", Key=f"insider/tables/campaign_day/{day}/part-0.parquet")["Body"].read()
    assert table[:4] == b"PAR1", "the table is no Parquet"
    raw = next(item["Key"] for item in listed if item["Key"].startswith("insider/raw/"))
    denied: list[Callable[[], Any]] = [
        lambda: reader.get_object(Bucket="lake", Key=raw),
        lambda: reader.put_object(Bucket="lake", Key="insider/tables/new", Body=b""),
        lambda: reader.delete_object(Bucket="lake", Key=_MANIFEST.format(day=_last_day())),
        lambda: deployment.s3("pages").put_object(Bucket="lake", Key="insider/tables/new", Body=b""),
    ]
    answers = [_answer(attempt) for attempt in denied]
    assert answers == ["AccessDenied"] * len(denied), f"somebody may do what only a worker may: {answers}"
    return f"{len(listed)} objects listed; raw answers, writing and removing denied"


def pages_ask_for_a_login(deployment: Deployment) -> str:
    """401 without one, 200 with it; and the API server cannot send the account's key, which it has not."""
    without = httpx.get(f"{deployment.url}{PAGES}/", trust_env=False, timeout=30).status_code
    api = deployment.api()
    answer = api.page(f"{PAGES}/")
    assert (without, answer) == (401, 200), f"{without} without a login, {answer} with one"
    tested = api.test_account("insider_web_push_default")
    assert "has no API key in this process" in tested, tested
    return "401, 200; the connection's test there is refused before any call"


def pools_are_there(deployment: Deployment) -> str:
    """The scheduler makes them."""
    pools = {pool["name"]: pool["slots"] for pool in deployment.api().get("/pools")["pools"]}
    assert {"insider_web_push", "insider_web_push_publish"} <= pools.keys(), f"only {pools}"
    return f"insider_web_push with {pools['insider_web_push']} slots, and one to publish"


def workers_come_and_go(deployment: Deployment) -> str:
    """`--scale worker=3`, and back."""
    took_s = deployment.up("--scale", f"worker={_WORKERS}")
    workers = [one for one in deployment.containers() if one["Service"] == "worker"]
    assert len(workers) == _WORKERS, f"{len(workers)} workers"
    used = deployment.memory_mb()
    deployment.up()
    return f"three in {took_s:.0f} s; all together {sum(used.values()) / 1024:.1f} GB"


def settings_are_changed(deployment: Deployment) -> str:
    """Another key, limit and password in .env, and the upgrade: what runs has them, and the old password is refused."""
    old = deployment.api()
    deployment.values["API_KEY"] += "-rotated"
    deployment.values["ADMIN_PASSWORD"] += "-changed"
    deployment.values["REQUESTS_PER_MINUTE"] = "29"
    deployment.write_env()
    took_s = deployment.upgrade("--force-recreate")
    assert deployment.api().runs(DAILY), "there is no run any more"
    assert _is_refused(old), "the old password still opens the UI"
    assert '"requests_per_minute": 29' in deployment.inside("worker", "env"), "the worker has another limit"
    said = deployment.inside("worker", "airflow", "connections", "test", "insider_web_push_default", check=False)
    assert "Connection success" in said, said[-500:]
    return f"in {took_s:.0f} s"


def an_upgrade_costs_no_try(deployment: Deployment) -> str:
    """While a run fetches, everything is built and created anew; no task is tried twice, or waits."""
    api, day = deployment.api(), _last_day()
    run_id = api.trigger(
        REFRESH, logical_date=pendulum.now("UTC"), conf={"first_day": day, "last_day": day, "mode": "all"}
    )
    _until(lambda: _has_fetched(deployment, run_id), 180, "the run fetched nothing")
    took_s = deployment.upgrade("--force-recreate")
    api = deployment.api()
    # Sooner than a task whose message was lost would be queued again.
    state = api.wait_for_run(REFRESH, run_id, timeout_s=300)["state"]
    tries = {ti["task_id"]: ti["try_number"] for ti in api.task_instances(REFRESH, run_id) if ti["try_number"] > 1}
    assert (state, tries) == ("success", {}), f"the run is {state}, tried again: {tries}"
    return f"upgrade in {took_s:.0f} s; the run is green, and every task had one try"


def what_is_killed_comes_back(deployment: Deployment) -> str:
    """The first process of each container dies; nothing is lost, and a run goes through afterwards."""
    for service in long_running(deployment):
        restarts = _restarts(deployment, service)
        kill_first_process(deployment, service)
        came_back = partial(_has_restarted, deployment, service, restarts)
        _until(came_back, 60, f"{service} did not come back")
        deployment.wait_until_healthy()
    assert _is_there(deployment.s3("reader"), _MANIFEST.format(day=_last_day())), "the day is lost"
    return _a_run_goes_through(deployment)


def nothing_is_lost_over_down_and_up(deployment: Deployment) -> str:
    """The volumes stay."""
    before = {run["dag_run_id"] for run in deployment.api().runs(DAILY)}
    deployment.compose("down")
    took_s = deployment.up()
    after = {run["dag_run_id"] for run in deployment.api().runs(DAILY)}
    assert before <= after, f"runs are lost: {before - after}"
    assert _is_there(deployment.s3("reader"), _MANIFEST.format(day=_last_day())), "the day is lost"
    return f"healthy again {took_s:.0f} s after up; {len(before)} runs and the day are there"


CHECKS: tuple[Check, ...] = (
    a_missing_variable_is_named, every_service_starts, nobody_may_more_than_meant, the_day_is_fetched,
    reader_reads_what_is_published_and_nothing_else, pages_ask_for_a_login, pools_are_there, workers_come_and_go,
    settings_are_changed, an_upgrade_costs_no_try, what_is_killed_comes_back, nothing_is_lost_over_down_and_up,
)  # fmt: skip


def _a_run_goes_through(deployment: Deployment) -> str:
    day = _last_day()
    run_id = deployment.api().trigger(
        REFRESH, logical_date=pendulum.now("UTC"), conf={"first_day": day, "last_day": day}
    )
    state = deployment.api().wait_for_run(REFRESH, run_id, timeout_s=600)["state"]
    assert state == "success", f"the run afterwards is {state}"
    return f"{len(long_running(deployment))} services, one after the other; a run afterwards is green"


def _has_fetched(deployment: Deployment, run_id: str) -> bool:
    tasks = deployment.api().task_instances(REFRESH, run_id, task_id="fetch", state="success")
    return next(iter(tasks), None) is not None


def _restarts(deployment: Deployment, service: str) -> int:
    return int(deployment.inspect(service, ".RestartCount"))


def _has_restarted(deployment: Deployment, service: str, before: int) -> bool:
    return _restarts(deployment, service) > before


def _is_there(client: Any, key: str) -> bool:
    with suppress(ClientError):
        client.head_object(Bucket="lake", Key=key)
        return True
    return False


def _last_day() -> str:
    """Give the day that the newest run of the daily DAG is for: it runs at five in the morning, for the day before."""
    return pendulum.now(_ZONE).subtract(hours=5, days=1).to_date_string()


def _is_refused(api: AirflowApi) -> bool:
    try:
        api.runs(DAILY)
    except AirflowApiError:
        return True
    return False


def _answer(attempt: Callable[[], Any]) -> str:
    try:
        attempt()
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "done"


def _until(is_so: Callable[[], bool], longest_s: float, lacking: str) -> None:
    until = time.monotonic() + longest_s
    while time.monotonic() < until:
        with suppress(AirflowApiError, httpx.TransportError):
            if is_so():
                return
        time.sleep(2)
    raise AssertionError(f"{lacking} after {longest_s:.0f} s")


def limits() -> dict[str, str]:
    """Give the limit of memory of each service."""
    return {name: service["mem_limit"] for name, service in compose_file()["services"].items()}
