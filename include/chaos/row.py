"""One run with one fault in its middle, and what became of it."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pendulum

from include.chaos.faults import Fault
from include.chaos.judged import broken_of
from include.chaos.verdict import Verdict, differences
from include.chaos.watch import Watcher, campaigns_read
from include.distributed.stack import DistributedAirflow
from include.local.api import FINAL_RUN_STATES, AirflowApiError
from include.simulator.campaigns import seeded_campaign
from include.simulator.process import Simulator
from insider_web_push.errors import IncompleteDay
from insider_web_push.lake.storage import Storage

DAG = "insider_web_push_campaign_metrics"
ZONE = "Europe/Istanbul"
_IN_FLIGHT_AFTER = 12
"""Campaign days that are fetched when the fault comes."""
_LONGEST_S = 420.0

QUICK_RECOVERY = {
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "30",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "5",
    "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT": "40",
    "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT_CHECK_INTERVAL": "5",
    "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "10",
    "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "15",
}
"""Airflow's own timeouts, scaled so that they are longer than a fault and shorter than patience."""


@dataclass(frozen=True)
class Chaos:
    """
    What all rows share.

    Attributes:
        limit: Requests that the API allows in any window.
        read: Storage as the reader sees it.
    """

    airflow: DistributedAirflow
    sim: Simulator
    limit: int
    read: str

    def run_with(self, fault: Fault, day: date) -> Verdict:
        """Trigger a day, let the fault happen in the middle of it, and judge the end."""
        expected = campaigns_of(self.sim)
        self.sim.clear()
        restarted = len(self.airflow.restarted)
        with Watcher.watching(self.read, self.sim.partner_id, day, expected) as watcher:
            run_id = trigger(self.airflow, day)
            self._until(lambda: fetched(self.sim) >= _IN_FLIGHT_AFTER, f"{_IN_FLIGHT_AFTER} campaign days")
            began = time.monotonic()
            with fault.strike(self.airflow, self.sim):
                self._idle(fault.lasts_s)
            state = self._end_of(run_id)
            seconds = time.monotonic() - began
            unaccounted = self._unaccounted(day, run_id, expected)
            cleared = self._clear(run_id) if state == "failed" else ""
        lost, doubled = differences(expected, self._published(day))
        summary = self.sim.summary()
        return Verdict(
            fault=fault.what, run=state, expected=len(expected), unaccounted=unaccounted, cleared=cleared, lost=lost,
            doubled=doubled, torn=watcher.torn, looks=watcher.looks, throttled=summary["throttled"],
            most_in_window=summary["most_in_window"], limit=self.limit, seconds=round(seconds),
            judged=broken_of(self.read, self.sim, day), leaks=leaks(self.airflow, self.sim.api_key),
            ended_by_themselves=sorted(set(self.airflow.restarted[restarted:])),
        )  # fmt: skip

    def _idle(self, seconds: float) -> None:
        """Wait, and start again what ends, as compose does."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.airflow.tend()
            time.sleep(0.5)

    def _until(self, happened: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + _LONGEST_S
        while not happened():
            if time.monotonic() > deadline:
                raise TimeoutError(f"{what}: not within {_LONGEST_S:.0f} s")
            self._idle(0.5)

    def _end_of(self, run_id: str) -> str:
        states = ["unknown"]

        def ended() -> bool:
            # While a part is down, the API may not answer.
            with suppress(AirflowApiError, httpx.TransportError):
                states.append(str(self.airflow.api.run(DAG, run_id)["state"]))
            return states[-1] in FINAL_RUN_STATES

        with suppress(TimeoutError):
            self._until(ended, f"the end of {run_id}")
        return states[-1]

    def _unaccounted(self, day: date, run_id: str, expected: Sequence[str]) -> int:
        """Count the campaign days that are neither kept nor named, by verify or by a failed task's label."""
        kept = Storage(self.read, self.sim.partner_id).newest_snapshots(day)
        missing = [campaign for campaign in expected if campaign not in kept]
        said = self._said(run_id) if missing else ""
        return sum(campaign not in said for campaign in missing)

    def _said(self, run_id: str) -> str:
        api = self.airflow.api
        failed = [str(task["rendered_map_index"]) for task in api.task_instances(DAG, run_id, state="failed")]
        (verify,) = api.task_instances(DAG, run_id, task_id="verify")
        logs = [api.log(DAG, run_id, "verify", try_number=number) for number in range(1, verify["try_number"] + 1)]
        return "\n".join([*failed, *logs])

    def _clear(self, run_id: str) -> str:
        api = self.airflow.api
        bad: list[dict[str, Any]] = [
            task for task in api.task_instances(DAG, run_id) if task["state"] in {"failed", "upstream_failed"}
        ]
        api.clear(
            DAG, run_id, tasks=[(t["task_id"], t["map_index"]) if t["map_index"] >= 0 else t["task_id"] for t in bad]
        )
        return self._end_of(run_id)

    def _published(self, day: date) -> list[str]:
        try:
            return campaigns_read(self.read, self.sim.partner_id, day)
        except IncompleteDay:
            return []


def trigger(airflow: DistributedAirflow, day: date) -> str:
    """Trigger a day by hand; gives the run's id."""
    start = pendulum.datetime(day.year, day.month, day.day, tz=ZONE)
    interval = (start, start.add(days=1))
    return airflow.api.trigger(DAG, logical_date=pendulum.now("UTC"), data_interval=interval)


def campaigns_of(sim: Simulator) -> list[str]:
    """Name the campaigns with activity."""
    settings = sim.settings()
    created = date.fromisoformat(settings["campaigns_created"])
    return [
        str(seeded_campaign(settings["seed"], number, created).builder_id) for number in range(settings["campaigns"])
    ]


def fetched(sim: Simulator) -> int:
    """Count the campaign days that were answered."""
    return sum(
        entry["endpoint"] == "campaign-metrics" and entry["status"] == httpx.codes.OK for entry in sim.requests()
    )


def leaks(airflow: DistributedAirflow, key: str) -> list[str]:
    """Name the logs, and the databases' dump, that hold a key."""
    files = [path for folder in (airflow.home.logs, airflow.home.airflow) for path in _files(folder)]
    found = [path.name for path in files if key.encode() in path.read_bytes()]
    held = airflow.dump()
    return found + ["the database"] * (key in held or key.encode().hex() in held.lower())


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
