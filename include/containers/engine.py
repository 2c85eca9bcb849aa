"""
The Docker engine: the one that is there, or one from Debian's packages, unpacked into a folder and gone afterwards.

Where an engine answers, that one is used, and nothing of it is changed but for what the test makes. Where one has been
before, and does not answer, none is brought: what it left could not be told from what this one leaves.
"""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

OLDEST_COMPOSE, BROKEN_COMPOSE = (2, 24, 4), (2, 40, 1)
"""
`!override`, by which the test has ports of its own, came with the one (the deployment itself needs 2.23.1); the other
fails on `configs: content` for a user (docker/compose#13296).
"""
_NEWER = ("docker.io", "docker-cli", "docker-compose", "docker-buildx", "containerd")
_HERE = (
    "runc", "iptables", "libnftnl11", "libxtables12", "libip4tc2", "libip6tc2", "libnetfilter-conntrack3",
    "libnfnetlink0", "debootstrap",
)  # fmt: skip
"""Debian's packages: of sid, and of the machine's own release, whose libraries they are built for."""
_STARTS_WITHIN_S = 60.0
_FORWARD = Path("/proc/sys/net/ipv4/ip_forward")
_TABLES = ("iptables", "ip6tables")


class NoEngineError(RuntimeError):
    """There is no engine to be had; the message says what is missing."""


@dataclass(frozen=True)
class Engine:
    """
    A Docker engine.

    Attributes:
        env: Environment of commands that use it.
        tools: Folder with Debian's tools, where this program brought them; None where the engine was there.
    """

    env: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    tools: Path | None = None

    def run(self, *command: str, check: bool = True, timeout_s: float = 1200) -> str:
        """Run a command against it; gives what it prints."""
        done = subprocess.run(  # noqa: S603 — commands of this program
            command, env=self.env, capture_output=True, text=True, check=False, timeout=timeout_s
        )  # fmt: skip
        if check and done.returncode:
            said = (done.stderr or done.stdout).strip()[-3000:]
            raise RuntimeError(f"{' '.join(command)[:200]} ended with {done.returncode}:\n{said}")
        return str(done.stdout) if check else str(done.stdout + done.stderr)

    def versions(self) -> str:
        """
        Tell the versions of engine and Compose.

        Raises:
            NoEngineError: Compose is not there, too old, or the broken one.
        """
        engine = self.run("docker", "version", "--format", "{{.Server.Version}}").strip()
        try:
            compose = self.run("docker", "compose", "version", "--short").strip()
        except RuntimeError:
            raise NoEngineError("Docker Compose is missing: docker compose version says nothing") from None
        found = tuple(map(int, re.findall(r"\d+", compose)[:3]))
        if found < OLDEST_COMPOSE or found == BROKEN_COMPOSE:
            raise NoEngineError(f"Docker Compose is {compose}: it has to be 2.24.4 or newer, and not 2.40.1")
        return f"Docker {engine}, Compose {compose}"


def engine_that_is_there() -> Engine | None:
    """Give the engine that answers; None if none does."""
    if shutil.which("docker") is None:
        return None
    engine = Engine()
    with suppress(RuntimeError, subprocess.TimeoutExpired):
        engine.run("docker", "version", "--format", "{{.Server.Version}}", timeout_s=20)
        return engine
    return None


