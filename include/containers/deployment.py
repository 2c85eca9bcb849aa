"""The deployment under test: docker-compose.yaml as it is, with a project name, ports and image names of its own."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3  # type: ignore[import-untyped]  # it ships no types

from include.containers.engine import Engine
from include.deploy.compose import compose_file
from include.deploy.env_file import demo_values, env_text
from include.local.api import AirflowApi
from include.local.home import PROJECT

NAME = "insider-web-push-test"
UI_PORT, S3_PORT = 18080, 18333
_LONGEST_START_S = 600.0


@dataclass
class Deployment:
    """
    One project of compose.

    Attributes:
        engine: Runs it.
        folder: Where its .env and its ports lie.
        values: What .env says.
    """

    engine: Engine
    folder: Path
    values: dict[str, str] = field(default_factory=demo_values)

    def __post_init__(self) -> None:
        """Write its files."""
        ports = {"api-server": f"127.0.0.1:{UI_PORT}:8080", "storage": f"127.0.0.1:{S3_PORT}:8333"}
        services: dict[str, str] = {}
        for name, service in compose_file()["services"].items():
            lines = [f"    ports: !override ['{ports[name]}']"] if name in ports else []
            if service["image"].startswith("insider-web-push-"):
                lines.append(f"    image: {service['image'].partition(':')[0]}:test")
            services[name] = "\n".join(lines)
        text = "services:\n" + "".join(f"  {name}:\n{said}\n" for name, said in services.items() if said)
        self._own.write_text(text)
        self.write_env()

    @property
    def _own(self) -> Path:
        return self.folder / "own.yaml"

    @property
    def _env_file(self) -> Path:
        return self.folder / ".env"

    def write_env(self, *, without: str = "") -> None:
        """Write .env, as `make env` does."""
        lines = env_text(self.values).splitlines()
        self._env_file.write_text("\n".join(line for line in lines if not line.startswith(f"{without or ' '}=")))
        self._env_file.chmod(0o600)

    def compose(self, *arguments: str, check: bool = True, timeout_s: float = 1200) -> str:
        """Run a command of compose; gives what it prints."""
        return self.engine.run(
            "docker", "compose", "--project-name", NAME, "--project-directory", str(PROJECT), "--env-file",
            str(self._env_file), "--file", str(PROJECT / "docker-compose.yaml"), "--file", str(self._own),
            "--profile", "demo", *arguments, check=check, timeout_s=timeout_s,
        )  # fmt: skip

    def up(self, *arguments: str) -> float:
        """Start it, and wait until every service is as it should be; gives the seconds that it took."""
        began = time.monotonic()
        self.compose("up", "--detach", *arguments)
        self.wait_until_healthy()
        return time.monotonic() - began

    def upgrade(self, *arguments: str) -> float:
        """Do what `make upgrade` does."""
        began = time.monotonic()
        self.compose("build")
        self.compose("stop", "scheduler")
        self.compose("stop", "worker")
        self.up(*arguments)
        return time.monotonic() - began

    def wait_until_healthy(self) -> None:
        """
        Wait until every container is healthy, and init has ended well.

        Raises:
            TimeoutError: names those that are not.
        """
        until = time.monotonic() + _LONGEST_START_S
        while lacking := [f"{one['Service']}: {one['Status']}" for one in self.containers() if not _is_well(one)]:
            if time.monotonic() > until:
                raise TimeoutError(f"not healthy after {_LONGEST_START_S:.0f} s: {'; '.join(lacking)}")
            time.sleep(2)

    def containers(self) -> list[dict[str, Any]]:
        """List its containers, as `docker compose ps` does."""
        said = self.compose("ps", "--all", "--format", "json")
        return [json.loads(line) for line in said.splitlines() if line.startswith("{")]

    def inspect(self, service: str, what: str) -> str:
        """Look something up of a service's first container."""
        (first, *_) = (one["Name"] for one in self.containers() if one["Service"] == service)
        return self.engine.run("docker", "inspect", "--format", f"{{{{{what}}}}}", first).strip()

    def inside(self, service: str, *command: str, check: bool = True) -> str:
        """Run a command in a service's container."""
        return self.compose("exec", "--no-TTY", service, *command, check=check)

    def memory_mb(self) -> dict[str, float]:
        """Tell what each container uses now."""
        names = [one["Name"] for one in self.containers() if one["State"] == "running"]
        said = self.engine.run("docker", "stats", "--no-stream", "--format", "{{.Name}} {{.MemUsage}}", *names)
        found = {}
        for line in said.splitlines():
            name, used = line.split()[:2]
            unit = next(unit for unit in ("GiB", "MiB", "KiB", "B") if used.endswith(unit))
            size = float(used.removesuffix(unit)) * {"GiB": 1024, "MiB": 1, "KiB": 1 / 1024, "B": 0}[unit]
            found[name.removeprefix(f"{NAME}-")] = size
        return found

    @property
    def url(self) -> str:
        """Address of the UI."""
        return f"http://127.0.0.1:{UI_PORT}"

    def api(self) -> AirflowApi:
        """Give a client of its REST API, as admin."""
        return AirflowApi(self.url, password=self.values["ADMIN_PASSWORD"], check=lambda: None)

    def s3(self, user: str) -> Any:
        """Give a client of its lake, as one of its users."""
        return boto3.client(
            "s3", endpoint_url=f"http://127.0.0.1:{S3_PORT}", region_name="us-east-1", aws_access_key_id=user,
            aws_secret_access_key=self.values[f"S3_{user.upper()}_SECRET"],
        )  # fmt: skip


@contextmanager
def deployed(engine: Engine, folder: Path) -> Iterator[Deployment]:
    """Give a deployment that is not started yet, and remove all that it made: containers, volumes, networks, images."""
    deployment = Deployment(engine, folder)
    try:
        yield deployment
    finally:
        deployment.write_env()
        deployment.compose("down", "--volumes", "--remove-orphans", "--rmi", "local", check=False)
        own = [f"insider-web-push-{name}:test" for name in ("airflow", "simulator")]
        engine.run("docker", "image", "rm", "--force", *own, check=False)


def _is_well(container: dict[str, Any]) -> bool:
    service, state = container["Service"], container["State"]
    if service == "init":
        return bool(state == "exited" and container["ExitCode"] == 0)
    return bool(state == "running" and container["Health"] == "healthy")


def kill_first_process(deployment: Deployment, service: str) -> None:
    """Kill the first process of a service's container, from outside, as the kernel would."""
    pid = int(deployment.inspect(service, ".State.Pid"))
    os.kill(pid, 9)


def long_running(deployment: Deployment) -> Sequence[str]:
    """Name the services that go on."""
    return sorted({one["Service"] for one in deployment.containers()} - {"init"})
