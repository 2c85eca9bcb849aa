"""One whole Airflow and one simulator for all system tests: starting them takes longer than most tests."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pendulum
import pytest
import yaml

from include.local.stack import LocalAirflow
from include.simulator.process import Simulator, running_simulator
from insider_web_push.reader import DayReader

PROJECT = Path(__file__).resolve().parents[2]
KEY = "system-test-key-5f0c"
DAILY = "insider_web_push_campaign_metrics"
CONSUMER = "insider_web_push_day_totals"
REFRESH = "insider_web_push_refresh"
PURGE = "insider_web_push_purge"
WEEKLY = "insider_web_push_weekly_report"
DEADLINE = "insider_web_push_deadline"
MAX_MAP_LENGTH = 30
MANUAL, SCHEDULED = None, "0 1 * * *"
ACCOUNTS = {
    "default": ("Europe/Istanbul", MANUAL),
    "refreshed": ("Europe/Istanbul", MANUAL),
    "reported": ("Europe/Istanbul", MANUAL),
    "asking": ("Europe/Istanbul", MANUAL),
    "alerted": ("Europe/Istanbul", MANUAL),  # its tests bring an API of their own
    "odd": ("Europe/Istanbul", MANUAL),
    "changing": ("Europe/Istanbul", MANUAL),
    "hostile": ("Europe/Istanbul", MANUAL),
    "late": ("Europe/Istanbul", MANUAL),
    "empty": ("Europe/Istanbul", MANUAL),
    "wrong_key": ("Europe/Istanbul", MANUAL),
    "unwritable": ("Europe/Istanbul", MANUAL),
    "budget": ("Europe/Istanbul", MANUAL),  # tests of the budget bring an API of their own
    "istanbul": ("Europe/Istanbul", SCHEDULED),
    "berlin": ("Europe/Berlin", SCHEDULED),
    "berlin_autumn": ("Europe/Berlin", SCHEDULED),  # Airflow runs one backfill of a DAG at a time
    "sao_paulo": ("America/Sao_Paulo", SCHEDULED),
}


CONSUMERS = Path(__file__).with_name("consumers")
EVERY_WEEK = "every_week"
_BUNDLE = "airflow.dag_processing.bundles.local.LocalDagBundle"


def _notifier(**more: object) -> dict[str, object]:
    kwargs = {"title": "{{ alert.title }}", "text": "{{ alert.text }}", **more}
    return {"path": "tests.system.file_notifier.FileNotifier", "kwargs": kwargs}


RULES: dict[str, dict[str, object]] = {
    "asking": {"approve_above_h": 0.01, "partial_after_h": 1},
    "odd": {"partial_after_h": 1},
    "alerted": {"notifier": _notifier()},
    "unwritable": {"notifier": _notifier(fails=True)},
    # A deadline that has just passed: Airflow runs it as soon as it knows the DAG.
    "late": {"notifier": _notifier(), "publish_by": f"{pendulum.now('Europe/Istanbul'):%H:%M}"},
}


@dataclass(frozen=True)
class System:
    """A running Airflow, the simulator it asks, and where each account's data goes."""

    airflow: LocalAirflow
    sim: Simulator
    storage: Path

    def dag(self, account: str = "default", *, of: str = DAILY) -> str:
        """Name an account's DAG."""
        return of if account == "default" else f"{of}__{account}"

    def trigger(self, day: date, account: str = "default", **conf: object) -> str:
        """Trigger one day by hand, as the UI does with a chosen data interval."""
        start = pendulum.datetime(day.year, day.month, day.day, tz=ACCOUNTS[account][0])
        interval = (start, start.add(days=1))
        now = pendulum.now("UTC")
        return self.airflow.api.trigger(self.dag(account), logical_date=now, data_interval=interval, conf=conf)

    def wait(self, run_id: str, account: str = "default") -> str:
        """Wait for a run; gives its final state."""
        return str(self.airflow.api.wait_for_run(self.dag(account), run_id)["state"])

    def run_day(self, day: date, account: str = "default", **conf: object) -> tuple[str, str]:
        """Trigger a day and wait; gives the run's id and final state."""
        run_id = self.trigger(day, account, **conf)
        return run_id, self.wait(run_id, account)

    def tasks(self, run_id: str, account: str = "default", **filters: object) -> list[dict[str, Any]]:
        """List a run's task instances; *filters* as in the API."""
        return list(self.airflow.api.task_instances(self.dag(account), run_id, **filters))

    def reader(self, account: str = "default") -> DayReader:
        """Read an account's published days."""
        return DayReader((self.storage / account).as_uri(), self.sim.partner_id)

    def events(self, day: date, account: str = "default") -> list[dict[str, Any]]:
        """The asset events of one day of one account."""
        uri = f"x-insider-web-push://{account}/campaign_day"
        return [
            event
            for event in self.airflow.api.asset_events()
            if event["uri"] == uri and event["partition_key"] == day.isoformat()
        ]

    def plain_events(self, account: str = "default") -> list[dict[str, Any]]:
        """The events of one account's asset without partitions."""
        uri = f"x-insider-web-push://{account}/any_day"
        return [event for event in self.airflow.api.asset_events() if event["uri"] == uri]

    def calls(self, day: date) -> list[str]:
        """Ids of the campaigns that were asked for a day, in order."""
        return [
            request["campaign_id"]
            for request in self.sim.requests()
            if request["endpoint"] == "campaign-metrics" and request["start_date"] == day.isoformat()
        ]


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    folder = tmp_path_factory.mktemp("system")
    storage = folder / "storage"
    storage.mkdir()
    accounts = folder / "accounts.yaml"
    accounts.write_text(yaml.safe_dump({"accounts": [_account(name, storage) for name in ACCOUNTS]}))
    (storage / "unwritable").write_text("a file where a folder should be")
    simulator = running_simulator(api_key=KEY, campaigns=4, quiet_campaigns=1, limit_requests=1000, latency_s=0.01)
    with simulator as sim, _airflow(folder, accounts, sim) as airflow:
        for name in ACCOUNTS:
            connect(airflow, sim, name)
        running = System(airflow, sim, storage)
        for name, (_, schedule) in ACCOUNTS.items():
            airflow.api.wait_for_dag(running.dag(name))
            if schedule is MANUAL:
                airflow.api.pause(running.dag(name), paused=False)
        # No others: of an account's days that nobody's test adds up, each would be one task more.
        used = [
            ("default", CONSUMER),
            ("asking", REFRESH),
            ("odd", REFRESH),
            ("changing", REFRESH),
            ("hostile", REFRESH),
            ("hostile", WEEKLY),
            ("refreshed", REFRESH),
            ("refreshed", PURGE),
            ("reported", REFRESH),
            ("reported", WEEKLY),
        ]
        for dag in [EVERY_WEEK, *(running.dag(name, of=of) for name, of in used)]:
            airflow.api.wait_for_dag(dag)
            airflow.api.pause(dag, paused=False)
        yield running


