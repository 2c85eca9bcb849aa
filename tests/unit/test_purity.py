"""What the package must not do, shown by its imports and its text."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import PROJECT_ROOT

DECIDES = [
    "completeness", "finality", "rules", "refreshing", "tombstones", "announcing", "work", "yaml_mistakes",
    "errors", "number_parsing", "models", "requests_to_api", "responses", "sweep", "snapshots", "planning", "rows",
    "tables", "manifest", "publishing", "days", "connection", "budget.lease", "budget.ledger", "budget.store",
    "changes", "campaigns", "checks", "instants", "revenue", "reading", "detail_rows", "drift",
    "reports.figures", "reports.weekly", "reports.weekly_notes", "reports.rankings", "reports.weekly_view",
    "reports.weekly_tables", "reports.plots", "reports.due",
    "probing.asking", "probing.report", "probing.lists", "probing.refusals", "probing.windows", "probing.history",
    "probing.transfer", "probing.check",
    "coverage.index", "coverage.grid", "coverage.day_view",
    "schedules", "alerts.settings", "alerts.next_steps", "alerts.message",
]  # fmt: skip
WITHOUT_AIRFLOW = [
    *DECIDES, "budget", "budget.sqlite_store", "budget.stores", "accounts", "pools", "deadline", "transport",
]  # fmt: skip
SOURCES = sorted(path for folder in ("plugins", "dags") for path in (PROJECT_ROOT / folder).rglob("*.py"))
IMPORT_ALL = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(f"insider_web_push.{name}")
    loaded = sorted(module for module in sys.modules if module.partition(".")[0] == "airflow")
    assert not loaded, f"{name} imports {loaded[:3]}"
"""


def test_what_needs_no_airflow_imports_none() -> None:
    """Each module, in a fresh interpreter: they can be tested, and used, without one."""
    command = [sys.executable, "-c", IMPORT_ALL, *WITHOUT_AIRFLOW]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 — our own interpreter
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("module", DECIDES)
def test_the_part_that_decides_has_no_clock_and_opens_nothing(module: str) -> None:
    """The clock is an argument; bytes are arguments and results."""
    path = PROJECT_ROOT / "plugins" / "insider_web_push" / f"{module.replace('.', '/')}.py"
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


def test_the_search_for_the_utc_date_searches_something() -> None:
    """An empty list of files would let everything pass."""
    assert len(SOURCES) > 35
