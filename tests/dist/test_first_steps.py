"""README's first steps, carried out line by line in an empty folder, with the wheel that `make dist` built."""

import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from include.servers import free_ports
from include.simulator.process import Simulator
from tests.conftest import PROJECT_ROOT
from tests.dist.conftest import Machine

README = (PROJECT_ROOT / "README.md").read_text(encoding="utf-8")
STARTED_WITHIN_S, FETCHED_WITHIN_S = 180.0, 300.0


def steps() -> list[str]:
    """Give the lines of the README, in their order."""
    section = README.partition("\n## In an empty folder\n")[2].partition("\n## ")[0]
    (block,) = re.findall(r"^```sh\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    return list(block.splitlines())


class Shell:
    """A shell in a folder, to which lines are typed, and what it prints."""

    def __init__(self, machine: Machine, log: Path, **env: str) -> None:
        self._log = log
        self._process = subprocess.Popen(
            ["/bin/bash"],
            cwd=machine.folder,
            env=machine.env(**env),
            stdin=subprocess.PIPE,
            stdout=log.open("wb"),
            stderr=subprocess.STDOUT,
            text=True,
        )

    def type(self, line: str, *, within_s: float, again: bool = False) -> str:
        """
        Type a line, and wait until it has ended well; gives what was printed meanwhile.

        Args:
            again: Whether it is typed once more where it fails, as somebody does who waits for something.
        """
        until = time.monotonic() + within_s
        while True:
            status, printed = self._typed(line, until)
            if status == 0:
                return printed
            assert again, printed[-4000:]
            assert time.monotonic() < until, printed[-4000:]
            time.sleep(2)

    def _typed(self, line: str, until: float) -> tuple[int, str]:
        assert self._process.stdin
        before, mark = self._log.stat().st_size, f"ended {time.monotonic_ns()} with"
        self._process.stdin.write(f"{line}\necho {mark} $?\n")
        self._process.stdin.flush()
        while time.monotonic() < until:
            printed = self._log.read_bytes()[before:].decode(errors="replace")
            if ended := re.search(rf"^{mark} (\d+)$", printed, re.MULTILINE):
                return int(ended[1]), printed
            time.sleep(0.2)
        raise TimeoutError(f"{line}: {self._log.read_text(errors='replace')[-4000:]}")

    def close(self) -> None:
        """End the shell and all that it has started."""
        children = psutil.Process(self._process.pid).children(recursive=True)
        for child in children:
            if child.is_running():
                child.send_signal(signal.SIGTERM)
        _, alive = psutil.wait_procs(children, timeout=20)
        for child in alive:
            child.kill()
        self._process.kill()
        self._process.wait()


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    """Open one in an empty folder; the address of the Airflow is not the usual one, which may be taken."""
    folder = tmp_path / "empty"
    folder.mkdir()
    (port,) = free_ports(1)
    address = {"AIRFLOW__API__PORT": str(port), "AIRFLOW__API__BASE_URL": f"http://localhost:{port}"}
    shell = Shell(Machine(folder, folder / ".venv"), tmp_path / "log", NO_PROXY="localhost,127.0.0.1", **address)
    yield shell
    shell.close()


def test_there_are_eight_lines_at_most() -> None:
    """Whoever reads them wants to begin."""
    assert 0 < len(steps()) <= 8  # noqa: PLR2004 — as the claim says


def test_the_day_is_fetched(shell: Shell, simulator: Simulator, wheel: Path, constraints: Path, tmp_path: Path) -> None:
    """The wheel's place, the lock instead of Airflow's constraints, and the simulator are all that is put in."""
    storage = tmp_path / "empty" / "storage"
    for step in steps():
        line = re.sub(r"\S+\.whl", str(wheel), step)
        line = re.sub(r"--constraint \S+", f"--constraint {constraints}", line)
        line = line.replace('"KEY"', f'"{simulator.api_key}", "host": "{simulator.url}"')
        line = line.replace('"PARTNER_ID"', f'"{simulator.partner_id}"')
        shell.type(line, within_s=STARTED_WITHIN_S, again="doctor" in line)
    until = time.monotonic() + FETCHED_WITHIN_S
    while not list((storage / "manifests").rglob("day=*.json")) and time.monotonic() < until:
        time.sleep(1)
    assert list((storage / "tables" / "campaign_day").rglob("*.parquet"))
    said = shell.type("python -m insider_web_push doctor", within_s=60)
    assert "days published: 1" in " ".join(said.split())
    assert "[warning" not in said  # Airflow warns of a partner id that is too short to be masked, for one
    assert simulator.summary()["throttled"] == 0
