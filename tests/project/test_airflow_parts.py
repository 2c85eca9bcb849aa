"""What the package takes from inside Airflow is in few modules, and a page names them."""

import ast
import re
from pathlib import Path

from tests.conftest import PROJECT_ROOT

PACKAGE = PROJECT_ROOT / "plugins" / "insider_web_push"
INSIDE = re.compile(r"airflow\.(api_fastapi|jobs|models|utils|sdk\.(api|execution_time|io|observability))\b")
"""Parts of Airflow that its documentation of the public interface does not have."""
PAGE = (PROJECT_ROOT / "docs" / "versions.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"^\| `([a-z_/]+\.py)` \|", PAGE, re.MULTILINE))
STATS = "airflow.sdk.observability.stats"
"""In five modules, since each counts what it does."""


def imported(path: Path) -> set[str]:
    """What a module imports, for types alone or not."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{name.name}" for name in node.names}
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
    return found


def test_the_page_names_every_module_that_reaches_into_airflow() -> None:
    """And no other: a new version of Airflow is tried there."""
    reaching = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if any(INSIDE.match(name) and name != STATS for name in imported(path))
    }
    assert reaching == NAMED


def test_the_coverage_page_and_the_pools_have_one_module_each() -> None:
    """Whatever else changes, changes nothing there."""
    pages = {str(path.relative_to(PACKAGE)) for path in (PACKAGE / "coverage").glob("*.py")}
    assert pages & NAMED == {"coverage/airflow_parts.py"}
    pools = {str(p.relative_to(PACKAGE)) for p in PACKAGE.rglob("*.py") if "airflow.models.pool.Pool" in imported(p)}
    assert pools == {"dags/pools.py"}
