"""Opens the store that an account's budget is kept in."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from insider_web_push.budget.sqlite_store import SQLiteStore
from insider_web_push.budget.store import ANSWER_WITHIN_S, BudgetStore
from insider_web_push.errors import ConfigurationError, no_connection

if TYPE_CHECKING:
    from airflow.sdk import Connection

LOCAL_FILE = "insider_web_push_budget.sqlite3"
_OF_TLS = ("ssl", "ssl_cert_reqs", "ssl_ca_certs", "ssl_keyfile", "ssl_certfile", "ssl_check_hostname")
"""Extras of Airflow's Redis connections; redis-py calls them the same."""
_UNSET = (None, "", False, "false", "False")
_LOCAL_EXECUTORS = ("local", "sequential")


def store_for(budget_conn_id: str | None, *, answer_within_s: float = ANSWER_WITHIN_S) -> BudgetStore:
    """
    Open the store that the connection names.

    Args:
        budget_conn_id: Airflow connection of the store, of type redis or postgres; None means a file in AIRFLOW_HOME.
        answer_within_s: Seconds that a step on a server may take.

    Raises:
        ConfigurationError: the connection is missing or of another type; or a local file would have to hold a budget
            that several machines share.
    """
    return _local_store() if budget_conn_id is None else _shared_store(budget_conn_id, answer_within_s)


def _local_store() -> BudgetStore:
    from airflow.configuration import AIRFLOW_HOME, conf  # noqa: PLC0415 — the rest of the package needs no Airflow

    executors = conf.get("core", "executor")
    if not all(any(word in name.lower() for word in _LOCAL_EXECUTORS) for name in executors.split(",")):
        raise ConfigurationError(
            f"the budget's store is a file on one machine, but the executor is {executors}: set the extra "
            "budget_conn_id of the connection to a redis or postgres connection that all workers reach"
        )
    return SQLiteStore(Path(AIRFLOW_HOME) / LOCAL_FILE)


def _shared_store(conn_id: str, answer_within_s: float) -> BudgetStore:
    from airflow.sdk import BaseHook  # noqa: PLC0415 — the rest of the package needs no Airflow
    from airflow.sdk.exceptions import AirflowNotFoundException  # noqa: PLC0415 — as above

    try:
        connection = BaseHook.get_connection(conn_id)
    except AirflowNotFoundException:
        what_to_do = "add it, or correct budget_conn_id"
        raise no_connection(conn_id, what_to_do, environ=os.environ, what=", the budget's store,") from None
    match connection.conn_type:
        case "redis" | "rediss" | "valkey":
            return _redis_store(connection, answer_within_s)
        case "postgres" | "postgresql":
            return _postgres_store(connection, answer_within_s)
    message = f"connection {conn_id!r}, the budget's store, is of type {connection.conn_type!r}: use redis or postgres"
    raise ConfigurationError(message)


def _redis_store(connection: Connection, answer_within_s: float) -> BudgetStore:
    try:
        import redis  # noqa: PLC0415 — an extra of this package
        from redis.backoff import NoBackoff  # noqa: PLC0415 — as above
        from redis.retry import Retry  # noqa: PLC0415 — as above

        from insider_web_push.budget.redis_store import RedisStore  # noqa: PLC0415 — as above
    except ImportError:
        raise _missing("redis") from None
    arguments = redis_arguments(connection) | {
        "socket_timeout": answer_within_s,
        "socket_connect_timeout": answer_within_s,
        # A step that was not answered may have been made: sent again, it would take a second lease.
        "retry": Retry(NoBackoff(), 0),
    }
    # A cluster has no numbered databases; and a node of it that does not answer keeps nobody from the others.
    of_cluster = {name: value for name, value in arguments.items() if name != "db"} | {"require_full_coverage": False}
    return RedisStore(
        redis.Redis(**arguments), name=_named(connection), cluster=lambda: redis.RedisCluster(**of_cluster)
    )


def redis_arguments(connection: Connection) -> dict[str, Any]:
    """
    Give a connection as arguments of redis-py: what Airflow's own Redis hook takes, and what its URI says.

    Raises:
        ConfigurationError: it has an extra that would be ignored, or names two databases.
    """
    extra = dict(connection.extra_dejson)
    secured = {name: extra.pop(name) for name in _OF_TLS if name in extra}
    flags: dict[str, Any] = {
        name: str(secured[name]).lower() == "true" for name in ("ssl", "ssl_check_hostname") if name in secured
    }
    if connection.conn_type == "rediss":
        flags["ssl"] = True
    databases = {str(found) for found in (extra.pop("db", None), connection.schema) if found not in (None, "")}
    if len(databases) > 1 or not all(name.isdecimal() for name in databases):
        named = " and ".join(sorted(databases))
        raise ConfigurationError(f"connection {connection.conn_id!r}: the budget's database {named} is not one number")
    _refuse(connection, extra)
    return {
        "host": connection.host or "localhost",
        "port": connection.port or 6379,
        "username": connection.login or None,
        "password": connection.password or None,
        "db": int(next(iter(databases), 0)),
        **secured,
        **flags,
    }


def _postgres_store(connection: Connection, answer_within_s: float) -> BudgetStore:
    try:
        from insider_web_push.budget.postgres_store import PostgresStore, unknown_option  # noqa: PLC0415 — an extra
    except ImportError:
        raise _missing("postgres") from None
    arguments = {
        "host": connection.host,
        "port": connection.port,
        "user": connection.login,
        "password": connection.password,
        "dbname": connection.schema,
    } | connection.extra_dejson
    _refuse(connection, {name: value for name, value in connection.extra_dejson.items() if unknown_option(name)})
    given = {name: value for name, value in arguments.items() if value}
    return PostgresStore(given, name=_named(connection), answer_within_s=answer_within_s)


def _refuse(connection: Connection, ignored: Mapping[str, object]) -> None:
    """Refuse extras that would be ignored: one that secures the connection must not be. Forms keep empty ones."""
    if named := ", ".join(repr(name) for name, value in ignored.items() if value not in _UNSET):
        raise ConfigurationError(
            f"connection {connection.conn_id!r}: the budget's store does not know the extra {named}: remove it"
        )


def _named(connection: Connection) -> str:
    address = f"{connection.host or 'localhost'}" + (f":{connection.port}" if connection.port else "")
    return f"{connection.conn_id} ({connection.conn_type} at {address})"


def _missing(extra: str) -> ConfigurationError:
    return ConfigurationError(
        "the budget's store needs a client that is not installed: "
        f"pip install 'airflow-provider-insider-web-push[{extra}]'"
    )