def _airflow(folder: Path, accounts: Path, sim: Simulator) -> LocalAirflow:
    bundles = {"dags-folder": PROJECT / "dags", "consumers": CONSUMERS}
    return LocalAirflow(
        home=folder / "home",
        dags_folder=PROJECT / "dags",
        accounts_file=accounts,
        extra_env={
            # Runs of more campaign days than this put several into a task.
            "AIRFLOW__CORE__MAX_MAP_LENGTH": str(MAX_MAP_LENGTH),
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": "admin:admin,nobody:",  # who may log in, and nothing else
            # No DAG changes while the tests run, and reading them all anew takes a good part of a core.
            "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": json.dumps(
                [{"name": name, "classpath": _BUNDLE, "kwargs": {"path": str(path)}} for name, path in bundles.items()]
            ),
            "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "600",
            # Its deadline has passed: that DAG runs before anybody can make a connection.
            "AIRFLOW_CONN_INSIDER_LATE": json.dumps(_connection(sim, "late")),
        },
    )


@pytest.fixture(autouse=True)
def _undisturbed(system: System) -> Iterator[None]:
    """Each test finds the simulator as it was started."""
    yield
    system.sim.clear()
    system.sim.patch(campaigns=4, quiet_campaigns=1, now=None)


def _account(name: str, storage: Path) -> dict[str, object]:
    timezone, schedule = ACCOUNTS[name]
    return {
        "name": name,
        "conn_id": f"insider_{name}",
        "timezone": timezone,
        "schedule": schedule,
        "refresh_schedule": None,
        "storage": str(storage / name),
    } | RULES.get(name, {})


def connect(airflow: LocalAirflow, sim: Simulator, name: str, *, requests_per_minute: int = 1000) -> None:
    """Point an account's connection to a simulator."""
    airflow.api.upsert_connection(f"insider_{name}", **_connection(sim, name, requests_per_minute=requests_per_minute))


def _connection(sim: Simulator, name: str, *, requests_per_minute: int = 1000) -> dict[str, str]:
    return {
        "conn_type": "insider_web_push",
        "host": sim.url,
        "password": f"not-{KEY}" if name == "wrong_key" else sim.api_key,
        "extra": json.dumps({"partner_id": sim.partner_id, "requests_per_minute": requests_per_minute}),
    }
