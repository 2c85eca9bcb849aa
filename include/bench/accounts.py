"""`make bench-accounts`: many accounts at once on one machine, each with a limit of its own: does each use it up?"""

import dataclasses
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pendulum
import yaml
from rich.console import Console
from rich.table import Table

from include.bench.figures import Figures, Usage, figures_of
from include.local.stack import LocalAirflow
from include.simulator.process import Simulator, running_simulator

_PROJECT = Path(__file__).resolve().parents[2]
_OUTPUT = _PROJECT / ".bench" / "accounts.jsonl"
_DAILY = "insider_web_push_campaign_metrics"
_ZONE = "Europe/Istanbul"
_LIMIT, _WINDOW_S = 30, 60.0
_LONGEST_S = 3600.0


def main() -> None:
    """Run the daily DAG of each account, all at once; prints each account's figures, and what all of them cost."""
    accounts, campaigns = int(os.environ.get("ACCOUNTS", "20")), int(os.environ.get("CAMPAIGNS", "60"))
    slots, per_task = int(os.environ.get("SLOTS", "1")), int(os.environ.get("PER_TASK", "10"))
    console = Console() if sys.stdout.isatty() else Console(width=120)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        sims = {
            f"a{n:02}": stack.enter_context(
                running_simulator(
                    campaigns=campaigns, quiet_campaigns=0, latency_s=0.05, limit_requests=_LIMIT,
                    limit_window_s=_WINDOW_S,
                )
            )
            for n in range(accounts)
        }  # fmt: skip
        airflow = stack.enter_context(_airflow(folder, sims, slots, per_task))
        with Usage.watching(without=frozenset(sim.pid for sim in sims.values())) as usage:
            _run_all(airflow, list(sims))
        figures = [
            figures_of(name, sim.requests(), usage, limit=_LIMIT, window_s=_WINDOW_S) for name, sim in sims.items()
        ]
    calls = sum(one.done for one in figures)
    said = {
        "accounts": accounts, "campaigns": campaigns, "slots": slots, "per_task": per_task,
        "least_share": min(one.share_of_limit for one in figures),
        "throttled": sum(one.throttled for one in figures),
        "most_in_window": max(one.most_in_window for one in figures),
        "cpu_s_per_campaign_day": round(usage.cpu_s / calls, 3),
    }  # fmt: skip
    _OUTPUT.parent.mkdir(exist_ok=True)
    with _OUTPUT.open("a", encoding="utf-8") as out:
        out.write(json.dumps(said | {"of_each": [dataclasses.asdict(one) for one in figures]}) + "\n")
    console.print(_table(figures))
    for name, value in said.items():
        console.print(f"{name}: {value}")


@contextmanager
def _airflow(folder: Path, sims: dict[str, Simulator], slots: int, per_task: int) -> Iterator[LocalAirflow]:
    accounts = folder / "accounts.yaml"
    settings = [
        {
            "name": name, "conn_id": f"insider_{name}", "timezone": _ZONE, "schedule": None, "refresh_schedule": None,
            "storage": str(folder / "storage" / name), "pool_slots": slots, "campaign_days_per_task": per_task,
        }
        for name in sims
    ]  # fmt: skip
    accounts.write_text(yaml.safe_dump({"accounts": settings}))
    airflow = LocalAirflow(
        home=folder / "home",
        dags_folder=_PROJECT / "dags",
        accounts_file=accounts,
        purpose="make bench-accounts",
        # A worker that waits costs next to nothing, and each account has at least one.
        extra_env={"AIRFLOW__CORE__PARALLELISM": str(len(sims) * (slots + 1))},
    )
    with airflow:
        for name, sim in sims.items():
            airflow.api.upsert_connection(
                f"insider_{name}", conn_type="insider_web_push", host=sim.url, password=sim.api_key,
                extra=json.dumps({"partner_id": sim.partner_id, "window_s": _WINDOW_S}),
            )  # fmt: skip
            airflow.api.wait_for_dag(f"{_DAILY}__{name}")
            airflow.api.pause(f"{_DAILY}__{name}", paused=False)
        yield airflow


def _run_all(airflow: LocalAirflow, names: list[str]) -> None:
    start = pendulum.yesterday(_ZONE)
    dags = [f"{_DAILY}__{name}" for name in names]
    runs = {
        dag: airflow.api.trigger(
            dag, logical_date=pendulum.now("UTC"), data_interval=(start, start.add(days=1)), conf={}
        )
        for dag in dags
    }
    for dag, run_id in runs.items():
        state = airflow.api.wait_for_run(dag, run_id, timeout_s=_LONGEST_S)["state"]
        if state != "success":
            raise RuntimeError(f"{dag} ended as {state}")


def _table(figures: list[Figures]) -> Table:
    table = Table(title=f"{_LIMIT} requests in any {_WINDOW_S:.0f} s, for each account")
    for name in ("account", "campaigns", "seconds", "throttled", "most in a window", "share of the limit"):
        table.add_column(name, justify="left" if name == "account" else "right")
    for one in figures:
        cells = (one.done, one.wall_s, one.throttled, one.most_in_window, f"{one.share_of_limit:.1%}")
        table.add_row(one.way, *map(str, cells))
    return table


if __name__ == "__main__":
    main()
