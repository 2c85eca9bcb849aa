"""The faults: what is done to the stack, or to the API, and undone after a while."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from include.distributed.stack import DistributedAirflow
from include.simulator.process import Simulator

_DOWN_S = 20.0
_REFUSING_S = 60.0
_TWO_FOR_S = 30.0
"""Shorter than the run, so that the one that is killed leaves tasks behind."""

Strike = Callable[[DistributedAirflow, Simulator], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True)
class Fault:
    """
    Something that happens in the middle of a run.

    Attributes:
        lasts_s: Seconds until it is undone.
        strike: What does it on entering, and undoes it on leaving.
    """

    what: str
    lasts_s: float
    strike: Strike


def _killed(service: str) -> Strike:
    @contextmanager
    def strike(airflow: DistributedAirflow, _sim: Simulator) -> Iterator[None]:
        airflow.kill(service)
        yield
        airflow.start(service)

    return strike


def _answering(kind: str) -> Strike:
    @contextmanager
    def strike(_airflow: DistributedAirflow, sim: Simulator) -> Iterator[None]:
        sim.fault(kind)
        try:
            yield
        finally:
            sim.admin.delete("/faults").raise_for_status()

    return strike


@contextmanager
def _two_schedulers(airflow: DistributedAirflow, _sim: Simulator) -> Iterator[None]:
    airflow.start("scheduler-2", as_service="scheduler")
    yield
    # It ends in the middle of its work too, and leaves its tasks to the first.
    airflow.kill("scheduler-2")


FAULTS = {
    "worker": Fault("kill -9 of a worker", _DOWN_S, _killed("worker-1")),
    "scheduler": Fault("kill -9 of the scheduler", _DOWN_S, _killed("scheduler")),
    "triggerer": Fault("kill -9 of the triggerer", _DOWN_S, _killed("triggerer")),
    "valkey": Fault("kill -9 of Valkey", _DOWN_S, _killed("valkey")),
    "postgres": Fault("kill -9 of PostgreSQL", _DOWN_S, _killed("postgres")),
    "storage": Fault("kill -9 of the S3 server", _DOWN_S, _killed("storage")),
    "api-500": Fault("the API answers 500", _REFUSING_S, _answering("error_500")),
    "api-html": Fault("the API answers HTML", _REFUSING_S, _answering("html_200")),
    "api-silent": Fault("the API does not answer", _REFUSING_S, _answering("stall")),
    "api-half": Fault("the API answers half a body", _REFUSING_S, _answering("truncated_json")),
    "schedulers": Fault("two schedulers, one killed", _TWO_FOR_S, _two_schedulers),
}
"""By the name that ROWS takes."""
