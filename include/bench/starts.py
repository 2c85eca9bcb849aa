"""`make bench-start`: what a task costs before and while it runs, beside its call: imports, its DAG file, all of it."""

import json
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console
from rich.table import Table

from include.bench.connections import connect
from include.bench.moving import active_campaigns
from include.simulator.process import running_simulator

_PROJECT = Path(__file__).resolve().parents[2]
_OUTPUT = _PROJECT / ".bench" / "starts.jsonl"
_CONN_ID = "insider_web_push_default"
_FORKS = 15
_SAID = {
    "imports": "what a fetch imports that its process was not forked with",
    "fetch": "a fetch, from the DAG file to its last word",
    "dag_file": "the DAG file for a task of one account",
    "dag_files": "the same for all accounts, as the DAG processor builds it",
}


def main() -> None:
    """Measure, print, and append to the JSON lines."""
    rows = measured(_FORKS)
    _OUTPUT.parent.mkdir(exist_ok=True)
    with _OUTPUT.open("a", encoding="utf-8") as out:
        out.writelines(json.dumps(row) + "\n" for row in rows)
    console = Console() if sys.stdout.isatty() else Console(width=120)
    console.print(_table(rows))
    console.print(f"Appended to {_OUTPUT.relative_to(_PROJECT)}, with the names of the modules")


def measured(forks: int) -> list[dict[str, Any]]:
    """Measure in a process of its own; gives the rows of `start_once`."""
    day = datetime.now(UTC).date() - timedelta(days=3)
    with (
        tempfile.TemporaryDirectory(prefix="bench-start-") as folder,
        running_simulator(campaigns=4, limit_requests=1_000_000, latency_s=0.0) as sim,
    ):
        connect(sim, _CONN_ID)
        env = os.environ | {
            "AIRFLOW_HOME": f"{folder}/airflow",
            "AIRFLOW__CORE__DAGS_FOLDER": str(_PROJECT / "dags"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR",
        }
        files = [_accounts_file(Path(folder), number) for number in (1, 50)]
        arguments = [day.isoformat(), active_campaigns(sim)[0], str(forks), *map(str, files)]
        command = [sys.executable, "-m", "include.bench.start_once", *arguments]
        done = subprocess.run(command, check=True, env=env, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own module
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def _accounts_file(folder: Path, number: int) -> Path:
    accounts = [
        {"name": f"brand{at}" if at else "default", "conn_id": f"brand{at}" if at else _CONN_ID,
         "timezone": "Europe/Istanbul", "storage": f"lake{at}"}
        for at in range(number)
    ]  # fmt: skip
    file = folder / f"{number}.yaml"
    file.write_text(yaml.safe_dump({"accounts": accounts}), encoding="utf-8")
    return file


def _table(rows: list[dict[str, Any]]) -> Table:
    table = Table(title=f"A task that starts, in a fork of a process that has what tasks need; medians of {_FORKS}")
    for name in ("what", "accounts", "modules", "CPU s", "at most"):
        table.add_column(name, justify="left" if name == "what" else "right")
    for row in rows:
        modules = str(row.get("modules", ""))
        table.add_row(_SAID[row["what"]], row["accounts"], modules, f"{row['cpu_s']:.3f}", f"{row['most_cpu_s']:.3f}")
    return table


if __name__ == "__main__":
    main()
