"""`make bench-page`: how long the coverage page takes in a real API server, with its days on an S3 server."""

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import yaml
from rich.console import Console
from rich.table import Table

from include.local.stack import LocalAirflow
from include.servers import S3_BUCKET, s3

_PROJECT = Path(__file__).resolve().parents[2]
_OUTPUT = _PROJECT / ".bench"
_ACCOUNTS, _DAYS, _OF_OTHER_DAYS, _LARGE_DAY = ("default", "brand_b", "brand_c"), 400, 50, 500
_WARM_UP, _REQUESTS = 5, 50
_CONN_ID = "bench_lake"
_BOUND_MS = 300


def main() -> None:
    """Measure, print, append to the JSON lines; exit with 1 where a median is over the bound."""
    _OUTPUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-page-") as folder, s3() as lake:
        os.environ["AIRFLOW_HOME"] = f"{folder}/cli"
        os.environ["AIRFLOW__LOGGING__LOGGING_LEVEL"] = "ERROR"
        os.environ[f"AIRFLOW_CONN_{_CONN_ID.upper()}"] = json.dumps(lake)
        day = _fill()
        rows = list(_measured(Path(folder), lake, day))
    with (_OUTPUT / "page.jsonl").open("a", encoding="utf-8") as out:
        out.writelines(json.dumps(row) + "\n" for row in rows)
    console = Console() if sys.stdout.isatty() else Console(width=120)
    console.print(_table(rows))
    console.print(f"Appended to {_OUTPUT.relative_to(_PROJECT)}/page.jsonl")
    sys.exit(any(row["median_ms"] >= _BOUND_MS for row in rows))


def _storage(account: str) -> str:
    return f"s3://{_CONN_ID}@{S3_BUCKET}/{account}"


def _fill() -> str:
    from include.bench.page_lake import fill  # noqa: PLC0415 - it imports Airflow, which reads its environment then
    from include.bench.raw_days import PARTNER  # noqa: PLC0415 - it imports Airflow, which reads its environment then
    from insider_web_push.lake.storage import Storage  # noqa: PLC0415 - it imports Airflow, which reads its environment then

    last = datetime.now(UTC).date() - timedelta(days=2)
    for seed, account in enumerate(_ACCOUNTS):
        campaigns = _LARGE_DAY if account == _ACCOUNTS[0] else _OF_OTHER_DAYS
        store = Storage(_storage(account), PARTNER)
        fill(store, last=last, days=_DAYS, campaigns=campaigns, of_other_days=_OF_OTHER_DAYS, seed=seed)
    return last.isoformat()


def _measured(folder: Path, lake: dict[str, Any], day: str) -> Iterator[dict[str, Any]]:
    from include.bench.raw_days import PARTNER  # noqa: PLC0415 - it imports Airflow, which reads its environment then

    accounts = [
        {"name": name, "conn_id": f"insider_{name}", "timezone": "Europe/Istanbul", "storage": _storage(name),
         "schedule": None, "refresh_schedule": None}
        for name in _ACCOUNTS
    ]  # fmt: skip
    file = folder / "accounts.yaml"
    file.write_text(yaml.safe_dump({"accounts": accounts}), encoding="utf-8")
    del os.environ["AIRFLOW_HOME"]
    with LocalAirflow(
        home=folder / "home", dags_folder=_PROJECT / "dags", accounts_file=file, purpose="make bench-page"
    ) as airflow:
        airflow.api.upsert_connection(_CONN_ID, **lake | {"extra": json.dumps(lake["extra"])})
        for name in _ACCOUNTS:
            extra = json.dumps({"partner_id": PARTNER})
            airflow.api.upsert_connection(f"insider_{name}", conn_type="insider_web_push", password="-", extra=extra)  # noqa: S106 - opens nothing
            airflow.api.wait_for_dag("insider_web_push_campaign_metrics" + f"__{name}" * (name != "default"))
        with httpx.Client(base_url=airflow.url, trust_env=False, timeout=60) as browser:
            password = json.loads(airflow.home.passwords_file.read_text())["admin"]
            login = browser.post("/auth/token", json={"username": "admin", "password": password})
            browser.headers["Authorization"] = f"Bearer {login.json()['access_token']}"
            yield _timed(browser, f"{_DAYS} days x {len(_ACCOUNTS)} accounts", "/insider-web-push/")
            yield _timed(browser, f"a day of {_LARGE_DAY} campaigns", f"/insider-web-push/default/{day}")


def _timed(browser: httpx.Client, page: str, path: str) -> dict[str, Any]:
    took_ms = []
    for _ in range(_WARM_UP + _REQUESTS):
        began = time.perf_counter()
        answer = browser.get(path).raise_for_status()
        took_ms.append((time.perf_counter() - began) * 1000)
    assert "problem" not in answer.text.partition("</style>")[2], "an account could not be read"
    warm = sorted(took_ms[_WARM_UP:])
    return {
        "page": page,
        "store": "S3 (SeaweedFS)",
        "requests": _REQUESTS,
        "first_ms": round(took_ms[0]),
        "median_ms": round(statistics.median(warm)),
        "p95_ms": round(warm[round(0.95 * len(warm)) - 1]),
        "kb": round(len(answer.content) / 1000),
        "kb_sent": round(answer.num_bytes_downloaded / 1000),
    }


def _table(rows: list[dict[str, Any]]) -> Table:
    table = Table(title=f"The coverage page in a real API server; the bound is a median below {_BOUND_MS} ms")
    for name in rows[0]:
        table.add_column(name, justify="right")
    for row in rows:
        table.add_row(*(str(value) for value in row.values()))
    return table


if __name__ == "__main__":
    main()
