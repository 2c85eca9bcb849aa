"""`make bench-large`: one run of 5,000 campaigns at a raised limit: time, memory, growth of the database."""

import contextlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pendulum
import psutil
import psycopg2
import yaml
from rich.console import Console
from rich.table import Table

from include.bench.figures import needs_proc, peak_kib
from include.local.stack import LocalAirflow
from include.simulator.process import Simulator, running_simulator

_PROJECT = Path(__file__).resolve().parents[2]
_OUTPUT = _PROJECT / ".bench" / "large.jsonl"
_DAILY = "insider_web_push_campaign_metrics"
_ZONE = "Europe/Istanbul"
_LIMIT = 100_000
_LONGEST_S = 3600.0
_TABLES = ("task_instance", "xcom", "rendered_task_instance_fields", "log")


def main() -> None:
    """Run it with as many campaign days a task as it must; MAPPED=1 maps each on its own, PER_TASK=10 ten at least."""
    needs_proc()
    campaigns, mapped = int(os.environ.get("CAMPAIGNS", "5000")), bool(os.environ.get("MAPPED"))
    per_task = int(os.environ.get("PER_TASK", "1"))
    most = 20_000 if mapped else 1024
    console = Console() if sys.stdout.isatty() else Console(width=120)
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        _running(Path(folder), campaigns, most, per_task) as (airflow, sim),
    ):
        before = _database_mb(airflow)
        began = time.monotonic()
        run_id, state = _run(airflow)
        figures: dict[str, Any] = {
            "campaigns": campaigns,
            "fetch_tasks": airflow.api.count_task_instances(_DAILY, run_id, task_id="fetch"),
            "state": state,
            "wall_s": round(time.monotonic() - began, 1),
            "calls": len(sim.requests()),
            "database_mb": {name: round(size - before[name], 1) for name, size in _database_mb(airflow).items()},
            "peak_mb": {name: round(peak_kib(pid) / 1024) for name, pid in _components().items()},
        }
    _OUTPUT.parent.mkdir(exist_ok=True)
    with _OUTPUT.open("a", encoding="utf-8") as out:
        out.write(json.dumps(figures) + "\n")
    table = Table(title="One run", show_header=False)
    for name, value in figures.items():
        table.add_row(name, str(value))
    console.print(table)


@contextmanager
def _running(folder: Path, campaigns: int, most: int, per_task: int) -> Iterator[tuple[LocalAirflow, Simulator]]:
    accounts = folder / "accounts.yaml"
    account = {
        "name": "default", "timezone": _ZONE, "schedule": None, "refresh_schedule": None,
        "storage": str(folder / "storage"), "campaign_days_per_task": per_task,
    }  # fmt: skip
    accounts.write_text(yaml.safe_dump({"accounts": [account]}))
    airflow = LocalAirflow(
        home=folder / "home",
        dags_folder=_PROJECT / "dags",
        accounts_file=accounts,
        purpose="make bench-large",
        extra_env={"AIRFLOW__CORE__MAX_MAP_LENGTH": str(most)},
    )
    simulator = running_simulator(campaigns=campaigns, quiet_campaigns=0, latency_s=0.05, limit_requests=_LIMIT)
    with simulator as sim, airflow:
        extra = {"partner_id": sim.partner_id, "requests_per_minute": 10_000}
        airflow.api.upsert_connection(
            "insider_web_push_default", conn_type="insider_web_push", host=sim.url, password=sim.api_key,
            extra=json.dumps(extra),
        )  # fmt: skip
        airflow.api.wait_for_dag(_DAILY)
        airflow.api.pause(_DAILY, paused=False)
        yield airflow, sim


def _run(airflow: LocalAirflow) -> tuple[str, str]:
    start = pendulum.yesterday(_ZONE)
    run_id = airflow.api.trigger(
        _DAILY, logical_date=pendulum.now("UTC"), data_interval=(start, start.add(days=1)), conf={}
    )
    return run_id, str(airflow.api.wait_for_run(_DAILY, run_id, timeout_s=_LONGEST_S)["state"])


def _database_mb(airflow: LocalAirflow) -> dict[str, float]:
    """Measure the database as a whole, and the tables that grow with tasks."""
    url = airflow.env["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"].replace("+psycopg2", "")
    with contextlib.closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        sizes = {"all": _megabytes(cursor)}
        for table in _TABLES:
            cursor.execute("SELECT pg_total_relation_size(%s)", (table,))
            sizes[table] = _megabytes(cursor)
    return sizes


def _megabytes(cursor: "psycopg2.extensions.cursor") -> float:
    ((size,),) = cursor.fetchall()
    return float(size) / 1e6


def _components() -> dict[str, int]:
    """Find Airflow's processes among our descendants, by what they were started as."""
    found = {}
    for process in psutil.Process().children():
        line = " ".join(process.cmdline())
        for name in ("scheduler", "api_server", "api-server", "dag-processor"):
            if name in line:
                found[name] = process.pid
    return found


if __name__ == "__main__":
    main()
