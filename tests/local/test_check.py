"""`make check`, in a process of its own, against a running simulator."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from include.local.home import PROJECT
from include.simulator.process import Simulator, running_simulator

KEY = "k3y-of-the-tests-0123456789"
CHECK = """
import os, sys
from pathlib import Path
from rich.console import Console
from include.local.check import check
from include.local.demo import NeedsConsentError
from include.local.home import Home
from include.local.settings import read_settings
home = Home(Path(sys.argv[1]))
settings = read_settings(os.environ, default_storage=home.storage)
try:
    console = Console(width=120, force_terminal=sys.argv[2:] == ["terminal"], color_system=None)
    sys.exit(check(settings, home, console))
except NeedsConsentError as error:
    sys.exit(str(error))
"""


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with running_simulator(api_key=KEY, partner_id="brand", latency_s=0.0) as sim:
        yield sim


def check(home: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Check what these variables name."""
    return subprocess.run(  # noqa: S603 — our own interpreter
        [sys.executable, "-c", CHECK, str(home), *arguments],
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": str(PROJECT)} | settings,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def account(sim: Simulator, **others: str) -> dict[str, str]:
    """Name the simulator's account."""
    return {"API_URL": sim.url, "API_KEY": KEY, "PARTNER_ID": "brand"} | others


def test_nothing_is_spent_unasked(sim: Simulator, tmp_path: Path) -> None:
    """Without anybody to ask, YES=1 is needed."""
    done = check(tmp_path, **account(sim))
    assert done.returncode == 1
    assert "at most 27 calls of partner brand's budget. YES=1 allows it." in done.stderr
    assert sim.requests() == []


def test_an_account_is_checked(sim: Simulator, tmp_path: Path) -> None:
    """Plain lines into a pipe, the report in the storage, the calls in the budget of `make demo`, the key nowhere."""
    done = check(tmp_path, **account(sim, YES="1"))
    assert done.returncode == 0, done.stderr
    assert "AS ASSUMED     days add up: they add up, with messages on 3 of 3 days\n" in done.stdout
    assert f"{len(sim.requests())} calls, 18 findings; nothing differs\n" in done.stdout
    report = json.loads((tmp_path / "storage/state/partner_id=brand/account_check.json").read_text())
    assert report["calls"] == len(sim.requests())
    assert (tmp_path / "airflow" / "insider_web_push_budget.sqlite3").exists()
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert KEY not in done.stdout + done.stderr
    assert KEY.encode() not in kept


def test_what_differs_is_exit_code_1(sim: Simulator, tmp_path: Path) -> None:
    """On a terminal as a table, with the assumption and what to do."""
    sim.patch(windows_add_up=False)
    done = check(tmp_path, "terminal", **account(sim, YES="1"))
    assert done.returncode == 1, done.stderr
    assert " differs " in done.stdout
    assert "assumed: the figures of days add up to those of the range" in done.stdout
    assert "do: report it" in done.stdout
    assert max(map(len, done.stdout.splitlines()[:-1])) <= 120


def test_a_wrong_key_is_exit_code_2(sim: Simulator, tmp_path: Path) -> None:
    """After one call."""
    done = check(tmp_path, **account(sim, YES="1") | {"API_KEY": "another-key-0123456789"})
    assert done.returncode == 2
    assert "Unauthorized: the API answered 401" in done.stdout
    assert len(sim.requests()) == 1


def test_without_an_address_the_bundled_simulator_is_asked(tmp_path: Path) -> None:
    """Which costs nothing, so that nobody is asked."""
    done = check(tmp_path)
    assert done.returncode == 0, done.stderr
    assert "nothing differs" in done.stdout
