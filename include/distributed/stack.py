"""
The deployment of docker-compose.yaml on this machine, for as long as a `with` block lasts.

    with running_simulator() as sim, DistributedAirflow(home=tmp_path, account=account_of(sim)) as airflow:
        airflow.api.pause("insider_web_push_campaign_metrics", paused=False)
        airflow.kill("worker-1")
        airflow.start("worker-1")

Everything listens on loopback only, and nothing is left when the block ends, however it ends.
"""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import yaml

from include.deploy import compose
from include.deploy.env_file import fresh_secrets
from include.distributed import hostname
from include.distributed.addresses import Addresses, with_extra
from include.distributed.servers import Servers
from include.local.api import AirflowApi
from include.local.home import PROJECT, Home, Keys
from include.local.own_airflow import OwnAirflow
from include.local.stack import wait_until_healthy
from include.servers import free_ports
from include.simulator.process import Simulator

ACCOUNT_CONNECTION = "AIRFLOW_CONN_INSIDER_WEB_PUSH_DEFAULT"
SERVERS = ("postgres", "valkey", "storage")
_PARTS = ("scheduler", "dag-processor", "triggerer")
_FROM_OUTSIDE = ("PATH", "HOME", "LANG", "TMPDIR")
_NO_LOG_SERVER = frozenset({"worker", "triggerer"})
"""Airflow's log servers listen on every interface, whatever is set. Here all logs are on one disk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountHere:
    """
    The account that is fetched.

    Attributes:
        extra: Added to the connection's extra, as a window that is scaled down.
        storage: Instead of the storage in deploy/accounts.yaml.
    """

    url: str
    api_key: str
    partner_id: str
    extra: Mapping[str, object] = field(default_factory=dict)
    storage: str | None = None

    @classmethod
    def of(cls, sim: Simulator, *, storage: str | None = None, **extra: object) -> Self:
        """Take the simulator's."""
        return cls(url=sim.url, api_key=sim.api_key, partner_id=sim.partner_id, storage=storage, extra=extra)


