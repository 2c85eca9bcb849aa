"""The budget's figures with two Celery workers, at the limit as it really is."""

from datetime import date
from pathlib import Path

from include.bench.figures import Figures, Usage, figures_of
from include.chaos.row import DAG, trigger
from include.chaos.stacks import running_chaos

_LIMIT, _WINDOW_S = 30, 60.0
_CAMPAIGNS = 90
"""With the five pages of the list and the account's totals, 96 calls: three windows, and a little of the fourth."""
_LONGEST_S = 600.0


def run_at_the_limit(folder: Path, day: date) -> Figures:
    """
    Run a day of 90 campaigns.

    Raises:
        RuntimeError: the run failed.
    """
    with running_chaos(folder / "limit", campaigns=_CAMPAIGNS, limit=_LIMIT, window_s=_WINDOW_S) as chaos:
        with Usage.watching(without=frozenset({chaos.sim.pid})) as usage:
            run_id = trigger(chaos.airflow, day)
            state = chaos.airflow.api.wait_for_run(DAG, run_id, timeout_s=_LONGEST_S)["state"]
        if state != "success":
            raise RuntimeError(f"the run ended as {state}")
        way = "the daily DAG, 2 Celery workers, budget on Valkey"
        return figures_of(way, chaos.sim.requests(), usage, limit=_LIMIT, window_s=_WINDOW_S)
