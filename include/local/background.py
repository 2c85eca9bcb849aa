"""`make up` and `make down`: the same Airflow in the background, with its UI, until it is told to stop."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console

from include.local.account import CONSUMER_DAG, DAILY_DAG, account_api, put_connection, write_accounts_file
from include.local.home import PROJECT, Home, make_private, shown
from include.local.lock import AlreadyRunningError, holder
from include.local.processes import log_end
from include.local.sessions import stop_recorded
from include.local.settings import DemoSettings
from include.local.stack import LocalAirflow

_PURPOSE = "make up"
_SCHEDULE = "0 5 * * *"
_UP_DEADLINE_S = 180.0
_DOWN_DEADLINE_S = 60.0


@dataclass(frozen=True, slots=True)
class _Running:
    """What `make up` tells of the Airflow that it started."""

    url: str
    api_url: str
    simulated: bool
    password: str


def up(settings: DemoSettings, home: Home, console: Console) -> bool:
    """
    Start it, wait until it is healthy, and say where it is.

    Returns:
        Whether it runs; if not, the reason was printed.
    """
    make_private(home.run)
    make_private(home.logs)
    other = holder(home.lock)
    if other is not None and not other.is_cleaning_up:
        running = _read(home)
        if other.purpose != _PURPOSE or running is None:
            raise AlreadyRunningError(other.purpose)
        _show(console, running, "is running already")
        return True
    _state_file(home).unlink(missing_ok=True)
    log = home.logs / "up.log"
    child = _start(settings, log)
    try:
        running = _wait(home, child)
    except KeyboardInterrupt:
        child.terminate()
        child.wait()
        raise
    if running is None:
        console.print(f"Airflow did not start. {log_end(log)}", markup=False, soft_wrap=True)
        return False
    _show(console, running, "is running")
    return True


def supervise(settings: DemoSettings, home: Home) -> None:
    """Run in the background until a signal, or until a component ends; `up` starts this."""
    write_accounts_file(home.accounts_file, settings, schedule=_SCHEDULE)
    airflow = LocalAirflow(
        home=home.root, dags_folder=PROJECT / "dags", accounts_file=home.accounts_file, purpose=_PURPOSE
    )
    try:
        with account_api(settings) as api_url, airflow:
            put_connection(airflow.api, settings, api_url)
            for dag_id in (DAILY_DAG, CONSUMER_DAG):
                airflow.api.wait_for_dag(dag_id)
            password = json.loads(home.passwords_file.read_text())["admin"]
            _write(home, _Running(airflow.url, api_url, settings.api_url is None, password))
            while True:
                airflow.check()
                time.sleep(1)
    finally:
        _state_file(home).unlink(missing_ok=True)


def down(home: Home, console: Console) -> None:
    """
    Stop what `up` started; if nothing runs, stop what something that was killed may have left.

    Raises:
        AlreadyRunningError: it is a demo that runs, which ends by itself or by Ctrl-C.
        TimeoutError: it did not end.
    """
    other = holder(home.lock) if home.lock.exists() else None
    if other is None:
        stop_recorded(home.run / "processes.json")
        console.print("Nothing is running.")
        return
    if not other.is_cleaning_up:
        if other.purpose != _PURPOSE:
            raise AlreadyRunningError(other.purpose)
        os.kill(other.pid, signal.SIGTERM)
    deadline = time.monotonic() + _DOWN_DEADLINE_S
    while holder(home.lock) is not None:
        if time.monotonic() > deadline:
            raise TimeoutError(f"process {other.pid} does not end: see {shown(home.logs / 'up.log')}")
        time.sleep(0.2)
    console.print("Stopped.")


def _start(settings: DemoSettings, log: Path) -> subprocess.Popen[bytes]:
    env = dict(os.environ)
    if settings.api_url is not None:
        env["API_KEY_FILE"] = "/dev/stdin"  # the key is in no environment that other processes of the user can read
    with log.open("wb") as output:
        child = subprocess.Popen(
            [sys.executable, "-m", "include.local", "supervise"],
            cwd=PROJECT,
            env=env,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    if child.stdin is not None:
        child.stdin.write(settings.api_key.encode())
        child.stdin.close()
    return child


def _wait(home: Home, child: subprocess.Popen[bytes]) -> _Running | None:
    """Wait until the supervisor says that all is well; None if it ended."""
    deadline = time.monotonic() + _UP_DEADLINE_S
    while child.poll() is None:
        if (running := _read(home)) is not None:
            return running
        if time.monotonic() > deadline:
            child.terminate()
            child.wait()
        time.sleep(0.2)
    return None


def _show(console: Console, running: _Running, state: str) -> None:
    simulated = " (the bundled simulator)" if running.simulated else ""
    lines = [
        f"Airflow {state}.",
        f"  address   {running.url}",
        f"  login     admin / {running.password}",
        f"  the API   {running.api_url}{simulated}",
        "  stop      make down",
        "Its DAGs start paused, so that no call is made unasked: unpause or trigger them in the UI.",
    ]
    console.print("\n".join(lines), markup=False, soft_wrap=True)


def _state_file(home: Home) -> Path:
    return home.run / "up.json"


def _read(home: Home) -> _Running | None:
    path = _state_file(home)
    return _Running(**json.loads(path.read_text())) if path.exists() else None


def _write(home: Home, running: _Running) -> None:
    path = _state_file(home)
    draft = path.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(asdict(running)))
    draft.replace(path)
