"""All rows, or those that ROWS names, and their table."""

import dataclasses
import json
import os
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pendulum
from rich.console import Console
from rich.table import Table

from include.chaos.disk import run_on_a_full_disk, why_not
from include.chaos.faults import FAULTS
from include.chaos.limit import run_at_the_limit
from include.chaos.row import ZONE
from include.chaos.stacks import CAMPAIGNS, LIMIT, WINDOW_S, running_chaos
from include.chaos.verdict import Verdict
from include.local.home import PROJECT

_OUTPUT = PROJECT / ".bench" / "chaos.jsonl"
_DISK, _LIMIT = "disk", "limit"


def run_all(folder: Path) -> int:
    """Run every row, print each as it ends, then the table; 1 if one does not hold, 2 if there is no such row."""
    names = os.environ.get("ROWS", "").split() or [*FAULTS, _DISK, _LIMIT]
    if unknown := set(names) - {*FAULTS, _DISK, _LIMIT}:
        print(f"no row {', '.join(sorted(unknown))}: there are {', '.join([*FAULTS, _DISK, _LIMIT])}")
        return 2
    console = Console() if sys.stdout.isatty() else Console(width=150)
    verdicts = _faults(folder, [name for name in names if name in FAULTS], console)
    if _DISK in names and (reason := why_not()):
        console.print(f"disk full on file storage: not shown here, since {reason}")
    elif _DISK in names:
        verdicts.append(_kept(run_on_a_full_disk(folder, _day(1)), console))
    if verdicts:
        console.print(_table(verdicts))
    too_fast = _LIMIT in names and _at_the_limit(folder, console)
    return int(too_fast or any(verdict.wrong for verdict in verdicts))


def _faults(folder: Path, names: list[str], console: Console) -> list[Verdict]:
    if not names:
        return []
    with running_chaos(folder / "home") as chaos:
        return [_kept(chaos.run_with(FAULTS[name], _day(back)), console) for back, name in enumerate(names, start=1)]


def _at_the_limit(folder: Path, console: Console) -> bool:
    """Print the figures; tells whether the limit was exceeded."""
    figures = run_at_the_limit(folder, _day(1))
    console.print(
        f"{figures.way}: {figures.throttled} throttled, most in any 60 s {figures.most_in_window}, "
        f"{figures.share_of_limit:.1%} of the limit, {figures.cpu_s_per_100} CPU s per 100 calls, "
        f"{figures.peak_rss_mb:.0f} MB"
    )
    _append(dataclasses.asdict(figures))
    return figures.throttled > 0


def _kept(verdict: Verdict, console: Console) -> Verdict:
    console.print(f"{verdict.fault}: {', '.join(verdict.wrong) or 'holds'}, after {verdict.seconds:.0f} s")
    _append(dataclasses.asdict(verdict) | {"holds": not verdict.wrong})
    return verdict


def _append(row: dict[str, Any]) -> None:
    _OUTPUT.parent.mkdir(exist_ok=True)
    with _OUTPUT.open("a", encoding="utf-8") as out:
        out.write(json.dumps(row) + "\n")


def _day(back: int) -> date:
    return pendulum.today(ZONE).subtract(days=back).date()


def _table(verdicts: list[Verdict]) -> Table:
    title = f"{CAMPAIGNS} campaign days in flight, {LIMIT} requests in any {WINDOW_S:.0f} s, by the simulator's count"
    table = Table(title=title)
    table.add_column("fault")
    for heading in ("run", "cleared", "lost", "doubled", "half days", "throttled", "most", "leaks", "s"):
        table.add_column(heading, justify="right")
    table.add_column("started again")
    table.add_column("holds")
    for of in verdicts:
        figures = (of.run, of.cleared or "-", of.lost, of.doubled, f"{of.torn}/{of.looks}", of.throttled)
        cells = (*figures, of.most_in_window, len(of.leaks), f"{of.seconds:.0f}")
        again = ", ".join(of.ended_by_themselves) or "-"
        table.add_row(of.fault, *map(str, cells), again, "; ".join(of.wrong) if of.wrong else "yes")
    return table
