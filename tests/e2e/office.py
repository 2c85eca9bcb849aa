"""What the operator sits in front of: a whole Airflow with two accounts and a simulator for each, and Chromium."""

import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pendulum
import yaml
from playwright.sync_api import Browser, sync_playwright

from include.local.home import PROJECT
from include.local.stack import LocalAirflow
from include.simulator.process import Simulator, running_simulator
from insider_web_push.reader import DayReader

ZONE = "Europe/Istanbul"
ACCOUNTS = ("default", "brand_b")
DAILY = "insider_web_push_campaign_metrics"
REFRESH = "insider_web_push_refresh"
LIMIT = 3000
"""Requests a minute of the simulators, and of the connections unless a test sets less."""

LATENCY_S = 0.01
_APPROVE_ABOVE_H = 0.05
_MOST_TASKS = 40
"""Of one run; above, a task takes several campaign days, so that a month is fetched in seconds."""

_SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
"""Without a sandbox it runs as root; the rest keeps it from talking to anybody but loopback."""


@dataclass(frozen=True)
class Office:
    """A running Airflow, what it asks, where the days go."""

    airflow: LocalAirflow
    sims: dict[str, Simulator]
    storage: Path
    campaigns: list[str]
    """Ids of the active ones, the same in both accounts."""

    def reader(self, account: str = "default") -> DayReader:
        """Read an account's published days."""
        return DayReader((self.storage / account).as_uri(), self.sims[account].partner_id)

    def calls(self, endpoint: str = "campaign-metrics", account: str = "default") -> list[tuple[str, str]]:
        """What was asked since the journal was last cleared, in order: (campaign id, day)."""
        requests = self.sims[account].requests()
        return [(seen["campaign_id"], seen["start_date"]) for seen in requests if seen["endpoint"] == endpoint]

    def run_day(self, day: date, *, expected: str = "success") -> str:
        """Run one day of the first account to its end, not in the browser; gives the run's id."""
        start = pendulum.datetime(day.year, day.month, day.day, tz=ZONE)
        api = self.airflow.api
        run_id = api.trigger(DAILY, logical_date=pendulum.now("UTC"), data_interval=(start, start.add(days=1)))
        assert api.wait_for_run(DAILY, run_id)["state"] == expected
        return run_id

    def connect(self, account: str, *, requests_per_minute: int = LIMIT) -> None:
        """Point an account's connection to its simulator."""
        sim = self.sims[account]
        self.airflow.api.upsert_connection(
            f"insider_{account}",
            conn_type="insider_web_push",
            host=sim.url,
            password=sim.api_key,
            extra=json.dumps({"partner_id": sim.partner_id, "requests_per_minute": requests_per_minute}),
        )

    def newest_run(self, dag_id: str, *, besides: set[str]) -> str:
        """Wait for a run that is not among *besides*; gives its id."""
        api = self.airflow.api
        (run, *_) = api.wait_for(lambda: [run for run in api.runs(dag_id) if run["dag_run_id"] not in besides], dag_id)
        return str(run["dag_run_id"])

    def all_ended(self, dag_id: str) -> None:
        """Wait until no run of a DAG is under way."""
        for run in self.airflow.api.runs(dag_id):
            self.airflow.api.wait_for_run(dag_id, run["dag_run_id"])

    @contextmanager
    def one_more_backfill(self) -> Iterator[None]:
        """Wait on leaving until the backfill that was started inside is complete."""
        done = len(self._completed_backfills())
        yield
        self.airflow.api.wait_for(lambda: self._completed_backfills()[done:], "the end of the backfill", timeout_s=240)

    def _completed_backfills(self) -> list[dict]:
        found = self.airflow.api.get("/backfills", dag_id=DAILY)["backfills"]
        return [backfill for backfill in found if backfill["completed_at"]]

    def run_ids(self, dag_id: str) -> set[str]:
        """Ids of a DAG's latest runs."""
        return {run["dag_run_id"] for run in self.airflow.api.runs(dag_id)}


@contextmanager
def running_office(folder: Path) -> Iterator[Office]:
    """Start everything but the browser."""
    storage = folder / "storage"
    storage.mkdir(parents=True)
    accounts = folder / "accounts.yaml"
    accounts.write_text(yaml.safe_dump({"accounts": [_account(name, storage) for name in ACCOUNTS]}))
    with ExitStack() as running:
        sims = {name: running.enter_context(_simulator(name)) for name in ACCOUNTS}
        airflow = running.enter_context(
            LocalAirflow(
                home=folder / "home",
                dags_folder=PROJECT / "dags",
                accounts_file=accounts,
                extra_env={"AIRFLOW__CORE__MAX_MAP_LENGTH": str(_MOST_TASKS)},
            )
        )
        office = Office(airflow, sims, storage, [])
        for name in ACCOUNTS:
            office.connect(name)
            for dag_id in (DAILY, REFRESH):
                dag = dag_id if name == "default" else f"{dag_id}__{name}"
                airflow.api.wait_for_dag(dag)
                airflow.api.pause(dag, paused=False)
        first_run = office.newest_run(DAILY, besides=set())
        airflow.api.wait_for_run(DAILY, first_run)
        office.campaigns.extend(sorted(campaign for campaign, _ in office.calls()))
        yield office


def _simulator(name: str):
    return running_simulator(
        partner_id=name.replace("_", "-"), campaigns=10, quiet_campaigns=2, limit_requests=LIMIT, latency_s=LATENCY_S
    )


def _account(name: str, storage: Path) -> dict[str, object]:
    return {
        "name": name,
        "conn_id": f"insider_{name}",
        "timezone": ZONE,
        # A backfill needs a schedule. It also starts a run for yesterday, which tells the ids.
        "schedule": "0 5 * * *" if name == "default" else None,
        "refresh_schedule": None,
        "storage": str(storage / name),
        "approve_above_h": _APPROVE_ABOVE_H,
    }


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """
    Start Debian's Chromium.

    Raises:
        RuntimeError: there is none.
    """
    path = shutil.which("chromium")
    if path is None:
        raise RuntimeError("there is no chromium on PATH; on Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_SWITCHES)
        try:
            yield browser
        finally:
            browser.close()