class DistributedAirflow(OwnAirflow):
    """
    Each service is processes that can be killed and started again. As `OwnAirflow`.

    Args:
        home: Empty.
        account: Whose days are fetched.
        workers: How many Celery workers, `worker-1` and so on.
        settings: Instead of what deploy/airflow.env says: timeouts that a test cannot wait for.
        worker_prefix: Before the workers' command, as `unshare …`.
    """

    def __init__(
        self,
        *,
        home: Path,
        account: AccountHere,
        workers: int = 2,
        settings: Mapping[str, str] | None = None,
        worker_prefix: Sequence[str] = (),
    ) -> None:
        super().__init__(home=home, purpose="a distributed Airflow")
        self.restarted: list[str] = []
        """What ended by itself and was started again, as `restart: unless-stopped` does."""
        self.commands: dict[str, list[str]] = {}
        """What was run, by service of docker-compose.yaml."""
        self.environments: dict[str, dict[str, str]] = {}
        """What each part of Airflow was given, by its name here."""
        self._account = account
        self._names = ["api-server", *_PARTS, *(f"worker-{number}" for number in range(1, workers + 1))]
        self._settings = dict(settings or {})
        self._worker_prefix = list(worker_prefix)
        self._values = fresh_secrets() | {
            "API_URL": account.url,
            "API_KEY": account.api_key,
            "PARTNER_ID": account.partner_id,
            "ALLOW_HTTP": "true",
        }
        self._ran: set[str] = set()

    def tend(self) -> None:
        """Start again what has ended by itself."""
        for name in self._processes.take_ended():
            self.restarted.append(name)
            self.start(name)

    def kill(self, name: str) -> None:
        """Send SIGKILL to a service and all its descendants."""
        self._processes.kill(name)

    def start(self, name: str, *, as_service: str | None = None) -> None:
        """Start a service, or start it again; *as_service* names another of its kind, as a second scheduler."""
        if name in SERVERS:
            self.servers.start(name)
            self.commands[name] = self.servers.commands[name]
            return
        service = as_service or ("worker" if name.startswith("worker-") else name)
        command = self.servers.addresses.command(compose.airflow_command(service))
        command = [sys.executable, "-m", *command] if command[0] == "airflow" else command
        if service in _NO_LOG_SERVER:
            command.append("--skip-serve-logs")
        if service == "worker":
            command = [*self._worker_prefix, *command, f"--celery-hostname={name}"]
        self.commands[service] = command
        again = name in self._ran
        self._ran.add(name)
        self.environments[name] = self._env(service, name)
        self._processes.start(name, command, self.environments[name], append=again)

    def connection(self, conn: str, *, of: str) -> str:
        """Give a connection, as JSON, that a service has in its environment."""
        return self._env(of, of)[f"AIRFLOW_CONN_{conn.upper()}"]

    def lake_user(self, name: str) -> str:
        """Give the connection, as JSON, of a user of the S3 server: `worker`, `pages` or `reader`."""
        connection = json.loads(self.connection("lake", of="worker"))
        return json.dumps(connection | {"login": name, "password": self._values[f"S3_{name.upper()}_SECRET"]})

    @property
    def storage(self) -> str:
        """Where the account's objects go."""
        return str(self._accounts()[0]["storage"])

    def dump(self) -> str:
        """Give all that the databases hold, as SQL; bytes are hexadecimal digits in it."""
        return "\n".join(self.servers.postgres_program("pg_dump", name) for name in ("airflow", "celery"))

    def _started(self, keys: Keys) -> AirflowApi:  # noqa: ARG002 - the secrets are those of .env
        self.home.passwords_file.write_text(compose.config("passwords", self._values), encoding="utf-8")
        valkey, s3, api, self._health = free_ports(4)
        addresses = Addresses(postgres=self.home.postgres, valkey=valkey, s3=s3, api=api, paths=_paths(self.home))
        self.servers = Servers(self.home, self._processes, values=self._values, addresses=addresses)
        self.home.accounts_file.write_text(yaml.safe_dump({"accounts": self._accounts()}), encoding="utf-8")
        for name in SERVERS:
            self.start(name)
        self.start("init")
        self._processes.wait_for("init")
        rest = AirflowApi(f"http://127.0.0.1:{api}", password=self._values["ADMIN_PASSWORD"], check=self.check)
        for name in self._names:
            self.start(name)
        wait_until_healthy(rest, self.home)
        rest.check = self.tend
        return rest

    def _accounts(self) -> list[dict[str, Any]]:
        """Give the accounts of the deployment, run by hand alone."""
        accounts = yaml.safe_load(compose.ACCOUNTS_FILE.read_text(encoding="utf-8"))["accounts"]
        mine = {"schedule": None, "refresh_schedule": None}
        return [account | mine | {"storage": self._account.storage or account["storage"]} for account in accounts]

    def _env(self, service: str, name: str) -> dict[str, str]:
        outside = {variable: os.environ[variable] for variable in _FROM_OUTSIDE if variable in os.environ}
        deployed = compose.environment() | compose.service_environment(service, self._values)
        env = outside | self.servers.addresses.environment(deployed) | self._here(name) | self._settings
        if ACCOUNT_CONNECTION in env:
            env[ACCOUNT_CONNECTION] = with_extra(env[ACCOUNT_CONNECTION], self._account.extra)
        return env

    def _here(self, name: str) -> dict[str, str]:
        """Give the addresses that a container has for itself alone."""
        health = self._health if name == "scheduler" else free_ports(1)[0]
        return {
            "AIRFLOW_HOME": str(self.home.airflow),
            "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(self.home.logs / "tasks"),
            "AIRFLOW__API__HOST": "127.0.0.1",
            "AIRFLOW__API__PORT": str(self.servers.addresses.api),
            "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT": str(health),
            "AIRFLOW__CORE__HOSTNAME_CALLABLE": f"{hostname.__name__}.{hostname.own_name.__name__}",
            hostname.VARIABLE: name,
            "NO_PROXY": "127.0.0.1,localhost",
        }


def _paths(home: Home) -> dict[str, Path]:
    return {
        "/opt/airflow/include/accounts.yaml": home.accounts_file,
        "/opt/airflow/dags": PROJECT / "dags",
        "/run/airflow/passwords.json": home.passwords_file,
        "/etc/valkey/users.acl": home.root / "users.acl",
        "/etc/seaweedfs/s3.json": home.root / "s3.json",
    }
