"""`make test-compose`: the deployment in real containers; IMAGES=standin where no registry is in reach."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console
from rich.table import Table

from include.containers.checks import CHECKS, limits
from include.containers.deployment import Deployment, deployed
from include.containers.engine import NoEngineError, engine_that_is_there, own_engine
from include.containers.standins import build_all, removed


def main() -> int:
    """Run all checks in their order, since each stands on those before; 1 if one fails, 2 if there is no engine."""
    console = Console() if sys.stdout.isatty() else Console(width=150)
    began = time.monotonic()
    try:
        with ExitStack() as stack:
            folder = Path(
                stack.enter_context(tempfile.TemporaryDirectory(prefix="compose-", ignore_cleanup_errors=True))
            )
            engine = engine_that_is_there() or stack.enter_context(own_engine(folder / "engine"))
            console.print(f"{engine.versions()}, {'as it is here' if engine.tools is None else 'of our own'}")
            if os.environ.get("IMAGES") == "standin":
                stack.callback(removed, engine)
                for image, file in build_all(engine, folder).items():
                    console.print(f"{image}: a stand-in, by {file}")
            (folder / "deployment").mkdir()
            deployment = stack.enter_context(deployed(engine, folder / "deployment"))
            failed = _run(deployment, console)
    except NoEngineError as error:
        print(error, file=sys.stderr)
        return 2
    console.print(f"{time.monotonic() - began:.0f} s in all")
    return int(failed)


def _run(deployment: Deployment, console: Console) -> bool:
    table = Table(title="docker-compose.yaml in containers")
    for name in ("check", "seconds", "what was seen"):
        table.add_column(name, justify="right" if name == "seconds" else "left")
    for check in CHECKS:
        began = time.monotonic()
        name = check.__name__.replace("_", " ")
        try:
            seen, failed = check(deployment), False
        except (AssertionError, RuntimeError, TimeoutError) as error:
            seen, failed = f"FAILED: {error}", True
        took_s = f"{time.monotonic() - began:.0f}"
        console.print(f"{name}: {seen} ({took_s} s)")
        table.add_row(name, took_s, seen)
        if failed:
            console.print(_last_words(deployment))
            break
    console.print(table)
    if not failed:
        console.print(_memory(deployment))
    return failed


def _memory(deployment: Deployment) -> Table:
    table = Table(title="memory at the end")
    for name in ("container", "MB", "limit"):
        table.add_column(name, justify="left" if name == "container" else "right")
    bounds, used = limits(), deployment.memory_mb()
    for name, size in sorted(used.items()):
        table.add_row(name, f"{size:.0f}", bounds[name.rpartition("-")[0]])
    table.add_row("all", f"{sum(used.values()):.0f}", "")
    return table


def _last_words(deployment: Deployment) -> str:
    return deployment.compose("logs", "--tail", "15", "--no-color", check=False)[-8000:]


if __name__ == "__main__":
    sys.exit(main())
