"""One simulator for all HTTP tests, put back before each; a service without HTTP for everything else."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from include.simulator.process import Simulator, running_simulator
from include.simulator.settings import SimulatorSettings

CALM: dict[str, Any] = {"latency_s": 0.0, "limit_requests": 100_000, "now": datetime(2026, 3, 20, 9, tzinfo=UTC)}


@pytest.fixture(scope="session")
def _simulator() -> Iterator[Simulator]:
    with running_simulator(api_key="k3y-of-the-tests", partner_id="brand", **CALM) as sim:
        yield sim


@pytest.fixture
def sim(_simulator: Simulator) -> Simulator:
    """The running simulator with default settings, but without latency and with room for any number of requests."""
    defaults = SimulatorSettings().model_dump(mode="json", exclude={"api_key", "partner_id"})
    _simulator.patch(**{**defaults, **CALM})
    _simulator.clear()
    return _simulator


@pytest.fixture
def post(sim: Simulator) -> Iterator[Callable[..., httpx.Response]]:
    """Send a valid request, but for what the test says: a parameter of None is left out."""
    with httpx.Client(base_url=f"{sim.url}/v1/statistics", trust_env=False, timeout=10) as client:

        def send(endpoint: str, *, key: str | None = None, timeout: float = 10, **parameters: Any) -> httpx.Response:
            window = {"start_date": "2026-03-10", "end_date": "2026-03-10"}
            body = {"partner_id": sim.partner_id, **window, **parameters}
            return client.post(
                f"/{endpoint}",
                json={name: value for name, value in body.items() if value is not None},
                headers={"Authorization": f"Bearer {key or sim.api_key}"},
                timeout=timeout,
            )

        yield send
