"""The main job on Celery, PostgreSQL, Valkey and S3, as docker-compose.yaml deploys it; the tests run in this order."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import botocore.session
import psutil
import psycopg2
import pytest
import redis
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from sqlalchemy.engine import make_url

from include.chaos.faults import FAULTS
from include.chaos.row import DAG, campaigns_of, leaks, trigger
from include.chaos.watch import campaigns_read
from include.deploy import compose
from include.distributed import hostname
from include.distributed.stack import DistributedAirflow
from include.local.home import PROJECT
from insider_web_push.vocabulary import HOUSEKEEPING, PURGE
from tests.distributed.conftest import CAMPAIGNS, KEY, LIMIT, Deployment

FAULTS_OF_A_MINUTE = ["worker", "valkey"]


def test_a_day_is_fetched_by_both_workers_within_the_limit(deployment: Deployment) -> None:
    """No answer is throttled, and the day is read back over S3 by the user that may only read."""
    day = deployment.day(1)
    run_id = trigger(deployment.airflow, day)
    assert deployment.airflow.api.wait_for_run(DAG, run_id)["state"] == "success"
    summary = deployment.sim.summary()
    assert (summary["requests"], summary["throttled"]) == (2 + CAMPAIGNS, 0)
    assert summary["most_in_window"] <= LIMIT
    tasks = deployment.airflow.api.task_instances(DAG, run_id, task_id="fetch")
    assert {task["hostname"] for task in tasks} == {"worker-1", "worker-2"}
    read = campaigns_read(deployment.airflow.storage, deployment.sim.partner_id, day)
    assert sorted(read) == sorted(campaigns_of(deployment.sim))
    assert deployment.airflow.restarted == []


@pytest.mark.parametrize("name", FAULTS_OF_A_MINUTE)
def test_a_run_survives(deployment: Deployment, name: str) -> None:
    """Nothing lost, doubled, half published, too fast or told; what was running when it happened is done again."""
    verdict = deployment.chaos.run_with(FAULTS[name], deployment.day(10 + FAULTS_OF_A_MINUTE.index(name)))
    assert verdict.wrong == []
    assert verdict.run == "success"
    assert verdict.looks > 0


def test_every_service_was_run_by_its_own_command(deployment: Deployment) -> None:
    """What compose would run is what ran, but for addresses, and log servers, which listen on every interface."""
    airflow = deployment.airflow
    for name, command in compose.services().items():
        if name == "simulator":
            assert "include.simulator" in psutil.Process(deployment.sim.pid).cmdline()
            continue
        here = airflow.servers.addresses.command(command, data=airflow.home.root / name)
        after_the_program = here[1:] if name == "valkey" else here
        assert " ".join(after_the_program) in " ".join(airflow.commands[name]), name


def test_the_lines_of_cron_clean_both_databases_while_all_runs(deployment: Deployment) -> None:
    """Those of docs/deploy/housekeeping.md: an old run and an old result go, what is young stays, and work goes on."""
    airflow = deployment.airflow
    airflow.api.pause(PURGE, paused=False)
    old, young = (_rehearsed_purge(deployment) for _ in range(2))
    for table, column in (("dag_run", "start_date"), ("task_instance", "start_date"), ("log", "dttm")):
        aged = f"UPDATE {table} SET {column} = {column} - interval '92 days' WHERE run_id = '{old}'"  # noqa: S608 - our own
        _sql(airflow, "airflow", aged)
    _sql(airflow, "celery", "UPDATE celery_taskmeta SET date_done = now() - interval '92 days' WHERE id = 1")

    page = (PROJECT / "docs" / "deploy" / "housekeeping.md").read_text(encoding="utf-8")
    lines = dict(re.findall(r"^docker compose exec -T ([\w-]+) (.*)$", page, re.MULTILINE))
    assert lines.keys() == {"scheduler", "postgres"}
    here = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "PYTHONPATH": str(PROJECT)}
    env = airflow.environments["scheduler"] | here
    done = subprocess.run(["bash", "-c", lines["scheduler"]], env=env, capture_output=True, text=True, check=False)  # noqa: S603, S607 - the page's
    assert done.returncode == 0, done.stdout + done.stderr
    airflow.servers.postgres_program(*shlex.split(lines["postgres"]))

    assert [run["dag_run_id"] for run in airflow.api.runs(PURGE)] == [young]
    assert _sql(airflow, "airflow", f"SELECT count(*) FROM log WHERE run_id = '{old}'") == ["0"]  # noqa: S608 - our own
    assert _sql(airflow, "airflow", "SELECT tablename FROM pg_tables WHERE tablename ~ '^_airflow_deleted'") == []
    assert _sql(airflow, "celery", "SELECT min(id) > 1 FROM celery_taskmeta") == ["t"]
    assert _rehearsed_purge(deployment)
    assert airflow.restarted == []


def test_housekeeping_on_a_worker_cleans_logs_and_skips_the_database(deployment: Deployment) -> None:
    """The workers share the logs' folder, and have no way to Airflow's database."""
    api, folder = deployment.airflow.api, deployment.airflow.home.logs / "tasks"
    young = next(folder.rglob("*.log"))
    old = young.with_name("attempt=old.log")
    old.write_text("")
    os.utime(old, (0, 0))
    api.pause(HOUSEKEEPING, paused=False)
    run_id = api.trigger(HOUSEKEEPING, logical_date=None)
    assert api.wait_for_run(HOUSEKEEPING, run_id)["state"] == "success"
    states = {task["task_id"]: task["state"] for task in api.task_instances(HOUSEKEEPING, run_id)}
    assert states == {"clean_database": "skipped", "clean_logs": "success"}
    assert (old.exists(), young.exists()) == (False, True)
    api.pause(HOUSEKEEPING)


@pytest.mark.parametrize("name", ["dag-processor", "worker-1"])
def test_what_forks_has_loaded_what_is_needed(deployment: Deployment, name: str) -> None:
    """Arrow's library is a large part of it, and can be seen from outside."""
    mapped = psutil.Process(deployment.airflow.pids()[name]).memory_maps()
    assert [place.path for place in mapped if "/pyarrow/" in place.path]


