"""The real hook against the real simulator, over HTTP; each test begins with an unused budget."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from include.simulator.process import Simulator, running_simulator
from include.simulator.settings import SimulatorSettings
from insider_web_push.budget.opening import LOCAL_FILE
from insider_web_push.collecting import once_more
from insider_web_push.hook import InsiderWebPushHook
from tests.integration.pipeline import Pipeline

KEY = "k3y-of-the-tests-0123456789"
CALM: dict[str, Any] = {"latency_s": 0.0, "limit_requests": 100_000, "now": datetime(2026, 3, 20, 9, tzinfo=UTC)}
CONN_ID = "integration"
ENDED = datetime(2026, 3, 10, 21, tzinfo=UTC)
"""The end of the day in Istanbul."""


@pytest.fixture(scope="session")
def _simulator() -> Iterator[Simulator]:
    with running_simulator(api_key=KEY, partner_id="brand", **CALM) as sim:
        yield sim


@pytest.fixture
def sim(_simulator: Simulator) -> Simulator:
    """The simulator with default settings, but without latency and with room for any number of requests."""
    defaults = SimulatorSettings().model_dump(mode="json", exclude={"api_key", "partner_id"})
    _simulator.patch(**{**defaults, **CALM})
    _simulator.clear()
    return _simulator


@pytest.fixture(autouse=True)
def budget_file(airflow_home: Path) -> Path:
    """Where the local store keeps its leases; nothing is there yet."""
    for file in airflow_home.glob(f"{LOCAL_FILE}*"):
        file.unlink()
    return airflow_home / LOCAL_FILE


@pytest.fixture(autouse=True)
def _short_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two seconds before each second request would be minutes in all; how long it is has a test of its own."""
    monkeypatch.setattr(once_more, "PAUSE_S", 0.01)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy of the caller's environment must not get between the tests and loopback."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def hook_for(monkeypatch: pytest.MonkeyPatch) -> Callable[..., InsiderWebPushHook]:
    """Make a hook whose connection stands in the environment."""

    def make(url: str | None, *, key: str = KEY, max_wait_s: float = 0.0, **extra: Any) -> InsiderWebPushHook:
        connection = {
            "conn_type": "insider_web_push",
            "host": url,
            "password": key,
            "extra": {"partner_id": "brand"} | extra,
        }
        monkeypatch.setenv(f"AIRFLOW_CONN_{CONN_ID.upper()}", json.dumps(connection))
        return InsiderWebPushHook(CONN_ID, max_wait_s=max_wait_s)

    return make


@pytest.fixture
def hook(sim: Simulator, hook_for: Callable[..., InsiderWebPushHook]) -> InsiderWebPushHook:
    """The hook on the simulator."""
    return hook_for(sim.url)


@pytest.fixture
def day(sim: Simulator, hook_for: Callable[..., InsiderWebPushHook], tmp_path: Path) -> Pipeline:
    """A day of three active campaigns and a quiet one, with nothing published yet."""
    sim.patch(campaigns=3, quiet_campaigns=1)
    hook = hook_for(sim.url, requests_per_minute=1000)
    return Pipeline(hook.http_conn_id, (tmp_path / "lake").as_uri())


@pytest.fixture
def at_age(sim: Simulator) -> Iterator[Callable[[float], None]]:
    """Set both clocks, ours and that of the figures, to an age of the day in days, at four in the morning."""
    with time_machine.travel(ENDED, tick=True) as clock:

        def set_age(age: float) -> None:
            now = ENDED + timedelta(days=age - 1, hours=4)
            clock.move_to(now)
            sim.patch(now=now)

        set_age(1)
        yield set_age
