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
    values = env_file.demo_values()
    (line,) = re.findall(r"^user budget (.*)$", compose.config("valkey-users", values), re.MULTILINE)
    admin = redis.Redis(port=valkey_server["port"])
    admin.execute_command("ACL", "SETUSER", "budget", *line.split())
    yield redis.Redis(port=valkey_server["port"], username="budget", password=values["BUDGET_PASSWORD"])
    admin.acl_deluser("budget")


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


def _run(connect, statement):
    with closing(psycopg2.connect(**connect)) as connection:
        connection.autocommit = True
        connection.cursor().execute(statement)
