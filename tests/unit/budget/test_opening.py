"""From a connection of Airflow to the store that it names."""

import json
import re
from typing import Any

import pytest
from airflow.sdk import Connection

from insider_web_push.budget.opening import redis_arguments, store_for
from insider_web_push.budget.postgres_store import PostgresStore
from insider_web_push.budget.store import Lease
from insider_web_push.errors import BudgetUnavailable, ConfigurationError
from tests.unit.budget.limits import LONG


@pytest.mark.parametrize("conn_type", ["redis", "valkey", "postgres", "postgresql"])
def test_the_store_of_a_connection_is_on_the_server_that_it_names(
    conn_type: str, budget: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its type; callers that open it anew share one budget."""
    if conn_type.startswith("postgres"):
        host = request.getfixturevalue("postgres_server")["host"]
        server = {"host": host, "login": "postgres", "schema": "postgres"}
    else:
        server = {"host": "127.0.0.1", "port": request.getfixturevalue("valkey_server")["port"]}
    set_connection(monkeypatch, conn_type=conn_type, **server)
    assert isinstance(store_for("shared").acquire(budget, LONG), Lease)
    assert store_for("shared").use(budget, LONG).used == 1


def test_a_connection_of_another_type_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the types that there are."""
    set_connection(monkeypatch, conn_type="sqlite", host="budget.sqlite3")
    with pytest.raises(ConfigurationError, match=r"'shared', .* is of type 'sqlite': use redis or postgres"):
        store_for("shared")


@pytest.mark.parametrize(
    ("uri", "meant"),
    [
        ("redis://:secret@cache:6380/3", {"host": "cache", "port": 6380, "password": "secret", "db": 3}),
        ("rediss://cache", {"host": "cache", "port": 6379, "db": 0, "ssl": True}),
        ("redis://cache?ssl=true&ssl_cert_reqs=none", {"ssl": True, "ssl_cert_reqs": "none"}),
        ("redis://cache?ssl=true&ssl_ca_certs=%2Fca.pem&db=2", {"ssl_ca_certs": "/ca.pem", "db": 2}),
        ("redis://cache?cluster=false&startup_nodes=", {"db": 0}),  # as Airflow's form saves what nobody filled in
        ("valkey://cache?ssl=false&ssl_check_hostname=true", {"ssl": False, "ssl_check_hostname": True}),
    ],
)
def test_what_airflows_own_redis_connections_understand_is_honoured(uri: str, meant: dict[str, Any]) -> None:
    assert redis_arguments(Connection.from_uri(uri, conn_id="shared")).items() >= meant.items()


@pytest.mark.parametrize(
    ("uri", "named"),
    [
        ("redis://cache?ssl_cert_req=none", "'ssl_cert_req'"),
        ("redis://cache?cluster=true", "'cluster'"),
        ("redis://cache/3?db=2", "2 and 3"),
        ("redis://cache/three", "three"),
        ("postgres://db/budget?sslrootcrt=%2Fca.pem", "'sslrootcrt'"),
        ("postgres://db/budget?iam=true", "'iam'"),
    ],
)
def test_what_would_be_ignored_is_refused_by_name(uri: str, named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that was meant to secure the connection must not be lost without a word."""
    monkeypatch.setenv("AIRFLOW_CONN_SHARED", uri)
    with pytest.raises(ConfigurationError, match=re.escape(named)):
        store_for("shared")


@pytest.mark.parametrize("uri", ["redis://:se/cret@cache", "postgres://u:se?cret@db/budget"])
def test_a_uri_that_airflow_cannot_read_is_not_said_to_be_missing(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its password cut it short."""
    monkeypatch.setenv("AIRFLOW_CONN_SHARED", uri)
    with pytest.raises(ConfigurationError, match="'shared', the budget's store, cannot be read, though AIRFLOW_CONN_"):
        store_for("shared")


def test_the_options_of_libpq_reach_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A certificate that does not exist is looked for: `sslrootcert` is not dropped under `verify-full`."""
    monkeypatch.setenv(
        "AIRFLOW_CONN_SHARED", "postgres://u:p@127.0.0.1:1/budget?sslmode=verify-full&sslrootcert=%2Fno.pem"
    )
    store = store_for("shared")
    assert isinstance(store, PostgresStore)
    assert store.connects_with["sslrootcert"] == "/no.pem"
    with pytest.raises(BudgetUnavailable):
        store.acquire("any", LONG)


def set_connection(monkeypatch: pytest.MonkeyPatch, **fields: Any) -> None:
    """Put the connection `shared` into the environment."""
    monkeypatch.setenv("AIRFLOW_CONN_SHARED", json.dumps(fields))
