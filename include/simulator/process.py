"""
Run the simulator as a child process, from tests, benchmarks and the demo.

    with running_simulator(campaigns=90, latency_s=0.02) as sim:
        connection = Connection(host=sim.url, password=sim.api_key, extra={"partner_id": sim.partner_id})
        sim.fault("error_500", campaign_id="40003", times=2)
        sim.move("late", "40003", "2026-03-10", device="Mobile", conversions=2, revenue="151.30")
        ...
        assert sim.summary()["throttled"] == 0
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeAlias

import httpx
from pydantic import JsonValue

from include.simulator.settings import ENV_PREFIX

PROJECT_ROOT = Path(__file__).resolve().parents[2]
_START_DEADLINE_S = 20.0
_STOP_DEADLINE_S = 5.0

SettingValue: TypeAlias = str | int | float | bool | date | datetime | None


class SimulatorDidNotStartError(RuntimeError):
    """The child ended or said nothing in time; the message carries what it printed."""


@dataclass(frozen=True, slots=True)
class Simulator:
    """A running simulator: where it is, and its admin routes as methods."""

    url: str
    """`http://127.0.0.1:PORT`, without a path."""
    api_key: str
    partner_id: str
    pid: int
    log: Path
    """What the process printed; gone when the simulator stops."""
    admin: httpx.Client
    """A client at `/admin`, for whatever has no method here."""

    def requests(self) -> list[dict[str, Any]]:
        """Every request since the log was last cleared, by arrival."""
        return list(self._call("GET", "/requests"))

    def summary(self) -> dict[str, Any]:
        """Give the counts of the request log: requests, throttled, most_in_window, first_to_last_s."""
        return dict(self._call("GET", "/summary"))

    def settings(self) -> dict[str, Any]:
        """Give the settings in force, the key masked."""
        return dict(self._call("GET", "/settings"))

    def patch(self, **settings: SettingValue) -> dict[str, Any]:
        """Change settings while it runs; they hold until changed again, also over `clear()`."""
        return dict(self._call("PATCH", "/settings", {name: _as_json(value) for name, value in settings.items()}))

    def fault(
        self, kind: str, campaign_id: str | None = None, endpoint: str | None = None, times: int | None = None
    ) -> None:
        """Answer the next *times* matching requests (None = all, until `clear()`) with a fault of this kind."""
        fault = {"kind": kind, "campaign_id": campaign_id, "endpoint": endpoint, "times": times}
        self._call("POST", "/faults", fault)

    def move(self, kind: str, campaign_id: str, day: str | date, **what: SettingValue) -> None:
        """
        Move figures of one campaign and day, as the kinds in `moves` say.

        Raises:
            ValueError: there is no such campaign, device or reason, or not so much to move.
        """
        said = {"kind": kind, "campaign_id": campaign_id, "day": day, **what}
        self._call("POST", "/moves", {name: _as_json(value) for name, value in said.items()})

    def campaign(self, campaign_id: str, **changes: SettingValue | Mapping[str, JsonValue]) -> None:
        """Make one campaign differ from the seeded world, as `campaigns.CampaignChange` says."""
        self._call("PUT", f"/campaigns/{campaign_id}", {name: _as_json(value) for name, value in changes.items()})

    def clear_log(self) -> None:
        """Forget the request log and what the limit has counted; everything else stays."""
        self._call("DELETE", "/requests")

    def clear(self) -> None:
        """Forget faults, changed campaigns, moves, the request log and what the limit has counted; settings stay."""
        for path in ("/faults", "/campaigns", "/moves", "/requests"):
            self._call("DELETE", path)

    def _call(self, method: str, path: str, body: object | None = None) -> Any:
        response = self.admin.request(method, path, json=body)
        if response.is_error:
            raise ValueError(f"{method} /admin{path}: {response.status_code} {response.text}")
        return response.json() if response.content else None


@contextmanager
def running_simulator(
    *, port: int = 0, api_key: str = "simulator-key", partner_id: str = "demo", **settings: SettingValue
) -> Iterator[Simulator]:
    """
    Start a simulator on loopback, wait until it listens, and always end it.

    Args:
        port: 0 takes a free one.
        api_key: What callers must send; handed over by environment, so that it is in no process list.
        partner_id: The one account it serves.
        settings: Any field of `SimulatorSettings`; variables of the caller's environment have no effect.

    Raises:
        SimulatorDidNotStartError: a setting was refused, or the port is taken.
    """
    with tempfile.TemporaryDirectory(prefix="simulator-") as folder:
        log, ready_file = Path(folder, "log"), Path(folder, "ready.json")
        environment = _environment({"api_key": api_key, "partner_id": partner_id, **settings})
        command = [sys.executable, "-m", "include.simulator", "--port", str(port), "--ready-file", str(ready_file)]
        with log.open("wb") as output:
            child = subprocess.Popen(  # noqa: S603 - our own module, by our own interpreter
                [*command, "--with-parent"],
                cwd=PROJECT_ROOT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is the caller's: it may still want the summary while it cleans up
            )
        try:
            url = _wait_until_ready(child, ready_file, log)
            # trust_env: a proxy in the caller's environment must not get between here and loopback.
            with httpx.Client(base_url=f"{url}/admin", trust_env=False, timeout=30) as admin:
                yield Simulator(url, api_key, partner_id, child.pid, log, admin)
        finally:
            _end(child)


def _environment(settings: dict[str, SettingValue]) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.upper().startswith(ENV_PREFIX)}
    given = {f"{ENV_PREFIX}{name.upper()}": _as_text(value) for name, value in settings.items()}
    return {**inherited, **given}


def _as_text(value: SettingValue) -> str:
    as_json = _as_json(value)
    return "" if as_json is None else str(as_json)


def _as_json(value: SettingValue | Mapping[str, JsonValue]) -> JsonValue | Mapping[str, JsonValue]:
    return value.isoformat() if isinstance(value, date) else value


def _wait_until_ready(child: subprocess.Popen[bytes], ready_file: Path, log: Path) -> str:
    deadline = time.monotonic() + _START_DEADLINE_S
    while not ready_file.exists():
        if child.poll() is not None or time.monotonic() > deadline:
            raise SimulatorDidNotStartError(log.read_text(errors="replace").strip() or "it printed nothing")
        time.sleep(0.02)
    return str(json.loads(ready_file.read_text())["url"])


def _end(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    try:
        child.wait(_STOP_DEADLINE_S)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    if child.stdin is not None:
        child.stdin.close()