@pytest.mark.parametrize("name", ["dag-processor", "triggerer", "worker-1"])
def test_a_health_check_sees_its_own_service_alone(deployment: Deployment, name: str) -> None:
    """Those that are more than a look at a port; asked for a service that is not there, they say so."""
    kind, *command = compose.compose_file()["services"][name.removesuffix("-1")]["healthcheck"]["test"]
    if kind == "CMD-SHELL":
        command = ["sh", "-c", compose.replaced(command[0], {})]
    # The name of a service comes from this project, which `python -m` finds and the script `airflow` does not.
    here = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "PYTHONPATH": str(PROJECT)}
    for host, is_healthy in ((name, True), ("nobody", False)):
        env = deployment.airflow.environments[name] | here | {"HOSTNAME": host, hostname.VARIABLE: host}
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)  # noqa: S603 - docker-compose.yaml's
        assert (done.returncode == 0) is is_healthy, done.stdout + done.stderr


def test_a_worker_has_no_way_to_airflows_database(deployment: Deployment) -> None:
    """Neither its password nor what decrypts connections or signs tokens; the other parts have not the API key."""
    secret = {"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "AIRFLOW__CORE__FERNET_KEY", "AIRFLOW__API_AUTH__JWT_SECRET"}
    for name, env in deployment.airflow.environments.items():
        has_key = any(KEY in value for value in env.values())
        if name.startswith("worker-"):
            assert not secret & env.keys()
            assert has_key
        else:
            assert not has_key, name


@pytest.mark.parametrize(
    ("database", "password", "said"),
    [("airflow", None, "permission denied for database"), ("celery", "guessed", "password authentication failed")],
)
def test_a_workers_login_opens_celerys_results_alone(
    deployment: Deployment, database: str, password: str | None, said: str
) -> None:
    """The login in a worker's environment opens one database, and only with its password."""
    url = make_url(deployment.airflow.environments["worker-1"]["AIRFLOW__CELERY__RESULT_BACKEND"].removeprefix("db+"))
    with pytest.raises(psycopg2.OperationalError, match=said):
        psycopg2.connect(host=url.query["host"], user=url.username, password=password or url.password, dbname=database)


@pytest.mark.parametrize(("command", "arguments"), [("flushall", ()), ("get", ("a",)), ("config_get", ("*",))])
def test_the_budget_cannot_touch_the_queue(deployment: Deployment, command: str, arguments: tuple[str, ...]) -> None:
    """The worker's login for the budget runs its script on its own keys, and nothing else."""
    connection = json.loads(deployment.airflow.connection("budget", of="worker"))
    client = redis.Redis(port=connection["port"], username=connection["login"], password=connection["password"])
    with pytest.raises(redis.exceptions.NoPermissionError):
        getattr(client, command)(*arguments)


def test_nothing_listens_beyond_this_machine(deployment: Deployment) -> None:
    """Every listening socket of every process is on loopback. Some of Airflow's are for root alone to see."""
    seen = set()
    for name, pid in deployment.airflow.pids().items():
        leader = psutil.Process(pid)
        for process in [leader, *leader.children(recursive=True)]:
            try:
                sockets = process.net_connections("inet")
            except psutil.AccessDenied:
                continue
            seen.add(name)
            for socket in sockets:
                if socket.status == psutil.CONN_LISTEN:
                    assert socket.laddr.ip in {"127.0.0.1", "::1"}, (name, socket.laddr)
    assert {"api-server", "scheduler", "valkey", "storage"} <= seen


@pytest.mark.parametrize(
    ("user", "operation", "arguments"),
    [
        ("worker", "put_object", {"Key": "insider/raw/_test", "Body": b""}),
        ("worker", "list_objects_v2", {"Prefix": "insider/"}),
        ("worker", "get_object", {"Key": "insider/raw/_test"}),
        ("pages", "get_object", {"Key": "insider/raw/_test"}),
        ("worker", "delete_object", {"Key": "insider/raw/_test"}),
        ("reader", "list_objects_v2", {"Prefix": "insider/"}),
    ],
)
def test_an_s3_user_can_do_its_work(
    deployment: Deployment, user: str, operation: str, arguments: dict[str, object]
) -> None:
    """The users have the policies of docs/deploy. Rows in order: what is written is read and removed."""
    getattr(_s3(deployment, user), operation)(Bucket="lake", **arguments)


@pytest.mark.parametrize(
    ("user", "operation", "arguments"),
    [
        ("worker", "put_object", {"Bucket": "lake", "Key": "elsewhere/x", "Body": b""}),
        ("worker", "delete_object", {"Bucket": "lake", "Key": "insider/tombstones/x"}),
        ("worker", "create_bucket", {"Bucket": "another"}),
        ("worker", "delete_bucket", {"Bucket": "lake"}),
        ("pages", "put_object", {"Bucket": "lake", "Key": "insider/x", "Body": b""}),
        ("reader", "get_object", {"Bucket": "lake", "Key": "insider/raw/x"}),
        ("reader", "put_object", {"Bucket": "lake", "Key": "insider/tables/x", "Body": b""}),
        ("reader", "delete_object", {"Bucket": "lake", "Key": "insider/tables/x"}),
    ],
)
def test_an_s3_user_can_do_nothing_else(
    deployment: Deployment, user: str, operation: str, arguments: dict[str, object]
) -> None:
    """Whoever has a worker's secret cannot undo a purge, nor reach what else lies in the bucket."""
    with pytest.raises(ClientError, match="AccessDenied"):
        getattr(_s3(deployment, user), operation)(**arguments)


def test_the_key_is_in_no_log_and_no_database(deployment: Deployment) -> None:
    """After all of the above; and the search finds what is there."""
    assert leaks(deployment.airflow, KEY) == []
    assert leaks(deployment.airflow, "insider_web_push_campaign_metrics")


def _rehearsed_purge(deployment: Deployment) -> str:
    """Carry out a run that needs no call; gives its id."""
    day, partner_id = deployment.day(40).isoformat(), deployment.sim.partner_id
    asked = {"first_day": day, "last_day": day, "whole_days": True, "dry_run": True, "confirm": partner_id}
    run_id = deployment.airflow.api.trigger(PURGE, logical_date=None, conf=asked)
    assert deployment.airflow.api.wait_for_run(PURGE, run_id)["state"] == "success"
    return run_id


def _sql(airflow: DistributedAirflow, database: str, statement: str) -> list[str]:
    """Carry out a statement as the server's superuser; gives the rows."""
    options = ["--no-align", "--tuples-only", "--quiet", "--dbname", database, "--command", statement]
    return airflow.servers.postgres_program("psql", *options).splitlines()


def _s3(deployment: Deployment, user: str) -> BaseClient:
    connection = json.loads(deployment.airflow.lake_user(user))
    return botocore.session.Session().create_client(
        "s3",
        endpoint_url=connection["extra"]["endpoint_url"],
        region_name=connection["extra"]["region_name"],
        aws_access_key_id=connection["login"],
        aws_secret_access_key=connection["password"],
    )
