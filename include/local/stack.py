"""
A whole Airflow on this machine, for as long as a `with` block lasts.

    with LocalAirflow(home=tmp_path, dags_folder=PROJECT / "dags", accounts_file=accounts) as airflow:
        airflow.api.upsert_connection("insider_web_push_default", conn_type="insider_web_push", host=url, password=key)
        airflow.api.pause("insider_web_push_campaign_metrics", paused=False)
        run_id = airflow.api.trigger("insider_web_push_campaign_metrics", logical_date=now, data_interval=(start, end))
        run = airflow.api.wait_for_run("insider_web_push_campaign_metrics", run_id)

Scheduler, DAG processor, triggerer and API server are processes of their own, as in production, with LocalExecutor and
PostgreSQL; everything listens on loopback only, and nothing is left when the block ends, however it ends.
"""

import importlib.metadata
import socket
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from include.local.airflow_env import airflow_env
from include.local.api import AirflowApi
from include.local.home import Home, Keys, shown
from include.local.own_airflow import OwnAirflow
from include.local.postgres import Database, start_postgres
from include.local.sessions import GRACE_S

_START_DEADLINE_S = 120.0
_API_SERVER_GRACE_S = 1.0
"""It has answered its last request after 0.1 s, and then spends 3 s on freeing its memory."""

_COMPONENTS = {
    # Task logs are read from disk, so no log servers (they would listen on every interface).
    "scheduler": ["airflow", "scheduler", "--skip-serve-logs"],
    "dag-processor": ["airflow", "dag-processor"],
    "triggerer": ["airflow", "triggerer", "--skip-serve-logs"],
}


class LocalAirflow(OwnAirflow):
    """
    The scheduler runs the tasks. As `OwnAirflow`.

    Args:
        home: Created, and used again by the next start.
        dags_folder: The DAGs.
        accounts_file: What `[insider_web_push] accounts_file` is set to.
        extra_env: Environment for the components, above all else: `{"AIRFLOW__CORE__PARALLELISM": "2"}`.
    """

    def __init__(
        self,
        *,
        home: Path,
        dags_folder: Path,
        accounts_file: Path,
        purpose: str = "a test",
        extra_env: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(home=home, purpose=purpose)
        self.url = ""
        """Where the UI and the API are, once started."""
        self.env: dict[str, str] = {}
        """What the components run with; for a process that is to see the same Airflow."""
        self._dags_folder = dags_folder.resolve()
        self._accounts_file = accounts_file.resolve()
        self._extra_env = dict(extra_env or {})

    def _started(self, keys: Keys) -> AirflowApi:
        database = start_postgres(self.home.postgres, self._processes)
        port = _free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.env = airflow_env(
            home=self.home,
            keys=keys,
            database_url=database.url,
            port=port,
            dags_folder=self._dags_folder,
            accounts_file=self._accounts_file,
            extra=self._extra_env,
        )
        api = AirflowApi(self.url, password=keys.admin_password, check=self.check)
        installed = importlib.metadata.version("apache-airflow")
        migrated = database.migrated_to() == installed
        # Building its routes takes the API server longer than everything else together, and needs no tables.
        self._component("api-server", ["airflow", "api-server"], grace_s=_API_SERVER_GRACE_S)
        if not migrated:
            self._migrate(database, installed)
        for name, arguments in _COMPONENTS.items():
            self._component(name, arguments)
        wait_until_healthy(api, self.home)
        return api

    def _component(self, name: str, arguments: list[str], *, grace_s: float = GRACE_S) -> None:
        self._processes.start(name, [sys.executable, "-m", *arguments], self.env, grace_s=grace_s)

    def _migrate(self, database: Database, version: str) -> None:
        self._component("migrate", ["airflow", "db", "migrate"])
        self._processes.wait_for("migrate")
        database.set_migrated_to(version)


def wait_until_healthy(api: AirflowApi, home: Home) -> None:
    """
    Wait until every component has reported for duty.

    Raises:
        ComponentDiedError: from the API's check.
        TimeoutError: names the folder of the logs.
    """
    deadline = time.monotonic() + _START_DEADLINE_S
    # The API server makes the workers' part of itself at its first request, which takes 3 s: better now than then.
    while not (api.serves_workers() and api.healthy()):
        api.check()
        if time.monotonic() > deadline:
            raise TimeoutError(f"Airflow is not healthy after {_START_DEADLINE_S:.0f} s: see {shown(home.logs)}")
        time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
