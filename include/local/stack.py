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
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from include.local.airflow_env import airflow_env
from include.local.api import AirflowApi
from include.local.home import Home, shown
from include.local.interrupts import orderly_interrupts
from include.local.lock import only_one
from include.local.postgres import Database, start_postgres
from include.local.processes import Processes
from include.local.sessions import GRACE_S

_START_DEADLINE_S = 120.0
_API_SERVER_GRACE_S = 1.0
"""It has answered its last request after 0.1 s, and then spends 3 s on freeing its memory."""

_COMPONENTS = {
    # Task logs are read from disk, so no log servers (they would listen on every interface).
    "scheduler": ["include.local.scheduler", "scheduler", "--skip-serve-logs"],
    "dag-processor": ["airflow", "dag-processor"],
    "triggerer": ["airflow", "triggerer", "--skip-serve-logs"],
}


class LocalAirflow:
    """
    Start on entering, stop on leaving.

    Args:
        home: Folder for database, logs and keys; created, and used again by the next start.
        dags_folder: The DAGs.
        accounts_file: What `[insider_web_push] accounts_file` is set to.
        purpose: Named to whoever tries to start a second one in this home.
        extra_env: Environment for the components, above all else: `{"AIRFLOW__CORE__PARALLELISM": "2"}`.

    Raises:
        AlreadyRunningError: on entering.
        ComponentDiedError: on entering, from `check`, and from every waiting method of `api`.
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
        self.home = Home(home.resolve())
        self.url = ""
        """Where the UI and the API are, once started."""
        self.env: dict[str, str] = {}
        """What the components run with; for a process that is to see the same Airflow."""
        self._dags_folder = dags_folder.resolve()
        self._accounts_file = accounts_file.resolve()
        self._purpose = purpose
        self._extra_env = dict(extra_env or {})
        self._processes = Processes(record=self.home.run / "processes.json", logs=self.home.logs)
        self._api: AirflowApi | None = None
        self._exit = ExitStack()

    @property
    def api(self) -> AirflowApi:
        """The REST API, logged in as admin."""
        if self._api is None:
            raise RuntimeError("enter the with block first")
        return self._api

    def __enter__(self) -> Self:
        with ExitStack() as undo:
            undo.enter_context(orderly_interrupts())
            self._keys = self.home.prepare()
            lock = undo.enter_context(only_one(self.home.lock, self._purpose))
            undo.callback(self._processes.stop_all)
            self._processes.watch(lock)
            self._start()
            undo.callback(self.api.close)
            self._exit = undo.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._exit.close()

    def check(self) -> None:
        """Raise ComponentDiedError if a component has ended."""
        self._processes.check()

    def _start(self) -> None:
        database = start_postgres(self.home.postgres, self._processes)
        port = _free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.env = airflow_env(
            home=self.home,
            keys=self._keys,
            database_url=database.url,
            port=port,
            dags_folder=self._dags_folder,
            accounts_file=self._accounts_file,
            extra=self._extra_env,
        )
        self._api = AirflowApi(self.url, password=self._keys.admin_password, check=self.check)
        installed = importlib.metadata.version("apache-airflow")
        migrated = database.migrated_to() == installed
        # Building its routes takes the API server longer than everything else together, and needs no tables.
        self._component("api-server", ["airflow", "api-server"], grace_s=_API_SERVER_GRACE_S)
        if not migrated:
            self._migrate(database, installed)
        for name, arguments in _COMPONENTS.items():
            self._component(name, arguments)
        wait_until_healthy(self.api, self.home)

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
