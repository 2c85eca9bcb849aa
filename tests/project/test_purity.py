"""What the package must not do, shown by its imports and its text."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import PROJECT_ROOT

PACKAGE = PROJECT_ROOT / "plugins" / "insider_web_push"


def says_that_it_is_pure(path: Path) -> bool:
    """Whether a module's own words claim it."""
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return re.search(r"\bPure\b", said) is not None


PURE = [path for path in sorted(PACKAGE.rglob("*.py")) if says_that_it_is_pure(path)]
SOURCES = sorted(path for folder in ("plugins", "dags") for path in (PROJECT_ROOT / folder).rglob("*.py"))
IMPORT_ALL = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
    loaded = sorted(module for module in sys.modules if module.partition(".")[0] == "airflow")
    assert not loaded, f"{name} imports {loaded[:3]}"
"""


def test_what_is_pure_imports_no_airflow() -> None:
    """Each module, in a fresh interpreter: they can be tested, and used, without one."""
    names = [".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts) for path in PURE]
    command = [sys.executable, "-c", IMPORT_ALL, *names]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 — our own interpreter
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("path", PURE, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_what_is_pure_has_no_clock_and_opens_nothing(path: Path) -> None:
    """The clock is an argument; bytes are arguments and results."""
    called = {
        ast.unparse(node.func)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    }
    forbidden = re.compile(
        r"(.*\.)?(now|utcnow|today|time|monotonic|boot_clock|sleep|open|read_text|write_bytes|connect)"
    )
    assert not {name for name in called if forbidden.fullmatch(name)}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PROJECT_ROOT)))
def test_the_utc_date_of_a_run_is_used_nowhere(path: Path) -> None:
    """`ds` is wrong wherever midnight is not UTC's: yesterday, for Istanbul."""
    text = path.read_text(encoding="utf-8")
    used = re.findall(
        r"\{\{\s*(?:macros\.)?ds\w*|[\"'](?:prev_|next_|yesterday_|tomorrow_)?ds(?:_nodash)?[\"']|\bds\b", text
    )
    assert used == []


def test_the_search_searches_something() -> None:
    """An empty list of files would let everything pass."""
    assert len(SOURCES) > 100
    assert len(PURE) > 50
