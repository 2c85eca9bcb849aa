import io
import json
import os
import shutil
import stat
import subprocess
import sys
from datetime import date
from decimal import Decimal

import pytest
from airflow.sdk.log import init_log_file
from rich.console import Console

from include.local.airflow_env import airflow_env
from include.local.failures import last_error
from include.local.home import PROJECT, Home
from include.local.report import campaign_table
from include.local.settings import read_settings

DAY = date(2026, 11, 22)


def row(name: str, sent: int | None, revenue: str | None = "10", currency: str | None = "TRY") -> dict[str, object]:
    return {
        "name": name,
        "campaign_id": "40001",
        "sent": sent,
        "delivered": None if sent is None else sent // 2,
        "delivery_rate": 0.5 if sent else None,
        "clicks": 3,
        "ctr": 0.25,
        "conversions": 1,
        "revenue": None if revenue is None else Decimal(revenue),
        "currency": currency,
    }


def shown(rows: list[dict[str, object]], width: int = 100) -> str:
    console = Console(file=io.StringIO(), width=width)
    console.print(campaign_table(DAY, rows, width=width))
    return console.file.getvalue()


def test_the_table_fits_and_cuts_names_not_figures():
    """A hundred columns hold eight-digit counts and any name."""
    text = shown([row("x" * 200, 12_345_678, revenue="1234567.89")])
    assert "12,345,678" in text
    assert "1,234,568 TRY" in text
    assert max(map(len, text.splitlines())) <= 100


def test_the_table_adds_up():
    """Missing figures count as nothing, and stay empty in their row."""
    last = shown([row("a", 1_000), row("b", 500), row("c", None)]).rstrip().splitlines()[-1].split()
    assert last == ["3", "campaigns", "1,500", "750", "50.0%", "9", "1.2%", "3", "30", "TRY"]


@pytest.mark.parametrize("other", ["USD", None])
def test_revenue_of_several_currencies_has_no_sum(other):
    """A campaign that earned nothing has no currency, and is no other currency."""
    text = shown([row("a", 10), row("b", 10, "5" if other else "0", other)]).rstrip().splitlines()[-1]
    assert ("TRY" in text) == (other is None)


def test_a_name_is_shown_as_it_is():
    """Rich's markup in a campaign's name means nothing."""
    assert "[bold]50%[/bold] off" in shown([row("[bold]50%[/bold] off", 1)])


def test_the_error_is_the_last_one_in_the_log(tmp_path):
    """Its class and its first line; lines that are no JSON are no obstacle."""
    events = [
        {"event": "Task failed", "error_detail": [{"exc_type": "ServiceUnavailable", "exc_value": "500"}]},
        {"event": "Task failed", "error_detail": [{"exc_type": "Unauthorized", "exc_value": "401: bad key\nmore"}]},
    ]
    log = tmp_path / "attempt=2.log"
    log.write_text("\n".join(["no JSON", "7", *map(json.dumps, events)]))
    assert last_error(log) == ("Unauthorized", "401: bad key")
    assert last_error(tmp_path / "missing.log") == ("", "its log names no error")


def test_keys_are_made_once_and_for_their_owner_only(tmp_path):
    """A lost encryption key would make the connections in the database unreadable."""
    home = Home(tmp_path / "home")
    assert home.prepare() == home.prepare()
    secrets = [home.root / "keys.json", home.passwords_file]
    assert {stat.S_IMODE(path.stat().st_mode) for path in secrets} == {0o600}


def test_nobody_else_may_enter_what_a_local_airflow_writes(tmp_path):
    """Whatever the umask is, and an older version has made; through root's own, PostgreSQL's user has to come."""
    home = Home(tmp_path / "home")
    for folder in (home.airflow, home.logs / "tasks", home.storage):
        folder.mkdir(parents=True)
        folder.chmod(0o755)
    read_settings({}, default_storage=home.storage)
    home.prepare()
    private = [home.airflow, home.logs, home.run, home.storage]
    assert {stat.S_IMODE(path.stat().st_mode) for path in private} == {0o700}
    assert stat.S_IMODE(home.root.stat().st_mode) == (0o711 if os.geteuid() == 0 else 0o700)


def test_what_make_starts_writes_files_of_its_owner_alone(tmp_path):
    """Into a STORAGE of somebody's choice as well."""
    storage = tmp_path / "lake"
    api = {"API_URL": "https://127.0.0.1:1", "API_KEY": "k", "PARTNER_ID": "brand"}
    subprocess.run(
        [sys.executable, "-m", "include.local", "check"], cwd=PROJECT, env=os.environ | api | {"STORAGE": str(storage)},
        stdin=subprocess.DEVNULL, capture_output=True, check=False,
    )  # fmt: skip
    assert stat.S_IMODE(storage.stat().st_mode) == 0o700


def test_tasks_logs_are_their_owners_alone(tmp_path, monkeypatch):
    """Airflow sets their modes itself, whatever the umask is."""
    home = Home(tmp_path / "home")
    env = airflow_env(
        home=home, keys=home.prepare(), database_url="postgresql+psycopg2://", port=1, dags_folder=tmp_path,
        accounts_file=home.accounts_file, extra={},
    )  # fmt: skip
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    log = init_log_file("dag_id=x/run_id=y/attempt=1.log")
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert stat.S_IMODE(log.parent.stat().st_mode) == 0o700


def test_components_inherit_no_key_and_no_other_airflow(tmp_path, monkeypatch):
    """But a connection that is given by environment."""
    for name in ("API_KEY", "AIRFLOW__CORE__EXECUTOR", "AIRFLOW_CONN_LAKE"):
        monkeypatch.setenv(name, "from-the-caller")
    home = Home(tmp_path)
    env = airflow_env(
        home=home,
        keys=home.prepare(),
        database_url="postgresql+psycopg2://",
        port=1,
        dags_folder=tmp_path,
        accounts_file=home.accounts_file,
        extra={"AIRFLOW__CORE__PARALLELISM": "2"},
    )
    given = {name for name, value in env.items() if value == "from-the-caller"}
    assert given & {"API_KEY", "AIRFLOW__CORE__EXECUTOR", "AIRFLOW_CONN_LAKE"} == {"AIRFLOW_CONN_LAKE"}
    assert env["AIRFLOW__CORE__PARALLELISM"] == "2"


def test_make_refuses_a_key_as_an_argument():
    """It would show in the process list; and the refusal does not repeat it."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    command = [shutil.which("make"), "demo", "API_KEY=shown-to-all"]
    made = subprocess.run(  # noqa: S603 - this project's own Makefile
        command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
    )
    assert made.returncode == 2
    assert "process list" in made.stderr
    assert "shown-to-all" not in made.stderr + made.stdout
