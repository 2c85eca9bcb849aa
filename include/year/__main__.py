"""`make year SEEDS=100`: runs years in parallel, and tells the story of those in which something did not hold."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from multiprocessing import get_context

from include.year.events import Seed, drawn
from include.year.shrink import shrunk
from include.year.world import Outcome, run_one

_STORY_LINES = 40
_USAGE = "SEEDS, FIRST, DAYS and CAMPAIGNS are whole numbers: SEEDS=100 FIRST=1 DAYS=365 make year"


def main() -> int:
    """Run the seeds; 1 if something did not hold."""
    try:
        seeds, days = int(os.environ.get("SEEDS") or 1), int(os.environ.get("DAYS") or 365)
        first = int(os.environ.get("FIRST") or time.time_ns() // 1_000_000 % 1_000_000_000)
        campaigns = int(text) if (text := os.environ.get("CAMPAIGNS")) else None
    except ValueError:
        sys.exit(_USAGE)
    print(f"Seeds {first} to {first + seeds - 1}, {days} days each")
    began = time.perf_counter()
    outcomes = []
    for outcome in run_all([drawn(first + n, days=days, campaigns=campaigns) for n in range(seeds)]):
        outcomes.append(outcome)
        came = f"BROKEN {outcome.broken[0][:110]}" if outcome.broken else "ok"
        print(f"{_size(outcome.seed)}, {_counts([outcome])}, {outcome.wall_s:.0f} s: {came}", flush=True)
        if outcome.broken:
            tell(outcome)
    broken = [outcome.seed.number for outcome in outcomes if outcome.broken]
    print(f"\n{len(outcomes)} seeds, {len(broken)} broken {broken}; {time.perf_counter() - began:.0f} s")
    print(_counts(outcomes))
    for what, counted in (("hit", [one.happened for one in outcomes]), ("held", [one.checked for one in outcomes])):
        total: Counter[str] = sum(counted, Counter())
        print(f"{what}: " + ", ".join(f"{number:,} {name}" for name, number in sorted(total.items()) if number))
    return int(bool(broken))


def run_all(seeds: Sequence[Seed]) -> Iterator[Outcome]:
    """Run seeds in as many processes as there are cores."""
    if len(seeds) == 1:
        yield run_one(seeds[0])
        return
    with get_context("spawn").Pool(os.cpu_count(), maxtasksperchild=10) as pool:
        yield from pool.imap(run_one, seeds)


def tell(outcome: Outcome) -> None:
    """Print a failing seed as small as it can be made, with the story of its end."""
    kind = outcome.broken[0].partition(":")[0]
    told = run_one(shrunk(outcome.seed, lambda seed: any(said.startswith(kind) for said in run_one(seed).broken)))
    print(f"  made smaller, {_size(told.seed)}:")
    print("\n".join(f"    {event!r}" for event in told.seed.events))
    at = next((n for n, said in enumerate(told.story) if "!! " in said), len(told.story))
    print("\n".join(f"    {said[:300]}" for said in told.story[max(0, at - _STORY_LINES) : at + 5]))
    print("  the last steps before it:\n" + "\n".join(f"    {step[:200]}" for step in told.last_steps))


def _size(seed: Seed) -> str:
    return f"seed {seed.number}: {seed.days} days, {seed.campaigns} campaigns, {len(seed.events)} events"


def _counts(outcomes: Sequence[Outcome]) -> str:
    return ", ".join(f"{sum(getattr(one, what) for one in outcomes):,} {what}" for what in ("runs", "calls", "steps"))


if __name__ == "__main__":
    if os.environ.get("PYTHONHASHSEED") != "0":
        # A set's order must not depend on the process, or a seed would not be the same year everywhere.
        os.execve(sys.executable, [sys.executable, "-m", "include.year"], os.environ | {"PYTHONHASHSEED": "0"})  # noqa: S606 — this program again
    sys.exit(main())
