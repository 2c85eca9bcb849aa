"""What every test stands on: files in memory, an Airflow home of its own, and no setting of the caller's."""

import atexit
import gc
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

import hypothesis
import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

PROJECT_ROOT = Path(__file__).resolve().parents[1]
MEMORY, ROOM = Path("/dev/shm"), 4 * 2**30  # noqa: S108 — each folder in it is made by tempfile
"""
A file system in memory, as Linux has it, and the bytes that it must have free. A run holds half a GB at once; what
`make dist` is tried in holds 1.5.
"""


def _files_in_memory() -> None:
    """
    Let temporary files be made there, unless somebody has said where: for the tests, and for what they start.

    What the package and the databases write is synced to the disk, thousands of times, of which no test claims
    anything: it took as long as the tests themselves.
    """
    if "TMPDIR" in os.environ or not MEMORY.is_dir():
        return
    if shutil.disk_usage(MEMORY).free >= ROOM and not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC:
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


_files_in_memory()


def _own_airflow_home() -> Path:
    """Airflow reads its environment when it is imported, so this must come first."""
    if "airflow" in sys.modules:
        message = "airflow was imported before tests/conftest.py, and would use the caller's AIRFLOW_HOME"
        raise RuntimeError(message)
    for name in [name for name in os.environ if name.startswith(("AIRFLOW_", "_AIRFLOW_"))]:
        del os.environ[name]
    home = Path(tempfile.mkdtemp(prefix="insider-web-push-tests-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    os.environ |= {
        "AIRFLOW_HOME": str(home / "airflow"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT_ROOT / "dags"),
        # What it works out of Unicode takes each process more than a second: kept between runs, unlike its examples.
        "HYPOTHESIS_STORAGE_DIRECTORY": str(PROJECT_ROOT / ".hypothesis"),
    }
    return home / "airflow"


AIRFLOW_HOME = _own_airflow_home()

gc.set_threshold(10_000, 20, 20)
"""Airflow's modules and thousands of tests are a heap that stays: at Python's 700 it is looked through ever again."""

SHARED = (
    "tests/system/test_[a-h]",
    "tests/system/test_[i-z]",
    "tests/distributed/",
    "tests/unit/budget/",
    "tests/integration/iceberg/",
    "tests/integration/test_two_publishers.py",
    "tests/integration/test_killed_publish.py",
    "tests/integration/test_on_s3.py",
    "tests/integration/coverage/",
    "tests/dags/",
    "tests/compatibility/",
)
"""
Tests that share what takes long to start, as a whole Airflow: a process of its own would start it once more. Those that
take longest come first. Those of tests/system mostly wait, and take longer than all else: they have two Airflows.
"""

LONG = "tests/year/"
"""Where a test shares nothing and takes seconds: each is for who is free."""

collect_ignore = ["e2e", "dist", "dbt"]
"""Only where they are named: they need a browser, what `make dist` has built, and dbt."""

# The same examples in every run: a red test is red for everyone. No deadline: the machine's load is not a claim.
hypothesis.settings.register_profile("tests", derandomize=True, database=None, deadline=None)
hypothesis.settings.load_profile("tests")


class SharedFirst(LoadScopeScheduling):
    """
    The tests of one part of `SHARED` are for one process, and so are those of any other file: whoever is free takes it.

    By the test, what a module shares would be made in each process, and xdist counts all that a process has had at each
    test anew: of seven thousand, that took the processes ten seconds longer.
    """

    def _split_scope(self, nodeid: str) -> str:
        return shared_by(nodeid) or (nodeid if re.match(LONG, nodeid) else nodeid.partition("::")[0])


def shared_by(nodeid: str) -> str | None:
    """Give the part of `SHARED` that a test belongs to."""
    return next((part for part in SHARED if re.match(part, nodeid)), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest parts first, then the longest tests, so that all processes end at about the same time."""

    def place(item: pytest.Item) -> int:
        if part := shared_by(item.nodeid):
            return SHARED.index(part)
        return len(SHARED) + (re.match(LONG, item.nodeid) is None)

    items.sort(key=place)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> SharedFirst:
    """Make it, where pytest is told to use several processes."""
    config.option.loadscopereorder = False  # by the number of tests
    return SharedFirst(config, log)


@pytest.fixture
def airflow_home() -> Path:
    """Where Airflow and the local budget store keep their files in this session."""
    return AIRFLOW_HOME
