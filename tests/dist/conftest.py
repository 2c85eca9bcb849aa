"""What `make dist` has built, installed where there was nothing but Python."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from include.simulator.process import Simulator, running_simulator
from tests.conftest import PROJECT_ROOT

DIST = PROJECT_ROOT / "dist"
_KEPT = ("PATH", "LANG", "HOME", "TMPDIR", "SSL_", "PIP_", "HTTPS_PROXY", "https_proxy")
"""Prefixes of variables that an empty environment has: nothing of Airflow, and no PYTHONPATH."""


@dataclass(frozen=True)
class Machine:
    """A folder with an environment of its own."""

    folder: Path
    venv: Path

    def env(self, **more: str) -> dict[str, str]:
        """Give the variables of a shell in which the environment is active."""
        inherited = {name: value for name, value in os.environ.items() if name.startswith(_KEPT)}
        return inherited | {"PATH": f"{self.venv / 'bin'}:{os.environ['PATH']}", "VIRTUAL_ENV": str(self.venv)} | more

    def run(self, *command: str, env: Mapping[str, str] | None = None) -> str:
        """Run a command of the environment, in the folder; gives what it prints."""
        done = subprocess.run(  # noqa: S603 — what was just installed
            [str(self.venv / "bin" / command[0]), *command[1:]],
            cwd=self.folder,
            env=self.env(**(env or {})),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
        return done.stdout


@pytest.fixture(scope="session")
def wheel() -> Path:
    """The one wheel that was built."""
    found = sorted(DIST.glob("*.whl"))
    assert len(found) == 1, "make dist builds the one wheel that is tried"
    return found[0]


@pytest.fixture(scope="session")
def constraints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The versions of the lock. Its hashes would be demanded of the wheel as well."""
    lock = (PROJECT_ROOT / "requirements" / "runtime.txt").read_text(encoding="utf-8")
    pinned = [f"{name} {marker}" for name, marker in re.findall(r"^([\w.-]+==[^\s;\\]+)( ;[^\\\n]*)?", lock, re.MULTILINE)]
    path = tmp_path_factory.mktemp("constraints") / "constraints.txt"
    path.write_text("\n".join(pinned))
    return path


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory, wheel: Path, constraints: Path) -> Machine:
    """Install the wheel beside nothing else."""
    folder = tmp_path_factory.mktemp("machine")
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)  # noqa: S603 — our own interpreter
    made = Machine(folder, folder / "venv")
    made.run("pip", "install", "--quiet", str(wheel), "--constraint", str(constraints))
    return made


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """The bundled API."""
    with running_simulator(campaigns=24, timezone="Europe/Istanbul") as running:
        yield running
