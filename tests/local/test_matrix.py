"""The tests with each Python and Airflow: what is counted, and what is a failure."""

from pathlib import Path

import pytest

from include.matrix import QUICK, SLOW, Counts, Outcome, counts_of, exit_code, interpreter, table_of
from tests.conftest import PROJECT_ROOT

REPORT = """<testsuites><testsuite errors="1" failures="2" skipped="3" tests="20"/></testsuites>"""
GREEN = Outcome("3.12.1", "3.3.2", Counts(17, 0), 61.4)
RED = Outcome("3.13.0", "3.4.0b2", Counts(16, 1), 70)
NOT_HERE = Outcome("3.14", "locked", said="there is no python3.14 here")
BROKEN = Outcome("3.13.0", "3.3.2", said="pytest ended with 3", is_failure=True)


def test_an_error_of_a_fixture_counts_as_a_failure() -> None:
    """And a test that was skipped has not passed."""
    assert counts_of(REPORT) == Counts(passed=14, failed=3)


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        ([GREEN], 0),
        ([GREEN, NOT_HERE], 0),
        ([GREEN, RED], 1),
        ([GREEN, BROKEN], 1),
        ([NOT_HERE], 1),
    ],
    ids=["green", "one-is-not-here", "red", "broken", "nothing-was-run"],
)
def test_what_cannot_be_had_is_no_failure(outcomes: list[Outcome], code: int) -> None:
    """But nothing at all is none that passed."""
    assert exit_code(outcomes) == code


def test_the_table_says_what_was_not_run_and_why() -> None:
    """A line each."""
    lines = list(table_of([GREEN, NOT_HERE, BROKEN]))
    assert lines[1].split() == ["3.12.1", "3.3.2", "17", "0", "61"]
    assert lines[2].endswith("not run: there is no python3.14 here")
    assert lines[3].endswith("FAILED: pytest ended with 3")


@pytest.fixture
def pyenv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A pyenv with a shim on PATH that runs nothing, and two versions of a Python."""
    shims = tmp_path / "shims"
    for place, says in [
        (shims / "python3.99", "exit 127"),
        (tmp_path / "versions/3.99.1/bin/python", "echo 3.99.1"),
        (tmp_path / "versions/3.99.4/bin/python", "echo 3.99.4"),
        (tmp_path / "versions/3.98.0/bin/python", "echo 3.9.8"),
    ]:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"#!/bin/sh\n{says}\n")
        place.chmod(0o755)
    monkeypatch.setenv("PATH", f"{shims}:/usr/bin:/bin")
    return tmp_path


def test_a_python_is_found_where_the_shim_of_its_name_runs_nothing(pyenv: Path) -> None:
    """As with pyenv, which has a shim for each version that it knows, chosen or not."""
    assert interpreter("3.99", pyenv=pyenv) == (str(pyenv / "versions/3.99.4/bin/python"), "3.99.4")


@pytest.mark.parametrize("version", ["3.97", "3.98"])
def test_a_python_that_is_not_there_or_is_another_is_none(pyenv: Path, version: str) -> None:
    """Its name is not believed."""
    assert interpreter(version, pyenv=pyenv) is None


def test_what_is_run_and_left_out_is_there() -> None:
    """A test that was moved would silently be run, or not."""
    assert all((PROJECT_ROOT / folder).is_dir() for folder in QUICK)
    assert all((PROJECT_ROOT / "tests" / "integration" / f"{name}.py").is_file() for name in SLOW)
