"""The stacks that the rows run on: an account of the simulator, and the deployment that fetches it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from include.chaos.row import DAG, QUICK_RECOVERY, Chaos
from include.distributed.stack import AccountHere, DistributedAirflow
from include.simulator.process import running_simulator

KEY = "chaos-key-81d0c7"
CAMPAIGNS = 60
LIMIT, WINDOW_S = 10, 10.0


@contextmanager
def running_chaos(
    home: Path,
    *,
    campaigns: int = CAMPAIGNS,
    limit: int = LIMIT,
    window_s: float = WINDOW_S,
    api_key: str = KEY,
    storage: str | None = None,
    **stack: Any,
) -> Iterator[Chaos]:
    """
    Run a simulator and a deployment, whose daily DAG is not paused.

    Args:
        storage: Instead of the deployment's bucket.
        stack: As `DistributedAirflow` takes it.
    """
    simulator = running_simulator(
        api_key=api_key, campaigns=campaigns, quiet_campaigns=0, limit_requests=limit, limit_window_s=window_s
    )
    with simulator as sim:
        account = AccountHere.of(
            sim, storage=storage, requests_per_minute=limit, window_s=window_s, request_deadline_s=10
        )
        with DistributedAirflow(home=home, account=account, settings=QUICK_RECOVERY, **stack) as airflow:
            os.environ["AIRFLOW_CONN_LAKE"] = airflow.lake_user("reader")
            airflow.api.wait_for_dag(DAG)
            airflow.api.pause(DAG, paused=False)
            try:
                yield Chaos(airflow, sim, limit, airflow.storage)
            finally:
                del os.environ["AIRFLOW_CONN_LAKE"]
