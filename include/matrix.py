"""
The quick half of the tests, with each Python and each Airflow that is meant to work; `make test-matrix`.

Each has an environment of its own in `.venv-matrix`: what the lock says, and over it the Airflow that is asked for. A
Python that is not on this machine is reported as not run; only tests that fail, or none that ran, make it exit with 1.

    PYTHONS="3.12 3.13"        which Pythons; `3.11 3.12 3.13 3.14` if unset
    AIRFLOWS="locked 3.4.0b2"  which Airflows; the lock's, and `NEWEST`, if unset
    ARGS="-k budget"           goes to pytest
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHONS = "3.11 3.12 3.13 3.14"
LOCKED, NEWEST = "locked", "3.4.0b2"
QUICK = ("tests/unit", "tests/dags", "tests/integration")
SLOW = ("test_killed_publish", "test_two_publishers", "test_clocks")
"""Of tests/integration: a third of its time, for what no version of Python or Airflow decides."""
_ASK_VERSION = "import sys; print(*sys.version_info[:3], sep='.')"
_ASK_AIRFLOW = "import importlib.metadata as m; print(m.version('apache-airflow-core'))"


@dataclass(frozen=True)
class Counts:
    """How many tests passed and failed; those that were skipped are in neither."""

    passed: int
    failed: int


@dataclass(frozen=True)
class Outcome:
    """
    What came of one Python with one Airflow.

    Attributes:
        counts: None if no test was run.
        said: Why none was run, or why there are no counts.
    """

    python: str
    airflow: str
    counts: Counts | None = None
    seconds: float = 0
    said: str = ""
    is_failure: bool = False


def counts_of(junit: str) -> Counts:
    """Read pytest's report; an error of a fixture counts as a test that failed."""
    suites = list(ET.fromstring(junit).iter("testsuite"))  # noqa: S314 — our own pytest wrote it
    of = {name: sum(int(suite.get(name, 0)) for suite in suites) for name in ("tests", "failures", "errors", "skipped")}
    failed = of["failures"] + of["errors"]
    return Counts(passed=of["tests"] - failed - of["skipped"], failed=failed)


def table_of(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """Give the lines of the table at the end."""
    yield f"{'python':9}{'airflow':12}{'passed':>8}{'failed':>8}{'seconds':>9}"
    for one in outcomes:
        if one.counts is None:
            yield f"{one.python:9}{one.airflow:12}{'FAILED' if one.is_failure else 'not run'}: {one.said}"
        else:
            yield f"{one.python:9}{one.airflow:12}{one.counts.passed:>8}{one.counts.failed:>8}{one.seconds:>9.0f}"


def exit_code(outcomes: Sequence[Outcome]) -> int:
    """Tell 1 if something failed or nothing was run; what cannot be had here is no failure."""
    ran = [one for one in outcomes if one.counts is not None]
    return int(not ran or any(one.is_failure or (one.counts and one.counts.failed) for one in outcomes))


def interpreter(version: str, *, pyenv: Path) -> tuple[str, str] | None:
    """
    Find a Python on PATH, or among those of pyenv, whose shims may stand on PATH and run nothing.

    Returns:
        Its path and its whole version; None if there is none.
    """
    candidates = [
        shutil.which(f"python{version}"),
        *sorted(pyenv.glob(f"versions/{version}.*/bin/python"), reverse=True),
    ]
    for candidate in filter(None, candidates):
        asked = _run([str(candidate), "-c", _ASK_VERSION])
        whole = asked.stdout.strip()
        if asked.returncode == 0 and whole.startswith(f"{version}."):
            return str(candidate), whole
    return None


def run_with(version: str, airflow: str) -> Outcome:
    """Make or renew the environment, and run the tests in it."""
    found = interpreter(version, pyenv=Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")))
    if found is None:
        return Outcome(
            version, airflow, said=f"there is no python{version} here; uv python install {version} brings one"
        )
    path, whole = found
    venv = Path(".venv-matrix", f"{version}-{airflow}")
    said = _install(venv, path, airflow)
    if said:
        return Outcome(whole, airflow, said=f"cannot be installed: {said}")
    python = str(venv / "bin" / "python")
    has = _run([python, "-c", _ASK_AIRFLOW]).stdout.strip()
    report = venv / "junit.xml"
    report.unlink(missing_ok=True)
    print(f"== Python {whole}, Airflow {has}", flush=True)
    started = time.monotonic()
    command = [python, "-m", "pytest", "--quiet", "--numprocesses=2", f"--junitxml={report}", *QUICK]
    command += [f"--ignore=tests/integration/{name}.py" for name in SLOW]
    done = subprocess.run([*command, *shlex.split(os.environ.get("ARGS", ""))], cwd=ROOT, check=False)  # noqa: S603 — our own pytest
    if not (ROOT / report).exists():
        return Outcome(whole, has, said=f"pytest ended with {done.returncode}", is_failure=True)
    counts = counts_of((ROOT / report).read_text(encoding="utf-8"))
    return Outcome(whole, has, counts, time.monotonic() - started)


def _install(venv: Path, python: str, airflow: str) -> str:
    """Bring an environment in line; gives the last words of what went wrong."""
    env = os.environ | {"VENV": str(venv), "PYTHON": python}
    commands = [["requirements/sync.sh", "dev", str(venv / ".dev")]]
    if airflow != LOCKED:
        ours = str(venv / "bin" / "python")
        installer = ["uv", "pip", "install", "--python", ours] if shutil.which("uv") else [ours, "-m", "pip", "install"]
        commands.append([*installer, "--quiet", f"apache-airflow=={airflow}"])
    for command in commands:
        done = _run(command, env=env)
        if done.returncode:
            return (done.stderr.strip() or done.stdout.strip()).splitlines()[-1]
    return ""


def _run(command: list[str], *, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)  # noqa: S603 — our own


def main() -> int:
    """Run all, and print what came of them."""
    pythons = os.environ.get("PYTHONS", PYTHONS).split()
    airflows = os.environ.get("AIRFLOWS", f"{LOCKED} {NEWEST}").split()
    outcomes = [run_with(python, airflow) for python in pythons for airflow in airflows]
    print("", *table_of(outcomes), sep="\n")
    return exit_code(outcomes)


if __name__ == "__main__":
    sys.exit(main())
