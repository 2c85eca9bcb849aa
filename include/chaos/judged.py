"""Holds a day that the real Airflow published against the rules that the simulated years are judged by."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

from include.judge.at_each_commit import Judge
from include.judge.evidence import EventKept, RunKept
from include.judge.simulated import LoggedCalls, SimulatedTruth
from include.simulator.process import Simulator
from include.simulator.settings import SimulatorSettings
from insider_web_push.days.rules import Rules
from insider_web_push.lake.storage import Storage


class NoRuns:
    """Nothing of what Airflow keeps: the first commit of a day is judged without; see `judge.evidence.Kept`."""

    runs: Mapping[tuple[str, str], RunKept] = MappingProxyType({})
    events: Sequence[EventKept] = ()
    plain_events = 0
    longest_wait_s = 0.0


class Copied:
    """The objects of a day as they are now; see `judge.evidence.Objects`."""

    def __init__(self, store: Storage, day: date) -> None:
        self.at = store.at
        names = [store.at.manifest(day), store.at.tombstone(day), *store.keys(store.at.revisions(day))]
        found = {name: store.read_if_there(name) for name in names}
        self.objects = {name: data for name, data in found.items() if data is not None}

    def keys(self, prefix: str) -> list[str]:
        """List those below a folder."""
        return [key for key in self.objects if key.startswith(f"{prefix}/")]


def broken_of(read: str, sim: Simulator, day: date) -> Sequence[str]:
    """
    Say what does not hold of a published day; nothing of one that is not published.

    Args:
        read: The storage as a reader sees it.
        sim: What answered. Its log must have every call of the day, by the settings of now, and no figure may have been
            moved.
    """
    settings = SimulatorSettings(**sim.settings())
    objects = Copied(Storage(read, sim.partner_id), day)
    judge = Judge(
        objects, SimulatedTruth(settings), LoggedCalls(sim.requests(), settings), NoRuns(), Rules(),
        now=lambda: 0.0, steps=list, tell=lambda _: None,
    )  # fmt: skip
    if objects.at.manifest(day) in objects.objects:
        judge.wrote(objects.at.manifest(day))
    return judge.broken
