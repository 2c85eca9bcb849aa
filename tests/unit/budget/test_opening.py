"""From a connection of Airflow to the store that it names."""

import json
from typing import Any

import pytest

from insider_web_push.budget.opening import store_for
from insider_web_push.budget.store import Lease
from insider_web_push.errors import ConfigurationError
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


def set_connection(monkeypatch: pytest.MonkeyPatch, **fields: Any) -> None:
    """Put the connection `shared` into the environment."""
    monkeypatch.setenv("AIRFLOW_CONN_SHARED", json.dumps(fields))
