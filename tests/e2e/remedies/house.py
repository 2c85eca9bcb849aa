"""An Airflow with an account for each cause, so that one is broken while another is mended."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pendulum
import yaml

from include.local.home import PROJECT
from include.local.stack import LocalAirflow
from include.simulator.account import Account
from include.simulator.process import Simulator, running_simulator
from include.simulator.settings import SimulatorSettings
from insider_web_push.days.remedies import Names, what_to_do
from insider_web_push.days.troubles import Trouble
from insider_web_push.lake.manifest import Manifest
from insider_web_push.reader import DayReader
from insider_web_push.vocabulary import PURGE, REFRESH

TODAY = pendulum.today("Europe/Istanbul").date()
DAY = TODAY.subtract(days=5)
ACCOUNTS = (
    "key", "setting", "disk", "limit", "outage", "store", "endless", "answers", "objects", "less", "checks", "zone",
    "calls", "commit", "lists", "waits", "behind",
)  # fmt: skip
_RULES: dict[str, dict[str, object]] = {
    "endless": {"approve_above_h": None},
    "outage": {"start_day": str(DAY.subtract(days=1))},
    "behind": {"start_day": str(DAY.subtract(days=7)), "approve_above_h": 0.0001},
}
_LIMIT = 3000
_CAMPAIGNS = 4


@dataclass(frozen=True)
class House:
    """A running Airflow, each account's simulator, and the accounts file, which people may edit."""

    airflow: LocalAirflow
    sims: dict[str, Simulator]
    storage: Path
    accounts_file: Path
    rules: dict[str, dict[str, object]] = field(default_factory=dict)

    def dag(self, account: str, *, of: str = REFRESH) -> str:
        """Name an account's refresh, or another of its DAGs."""
        return f"{of}__{account}"

    def connect(self, account: str, *, key: str | None = None, per_minute: int = _LIMIT, **extra: object) -> None:
        """Save an account's connection; an *extra* of None is left out."""
        sim = self.sims[account]
        said = {"partner_id": sim.partner_id, "requests_per_minute": per_minute, **extra}
        self.airflow.api.upsert_connection(
            f"insider_{account}",
            conn_type="insider_web_push",
            host=sim.url,
            password=key or sim.api_key,
            extra=json.dumps({name: value for name, value in said.items() if value is not None}),
        )

    def set_rules(self, account: str, **rules: object) -> None:
        """Edit the accounts file."""
        self.rules.setdefault(account, {}).update(rules)
        accounts = [self._account(name) for name in ACCOUNTS]
        self.accounts_file.write_text(yaml.safe_dump({"accounts": accounts}))

    def start(self, account: str, day: date | None = None, **form: object) -> str:
        """Trigger an account's refresh, for a day or for what is due; gives the run's id."""
        days = {} if day is None else {"first_day": str(day), "last_day": str(day)}
        return self.airflow.api.trigger(self.dag(account), logical_date=None, conf=days | form)

    def end_of(self, account: str, run_id: str, *, expected: str, timeout_s: float = 300) -> None:
        """Wait for a run's end."""
        run = self.airflow.api.wait_for_run(self.dag(account), run_id, timeout_s=timeout_s)
        assert run["state"] == expected, self.said(account, run_id)

    def refresh(self, account: str, day: date | None = None, *, expected: str = "success", **form: object) -> str:
        """Trigger a refresh and wait for its end; gives the run's id."""
        run_id = self.start(account, day, **form)
        self.end_of(account, run_id, expected=expected)
        return run_id

    def purge(self, account: str, day: date, **form: object) -> None:
        """Purge of a day what the form names."""
        dag = self.dag(account, of=PURGE)
        conf = {"first_day": str(day), "last_day": str(day), "confirm": self.sims[account].partner_id} | form
        run = self.airflow.api.wait_for_run(dag, self.airflow.api.trigger(dag, logical_date=None, conf=conf))
        assert run["state"] == "success"

    def failed(self, account: str, run_id: str) -> list[dict[str, Any]]:
        """List a run's tasks that failed by themselves."""
        found = self.airflow.api.task_instances(self.dag(account), run_id, state="failed")
        return [task for task in found if task["task_id"] != "verify"]

    def said(self, account: str, run_id: str) -> str:
        """Give the logs of a run's failed tasks."""
        api, dag = self.airflow.api, self.dag(account)
        return "\n".join(
            api.log(dag, run_id, task["task_id"], map_index=task["map_index"], try_number=task["try_number"])
            for task in api.task_instances(dag, run_id, state="failed")
        )

    def clear_failed(self, account: str, run_id: str) -> None:
        """Clear the failed tasks with downstream, as the runbook says, and wait until the run is green."""
        tasks = [
            task["task_id"] if task["map_index"] < 0 else (task["task_id"], task["map_index"])
            for task in self.failed(account, run_id)
        ]
        assert tasks
        self.airflow.api.clear(self.dag(account), run_id, tasks=tasks)
        self.end_of(account, run_id, expected="success")

    def remedy(self, trouble: Trouble, account: str, day: date = DAY) -> str:
        """What the runbook's table, verify and alerts say to do."""
        names = Names.of_dag(self.dag(account), conn_id=f"insider_{account}")
        return what_to_do(trouble, names, days=[str(day)])

    def reader(self, account: str) -> DayReader:
        """Read an account's published days."""
        return DayReader((self.storage / account).as_uri(), self.sims[account].partner_id)

    def manifest(self, account: str, day: date) -> Manifest:
        """What is published of a day."""
        return self.reader(account).manifest(day)

    def is_whole(self, account: str, day: date) -> bool:
        """Whether a day is complete, and nothing of it was accepted as missing."""
        figures = set(self.reader(account).read(day)["detail_status"].to_pylist())
        return figures <= {"fetched", "quiet"} and self.manifest(account, day).is_complete

    def revisions_of(self, account: str) -> Path:
        """Where publish writes and nobody before it: a file there, where a folder should be, lets it fail."""
        return self.storage / account / "revisions"

    def calls(self, account: str) -> list[str]:
        """Ids of the campaigns that were asked for since the journal was cleared."""
        asked = self.sims[account].requests()
        return [one["campaign_id"] for one in asked if one["endpoint"] == "campaign-metrics"]

    def _account(self, name: str) -> dict[str, object]:
        account: dict[str, object] = {
            "name": name,
            "conn_id": f"insider_{name}",
            "timezone": "Europe/Istanbul",
            "schedule": None,
            "refresh_schedule": None,
            "storage": str(self.storage / name),
        }
        return account | _RULES.get(name, {}) | self.rules.get(name, {})


