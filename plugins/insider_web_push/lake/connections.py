"""Lets a process that lives long use a store's connection as it is now, and not as it was when it was first used."""

from __future__ import annotations

import hashlib
from threading import Lock
from urllib.parse import urlsplit

from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException
from airflow.sdk.io import store as airflow_stores

_lock = Lock()
_made_of: dict[str, str] = {}
"""By Airflow's name of a store: what its connection was when the store was last used."""


def use_as_it_is_now(url: str) -> None:
    """
    Make Airflow forget the file system of a storage if its connection has changed since it was made.

    Airflow keeps one for each connection as long as the process lives (3.3.2, `airflow.sdk.io.store`): after a key was
    rotated, the API server would be refused until somebody starts it anew. A task's process is too short for that.

    Args:
        url: The storage, any URL of `ObjectStoragePath`.
    """
    parts = urlsplit(url)
    conn_id, _, _ = parts.netloc.rpartition("@")
    if not conn_id:
        return
    present, name = _digest(conn_id), f"{parts.scheme}-{conn_id}"
    with _lock:
        if _made_of.get(name) != present:
            airflow_stores._STORE_CACHE.pop(name, None)  # noqa: SLF001 — there is no other way to it
            _made_of[name] = present


def _digest(conn_id: str) -> str:
    try:
        found = BaseHook.get_connection(conn_id)
    except AirflowNotFoundException:  # some stores do without, others say so when they are used
        return ""
    parts = (found.conn_type, found.host, found.port, found.login, found.password, found.schema, found.extra)
    return hashlib.sha256(repr(parts).encode()).hexdigest()
