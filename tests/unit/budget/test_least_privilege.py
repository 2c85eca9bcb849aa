"""What docs/deploy says that a budget store's user needs is enough for each step, and opens nothing else."""

import re
from contextlib import closing

import psycopg2
import pytest
import redis
from psycopg2 import errors as pg

from include.deploy import compose, env_file
from insider_web_push.budget.postgres_store import PostgresStore
from insider_web_push.budget.redis_store import RedisStore
from insider_web_push.budget.store import Lease
from tests.conftest import PROJECT_ROOT
from tests.unit.budget.limits import LONG


@pytest.fixture(scope="module")
def postgres_user(postgres_server):
    """The role of docs/deploy/budget.sql, in a database of its own."""
    admin = {"host": postgres_server["host"], "user": "postgres"}
    _run(admin | {"dbname": "postgres"}, "CREATE DATABASE least_privilege")
    _run(admin | {"dbname": "least_privilege"}, (PROJECT_ROOT / "docs/deploy/budget.sql").read_text(encoding="utf-8"))
    return {"host": postgres_server["host"], "user": "insider_budget", "dbname": "least_privilege"}


@pytest.fixture(scope="module")
def valkey_user(valkey_server):
    """The user `budget` of docker-compose.yaml, for as long as these tests run."""
    yield from _user(valkey_server, "budget", "BUDGET_PASSWORD")


@pytest.fixture(scope="module")
def queue_user(valkey_server):
    """The user of Celery's queue, likewise."""
    yield from _user(valkey_server, "broker", "BROKER_PASSWORD")


def _user(server, name, password):
    values = env_file.demo_values()
    (line,) = re.findall(rf"^user {name} (.*)$", compose.config("valkey-users", values), re.MULTILINE)
    admin = redis.Redis(port=server["port"])
    admin.execute_command("ACL", "SETUSER", name, *line.split())
    yield redis.Redis(port=server["port"], username=name, password=values[password])
    admin.acl_deluser(name)


@pytest.fixture(params=["postgres", "valkey"])
def store(request):
    if request.param == "postgres":
        return PostgresStore(request.getfixturevalue("postgres_user"), name="postgres")
    return RedisStore(request.getfixturevalue("valkey_user"), name="valkey")


def test_every_step_is_allowed(store, budget):
    """None raises BudgetUnavailable."""
    lease = store.acquire(budget, LONG, key_hash="some")
    assert isinstance(lease, Lease)
    store.stamp(lease, LONG)
    store.observe(budget, 2)
    store.trip(budget, "some")
    store.reset(budget, "some")
    store.close(budget, 5)
    assert store.use(budget, LONG).limit == 2


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM insider_web_push_budget",
        "DROP TABLE insider_web_push_budget",
        "CREATE TABLE another (id int)",
        "CREATE ROLE another",
    ],
)
def test_the_postgres_role_can_do_nothing_else(postgres_user, statement):
    """It empties nothing and makes nothing."""
    with pytest.raises(pg.InsufficientPrivilege):
        _run(postgres_user, statement)


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["KEYS", "*"], id="lists-keys"),
        pytest.param(["HGETALL", "celery"], id="reads-the-queue"),
        pytest.param(["DEL", "insider_web_push:budget:x"], id="forgets-a-budget"),
        pytest.param(["CONFIG", "SET", "maxmemory", "1"], id="configures"),
        pytest.param(["FLUSHALL"], id="empties"),
        pytest.param(["EVAL", "return redis.call('GET', 'celery')", "0"], id="reads-by-script"),
    ],
)
def test_the_valkey_user_can_do_nothing_else(valkey_user, command):
    """The queue of Celery, on the same server, is out of its reach."""
    with pytest.raises(redis.ResponseError, match=r"(?i)permission|not allowed"):
        valkey_user.execute_command(*command)


@pytest.mark.parametrize("command", [["DEL"], ["HGETALL"], ["HSET", "taken", "0"], ["EXPIRE", "1"]])
def test_the_queue_cannot_reach_a_budget(queue_user, command):
    """Whoever empties it gets leases that others hold."""
    name, *rest = command
    with pytest.raises(redis.ResponseError, match=r"(?i)permission"):
        queue_user.execute_command(name, "insider_web_push:budget:x", *rest)


def test_the_queue_has_its_own_keys(queue_user):
    """As Celery names them: the queue with its priorities, bindings, what is not acknowledged, and mailboxes."""
    for key in ("default", "default\x06\x169", "_kombu.binding.default", "unacked", "unacked_index", "celeryev"):
        queue_user.delete(key)
    queue_user.publish("/0.celery.pidbox", "hello")
    queue_user.delete("3f2a.reply.celery.pidbox")


def _run(connect, statement):
    with closing(psycopg2.connect(**connect)) as connection:
        connection.autocommit = True
        connection.cursor().execute(statement)