@contextmanager
def own_engine(folder: Path) -> Iterator[Engine]:
    """
    Run an engine of this program's own in a folder, and take away all that it made on the machine.

    Raises:
        NoEngineError: this is not root on a Debian.
    """
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise NoEngineError("no Docker engine answers, and only root on a Debian can bring one: install Docker")
    tools = _unpacked(folder)
    data, run = folder / "data", folder / "run"
    env = _env(tools) | {"DOCKER_HOST": f"unix://{run}/docker.sock"}
    if "docker" in (_said(env, "iptables-save") + _said(env, "ip", "link")).lower():
        raise NoEngineError("a Docker engine has been here, and does not answer: start it")
    mtu = json.loads(subprocess.check_output(["ip", "-json", "link", "show", _way_out()]))[0]["mtu"]  # noqa: S603, S607
    run.mkdir()
    forwarded, policies = _FORWARD.read_text(), _policies(env)
    with (folder / "engine.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 — what was just unpacked
            [
                tools / "usr/sbin/dockerd", f"--data-root={data}", f"--exec-root={run}/exec",
                f"--pidfile={run}/docker.pid", f"--host={env['DOCKER_HOST']}", f"--mtu={mtu}",
                f"--default-network-opt=bridge=com.docker.network.driver.mtu={mtu}",
            ],
            env=env, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        engine = Engine(env=env, tools=tools)
        _wait(engine, process, folder / "engine.log")
        yield engine
    finally:
        _stop(process)
        _tidy(env, forwarded, policies)


def _unpacked(folder: Path) -> Path:
    """Fetch the packages by apt, with lists of its own, and unpack them: nothing is installed."""
    debs, tools = folder / "debs", folder / "tools"
    for made in (debs, tools, folder / "state/lists/partial", folder / "cache/archives/partial"):
        made.mkdir(parents=True)
    keys = "/usr/share/keyrings/debian-archive-keyring.gpg"
    source = folder / "sources.list"
    source.write_text(f"deb [signed-by={keys}] http://deb.debian.org/debian sid main\n")
    own = [
        f"-oDir::Etc::sourcelist={source}", "-oDir::Etc::sourceparts=-", f"-oDir::State={folder}/state",
        f"-oDir::Cache={folder}/cache", "-oAPT::Sandbox::User=root",
    ]  # fmt: skip
    here = ["-oAPT::Sandbox::User=root"]
    for options, packages in ((own, _NEWER), (here, _HERE)):
        _apt(debs, *options, "update", "--quiet=2")
        _apt(debs, *options, "download", "--quiet=2", *packages)
    for package in debs.glob("*.deb"):
        subprocess.run(["dpkg", "-x", package, tools], check=True)  # noqa: S603, S607
    for name in ("iptables", "iptables-save", "iptables-restore", "ip6tables", "ip6tables-save", "ip6tables-restore"):
        (tools / "usr/sbin" / name).symlink_to("xtables-nft-multi")
    return tools


def _apt(folder: Path, *arguments: str) -> None:
    done = subprocess.run(["apt-get", *arguments], cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603, S607
    if done.returncode:
        raise NoEngineError(f"apt-get {arguments[-1]} failed: {done.stderr.strip()[-500:]}")


def _env(tools: Path) -> dict[str, str]:
    libraries = tools / "usr/lib" / f"{platform.machine()}-linux-gnu"
    path = f"{tools}/usr/bin:{tools}/usr/sbin:{os.environ['PATH']}"
    config = tools.parent / "config"
    plugins = config / "cli-plugins"
    plugins.mkdir(parents=True, exist_ok=True)
    for plugin in (tools / "usr/libexec/docker/cli-plugins").iterdir():
        if not (plugins / plugin.name).exists():
            (plugins / plugin.name).symlink_to(plugin)
    return os.environ | {
        "PATH": path,
        "LD_LIBRARY_PATH": str(libraries),
        "XTABLES_LIBDIR": str(libraries / "xtables"),
        "DEBOOTSTRAP_DIR": str(tools / "usr/share/debootstrap"),
        "DOCKER_CONFIG": str(config),
    }


def _way_out() -> str:
    """Name the interface of the default route."""
    routes = json.loads(subprocess.check_output(["ip", "-json", "route", "show", "default"]))  # noqa: S607
    return str(routes[0]["dev"]) if routes else "lo"


def _wait(engine: Engine, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _STARTS_WITHIN_S
    while time.monotonic() < until and process.poll() is None:
        with suppress(RuntimeError):
            engine.run("docker", "version", timeout_s=10)
            return
        time.sleep(0.5)
    raise NoEngineError(f"the engine did not start:\n{log.read_text(errors='replace')[-3000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _policies(env: Mapping[str, str]) -> dict[str, str]:
    """Tell what becomes of packets that are to be forwarded, where no rule says so."""
    said = {command: _said(env, command, "-S", "FORWARD") for command in _TABLES}
    return {command: text.split()[2] for command, text in said.items() if text.startswith("-P FORWARD")}


def _tidy(env: Mapping[str, str], forwarded: str, policies: Mapping[str, str]) -> None:
    """Take away chains, bridge and forwarding; the engine leaves them, since another one may come."""
    for command, policy in policies.items():
        for table in ("nat", "filter", "raw"):
            saved = _said(env, f"{command}-save", "-t", table)
            rules = [line for line in saved.splitlines() if line.startswith("-A") and "docker" in line.lower()]
            chains = re.findall(r"^:(DOCKER\S*)", saved, re.MULTILINE)
            for rule in rules:
                if not rule.startswith("-A DOCKER"):
                    _said(env, command, "-t", table, "-D", *rule.split()[1:])
            for option in ("-F", "-X"):
                for chain in chains:
                    _said(env, command, "-t", table, option, chain)
        _said(env, command, "-P", "FORWARD", policy)
    _said(env, "ip", "link", "delete", "docker0")
    _FORWARD.write_text(forwarded)


def _said(env: Mapping[str, str], *command: str) -> str:
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False).stdout  # noqa: S603
