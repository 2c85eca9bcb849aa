"""Makes a failing seed small: fewer days, fewer events, fewer campaigns, as long as the same thing breaks."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from include.year.events import DAY_S, Event, Seed

_MOST_RUNS = 80


def shrunk(seed: Seed, fails: Callable[[Seed], bool]) -> Seed:
    """
    Give the smallest seed that was found within 80 runs.

    Args:
        fails: Runs a seed, and tells whether it breaks as the given one does.
    """
    left = _MOST_RUNS

    def still_fails(smaller: Seed) -> bool:
        nonlocal left
        left -= 1
        return left >= 0 and fails(smaller)

    for days in (10, 15, 20, 30, 60, 120):
        events = [event for event in seed.events if event.at < days * DAY_S]
        if days < seed.days and still_fails(replace(seed, days=days, events=events)):
            seed = replace(seed, days=days, events=events)
            break
    seed = replace(seed, events=_fewest(seed.events, lambda events: still_fails(replace(seed, events=events))))
    for campaigns in (1, 2, 3, 5, 8):
        if campaigns < seed.campaigns and still_fails(replace(seed, campaigns=campaigns)):
            return replace(seed, campaigns=campaigns)
    return seed


def _fewest(events: Sequence[Event], fails: Callable[[Sequence[Event]], bool]) -> Sequence[Event]:
    """Leave out ever smaller parts of a list (delta debugging, Zeller 1999)."""
    size = max(1, len(events) // 2)
    while events and size:
        parts = ([*events[:start], *events[start + size :]] for start in range(0, len(events), size))
        fewer = next(filter(fails, parts), None)
        events, size = (events, size // 2) if fewer is None else (fewer, size)
    return events
