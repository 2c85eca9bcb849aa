"""`make year SEEDS=100`: runs years in parallel, and tells the story of those in which something did not hold."""

import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from multiprocessing import get_context

from include.year.events import Seed, drawn
from include.year.shrink import shrunk
from include.year.world import Outcome, run_one

_STORY_LINES = 40
_USAGE = "SEEDS, FIRST, DAYS and CAMPAIGNS are whole numbers: SEEDS=100 FIRST=1 DAYS=365 make year"


def main() -> int:
    """Run the seeds in as many processes as there are cores; 1 if something did not hold."""
    usual = {"SEEDS": 1, "DAYS": 365, "FIRST": time.time_ns() // 1_000_000 % 1_000_000_000, "CAMPAIGNS": 0}
    try:
        number, days, first, campaigns = (int(os.environ.get(name) or preset) for name, preset in usual.items())
    except ValueError:
        sys.exit(_USAGE)
    print(f"Seeds {first} to {first + number - 1}, {days} days each")
    began, outcomes = time.perf_counter(), []
    seeds = [drawn(first + n, days=days, campaigns=campaigns or None) for n in range(number)]
    with get_context("spawn").Pool(min(number, os.cpu_count() or 1), maxtasksperchild=10) as pool:
        for outcome in pool.imap(run_one, seeds):
            outcomes.append(outcome)
            came = f"BROKEN {outcome.broken[0][:110]}" if outcome.broken else "ok"
            print(f"{_size(outcome.seed)}, {_counts([outcome])}, {outcome.wall_s:.0f} s: {came}", flush=True)
            if outcome.broken:
                tell(outcome)
    broken = [outcome.seed.number for outcome in outcomes if outcome.broken]
    print(f"\n{number} seeds, {len(broken)} broken {broken}; {time.perf_counter() - began:.0f} s\n{_counts(outcomes)}")
    for what, counted in (("hit", [one.happened for one in outcomes]), ("held", [one.checked for one in outcomes])):
        total: Counter[str] = sum(counted, Counter())
        print(f"{what}: " + ", ".join(f"{times:,} {name}" for name, times in sorted(total.items()) if times))
    return int(bool(broken))


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
    return ", ".join(f"{sum(one.counts[what] for one in outcomes):,} {what}" for what in ("runs", "calls", "steps"))


if __name__ == "__main__":
    if os.environ.get("PYTHONHASHSEED") != "0":
        # A set's order must not depend on the process, or a seed would not be the same year everywhere.
        os.execve(sys.executable, [sys.executable, "-m", "include.year"], os.environ | {"PYTHONHASHSEED": "0"})  # noqa: S606 — this program again
    sys.exit(main())
