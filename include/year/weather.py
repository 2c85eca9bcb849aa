"""What goes wrong now: faults that last, and faults that hit the next step of some process."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from include.year.events import NEXT_STEP, Event, Kind
from include.year.virtual_time import Killed, VirtualTime


class Weather:
    """
    The faults in force.

    Attributes:
        dice: Drawn from wherever chance has a say, in the order of the year's steps.
        steps: The last steps that processes made, for the story of a failure.
        happened: How often each kind really hit somebody.
        made: How many steps there were: writes, listings, calls, reports of tasks.
        suspended: Whether nothing goes wrong.
    """

    def __init__(self, time: VirtualTime, dice: Random) -> None:
        self.time = time
        self.dice = dice
        self.steps: deque[str] = deque(maxlen=30)
        self.happened: Counter[str] = Counter()
        self.made = 0
        self.suspended = False
        self._until: dict[Kind, float] = {}
        self._next: list[Event] = []

    @contextmanager
    def nothing(self) -> Iterator[None]:
        """Let nothing go wrong, and nobody else run: while the judge looks."""
        self.suspended = True
        try:
            yield
        finally:
            self.suspended = False

    def begin(self, event: Event) -> None:
        """Put a fault in force."""
        if event.kind in NEXT_STEP:
            self._next.append(event)
        else:
            self._until[event.kind] = max(self._until.get(event.kind, 0.0), self.time.now + event.lasts_s)

    def is_on(self, kind: Kind) -> bool:
        """Whether a lasting fault hits a step that is made now."""
        on = not self.suspended and self._until.get(kind, 0.0) > self.time.now
        self.happened[kind] += on
        return on

    def taken(self, kind: Kind) -> Event | None:
        """Give a fault that waited for the next step, and end it; None if there is none."""
        found = None if self.suspended else next((event for event in self._next if event.kind is kind), None)
        if found:
            self._next.remove(found)
            self.happened[kind] += 1
        return found

    def happens(self, chance: float) -> bool:
        """Let chance decide, 0 to 1."""
        return self.dice.random() < chance

    def before(self, step: str) -> None:
        """Begin a step."""
        self.made += 1
        job = self.time.job
        self.steps.append(f"{self.time.instant:%m-%d %H:%M:%S.%f} {job.name if job else 'judge'}: {step}")
        if job and self.taken(Kind.KILL_BEFORE):
            self.steps.append(f"    killed before {step}")
            raise Killed

    def after(self, step: str) -> None:
        """End a step."""
        if self.time.job and self.taken(Kind.KILL_AFTER):
            self.steps.append(f"    killed after {step}")
            raise Killed
