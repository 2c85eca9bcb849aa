"""
`make bench`: the budget against the plain ways.

QUICK=1 scales the window to 20 s, RUNS=3 repeats ours, BURNERS=2 keeps as many cores busy meanwhile.
"""

import dataclasses
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import yaml
from rich.console import Console
from rich.table import Table

from include.bench.figures import Figures
from include.bench.ways import ACCOUNTS, Bench, busy_cores, storage_of
from include.local.stack import LocalAirflow

_PROJECT = Path(__file__).resolve().parents[2]
_OUTPUT = _PROJECT / ".bench" / "budget.jsonl"


def main() -> None:
    """Run every way once, those with a whole Airflow of ours RUNS times; print each as it ends, then the table."""
    quick, runs, burners = bool(os.environ.get("QUICK")), _number("RUNS", 1), _number("BURNERS", 0)
    console = Console() if sys.stdout.isatty() else Console(width=120)
    _OUTPUT.parent.mkdir(exist_ok=True)
    results: list[Figures] = []
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        _airflow(Path(folder)) as airflow,
        busy_cores(burners) as busy,
    ):
        bench = Bench(airflow, window_s=20.0 if quick else 60.0, busy=busy)
        for way in _ways(bench, runs):
            figures = way()
            shutil.rmtree(storage_of(Path(folder)), ignore_errors=True)
            results.append(figures)
            console.print(f"{figures.way}: {figures.throttled} throttled, {figures.share_of_limit:.1%} of the limit")
            with _OUTPUT.open("a", encoding="utf-8") as out:
                under = {"window_s": bench.window_s, "burners": burners}
                out.write(json.dumps(dataclasses.asdict(figures) | under) + "\n")
    console.print(_table(results, window_s=bench.window_s))
    console.print(f"Appended to {_OUTPUT.relative_to(_PROJECT)}")


def _ways(bench: Bench, runs: int) -> list[Callable[[], Figures]]:
    return [
        lambda: bench.plain(30),
        lambda: bench.plain(1),
        *[partial(way, account) for account in ACCOUNTS for way in (bench.ours, bench.ours_crowded)] * runs,
        lambda: bench.ours_on("valkey"),
        lambda: bench.ours_on("postgres"),
    ]


def _number(setting: str, default: int) -> int:
    said = os.environ.get(setting, "")
    if said and not said.isdecimal():
        raise SystemExit(f"{setting}={said!r} is no number: give 0 or more")
    return int(said or default)


@contextmanager
def _airflow(folder: Path) -> Iterator[LocalAirflow]:
    """An Airflow with our DAGs and the plain ones."""
    dags, accounts = folder / "dags", folder / "accounts.yaml"
    shutil.copytree(_PROJECT / "dags", dags)
    shutil.copy(_PROJECT / "include" / "bench" / "plain_dags.py", dags)
    ours = [
        {
            "name": account.name, "timezone": "Europe/Istanbul", "conn_id": account.conn_id, "schedule": None,
            "storage": f"{storage_of(folder)}/{account.name}", "campaign_days_per_task": account.per_task,
        }
        for account in ACCOUNTS
    ]  # fmt: skip
    accounts.write_text(yaml.safe_dump({"accounts": ours}))
    with LocalAirflow(home=folder / "home", dags_folder=dags, accounts_file=accounts, purpose="make bench") as airflow:
        for slots in (30, 1):
            airflow.api.make_pool(f"plain_{slots}", slots)
        for dag in ("plain_pool_of_30", "plain_pool_of_1", *[account.dag for account in ACCOUNTS]):
            airflow.api.wait_for_dag(dag)
            airflow.api.pause(dag, paused=False)
        yield airflow


def _table(results: list[Figures], *, window_s: float) -> Table:
    table = Table(title=f"30 requests in any {window_s:.0f} s")
    for field in dataclasses.fields(Figures):
        table.add_column(field.name, justify="left" if field.name == "way" else "right")
    for figures in results:
        share = f"{figures.share_of_limit:.1%}"
        row = dataclasses.asdict(figures) | {"share_of_limit": share}
        table.add_row(*(str(value) for value in row.values()))
    return table


if __name__ == "__main__":
    main()
