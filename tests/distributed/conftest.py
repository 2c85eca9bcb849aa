"""The deployment of docker-compose.yaml as processes, with two workers, and a simulator: one for all tests here."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pendulum
import pytest

from include.chaos.row import ZONE, Chaos
from include.chaos.stacks import running_chaos
from include.distributed.stack import DistributedAirflow
from include.simulator.process import Simulator

KEY = "distributed-test-key-c41d7e"
CAMPAIGNS = 20
LIMIT, WINDOW_S = 6, 6.0


@dataclass(frozen=True)
class Deployment:
    """What runs."""

    airflow: DistributedAirflow
    sim: Simulator
    chaos: Chaos

    def day(self, back: int) -> date:
        """Name a day of the past, each test its own."""
        return pendulum.today(ZONE).subtract(days=back).date()


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    home = tmp_path_factory.mktemp("distributed")
    with running_chaos(home, campaigns=CAMPAIGNS, limit=LIMIT, window_s=WINDOW_S, api_key=KEY) as chaos:
        yield Deployment(chaos.airflow, chaos.sim, chaos)
