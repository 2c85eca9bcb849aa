"""Airflow connections of a benchmark's account, in the environment of this process and its children."""

import json
import os

from include.simulator.process import Simulator


def connect(sim: Simulator, conn_id: str) -> None:
    """Make a simulator a connection, with a limit that nobody meets."""
    write_connection(conn_id, sim.partner_id, host=sim.url, password=sim.api_key)


def write_connection(conn_id: str, partner_id: str, **parts: str) -> None:
    """Make an account a connection: without more parts for tasks that call nobody."""
    extra = {"partner_id": partner_id, "requests_per_minute": 10_000}
    said = {"conn_type": "insider_web_push", "password": "-", "extra": extra} | parts
    os.environ[f"AIRFLOW_CONN_{conn_id.upper()}"] = json.dumps(said)
