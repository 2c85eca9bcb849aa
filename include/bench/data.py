"""
`make bench-data`: what publishing costs, what a reader fetches to learn the files of two years, what grows with an
account's years, what runs ask of a store, and what the second looks cost in calls. FULL=1: 50,000 on S3 as well.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from include.bench.figures import needs_proc
from include.servers import S3_BUCKET, s3

_PROJECT = Path(__file__).resolve().parents[2]
_OUTPUT = _PROJECT / ".bench"
_DAY = date(2026, 3, 10)
_SIZES = (500, 5_000, 50_000)
_YEAR, _TWO_YEARS = 365, 730
_CONN_ID = "bench_lake"


def main() -> None:
    """Measure, print each row as it ends, and append to the JSON lines."""
    needs_proc()
    _OUTPUT.mkdir(exist_ok=True)
    console = Console() if sys.stdout.isatty() else Console(width=120)
    with tempfile.TemporaryDirectory(prefix="bench-data-") as folder:
        os.environ["AIRFLOW_HOME"] = f"{folder}/airflow"
        os.environ["AIRFLOW__LOGGING__LOGGING_LEVEL"] = "ERROR"
        rows = [row for kind in ("file", "s3") for row in _published(kind, Path(folder))]
        console.print(_table("Publishing one day, a process each", rows))
        heads = [row for kind in ("file", "s3") for row in _heads(kind, Path(folder))]
        console.print(_table("Learning the files of two years", heads))
        with _storage("s3", Path(folder)) as storage:
            purges = _ran("purge.jsonl", "s3", "include.bench.purge_once", f"{storage}/purge", str(_YEAR))
            console.print(_table(f"Purging a campaign of an account of {_YEAR} days", list(purges)))
            runs = list(_ran("requests.jsonl", "s3", "include.bench.store_requests", f"{storage}/requests"))
            console.print(_table("Requests to the store, of runs with 400 campaigns a day", _whole(runs)))
            for run in runs:
                console.print(_table(f"Of these, of the {run['run']}", run["of"]))
        with _storage("file", Path(folder)) as storage:
            rows = list(_ran("campaign.jsonl", "file", "include.bench.campaign_table", f"{storage}/campaign"))
        console.print(_table("Bringing the table campaign up to date with a day", rows))
        for movement in ("decaying", "restless"):
            title = f"Calls of one day's work, {movement}: 200 listed campaigns, half of them quiet"
            console.print(_table(title, _looks(movement)))
    names = "publish, heads, purge, requests, campaign and calls"
    console.print(f"Appended to {_OUTPUT.relative_to(_PROJECT)}/*.jsonl: {names}")


def _published(kind: str, folder: Path) -> Iterator[dict[str, Any]]:
    from include.bench.raw_days import PARTNER, write_day  # noqa: PLC0415 - it imports Airflow, which reads its environment then
    from insider_web_push.lake.storage import Storage  # noqa: PLC0415 - it imports Airflow, which reads its environment then

    with _storage(kind, folder) as storage:
        for size in _SIZES:
            if kind == "s3" and size > _SIZES[1] and not os.environ.get("FULL"):
                continue
            url = f"{storage}/{size}"
            write_day(Storage(url, PARTNER), _DAY, range(size))
            yield from _ran("publish.jsonl", kind, "include.bench.publish_once", url, _DAY.isoformat())


def _heads(kind: str, folder: Path) -> Iterator[dict[str, Any]]:
    with _storage(kind, folder) as storage:
        yield from _ran("heads.jsonl", kind, "include.bench.heads", f"{storage}/heads", str(_TWO_YEARS))


def _ran(name: str, kind: str, module: str, *arguments: str) -> Iterator[dict[str, Any]]:
    """Run a module in a process of its own, and keep the rows that it prints."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own module
    for line in done.stdout.splitlines():
        if line.startswith("{"):
            row = json.loads(line) | {"storage": kind}
            print(json.dumps(row), flush=True)
            _append(name, row)
            yield row


@contextmanager
def _storage(kind: str, folder: Path) -> Iterator[str]:
    if kind == "file":
        yield (folder / "lake").as_uri()
        return
    with s3() as connection:
        os.environ[f"AIRFLOW_CONN_{_CONN_ID.upper()}"] = json.dumps(connection)
        yield f"s3://{_CONN_ID}@{S3_BUCKET}/bench"


def _looks(movement: str) -> list[dict[str, Any]]:
    from include.bench.calls import follow_a_day, naive_calls, summed  # noqa: PLC0415 - it imports Airflow, which reads its environment then

    looks = follow_a_day(movement)
    rows = [
        {"age": str(look.age), "calls": look.counted, "estimated": look.estimated} | look.by_cause for look in looks
    ]
    total = sum(look.counted for look in looks)
    naive = naive_calls(looks)
    share = round(total / naive, 4)
    rows.append(
        {"age": f"all: {share:.1%} of {naive:,}", "calls": total, "estimated": sum(look.estimated for look in looks)}
        | summed(looks)
    )
    _append(
        "calls.jsonl",
        {
            "movement": movement,
            "calls": total,
            "naive": naive,
            "share": share,
            "by_cause": summed(looks),
            "by_age": rows[:-1],
        },
    )
    return rows


def _whole(runs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in run.items() if name != "of"} for run in runs]


def _append(name: str, row: dict[str, Any]) -> None:
    with (_OUTPUT / name).open("a", encoding="utf-8") as out:
        out.write(json.dumps(row) + "\n")


def _table(title: str, rows: list[dict[str, Any]]) -> Table:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    table = Table(title=title)
    for name in columns:
        table.add_column(name, justify="right")
    for row in rows:
        table.add_row(*(str(row.get(name, "")) for name in columns))
    return table


if __name__ == "__main__":
    main()