@contextmanager
def running_house(folder: Path) -> Iterator[House]:
    """Start it; every refresh is let run, and everything is well."""
    storage = folder / "storage"
    storage.mkdir(parents=True)
    with ExitStack() as running:
        sims = {name: running.enter_context(_simulator(name)) for name in ACCOUNTS}
        airflow = LocalAirflow(
            home=folder / "home", dags_folder=PROJECT / "dags", accounts_file=folder / "accounts.yaml"
        )
        house = House(airflow, sims, storage, folder / "accounts.yaml")
        house.set_rules(ACCOUNTS[0])
        running.enter_context(airflow)
        for name in ACCOUNTS:
            house.connect(name)
        for dag in [*map(house.dag, ACCOUNTS), house.dag("objects", of=PURGE)]:
            airflow.api.wait_for_dag(dag)
            airflow.api.pause(dag, paused=False)
        yield house


def campaigns(day: date) -> list[str]:
    """Name the active campaigns of a simulator here, in the order of its list."""
    settings = SimulatorSettings(campaigns=_CAMPAIGNS, quiet_campaigns=0)
    return [str(campaign.builder_id) for campaign in Account().listed(settings, until=day)]


def _simulator(name: str):
    return running_simulator(
        partner_id=name, campaigns=_CAMPAIGNS, quiet_campaigns=0, limit_requests=_LIMIT, latency_s=0.01
    )
