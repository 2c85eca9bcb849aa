"""What goes wrong now: faults that last, and faults that hit the next step of some process."""

from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from random import Random

from include.year.events import NEXT_STEP, Event, Kind
from include.year.virtual_time import Killed, VirtualTime


class Weather:
    """
    The faults in force.

    Attributes:
        dice: Drawn from wherever chance has a say, in the order of the year's steps.
        happened: How often each kind really hit somebody.
        made: How many steps there were: writes, listings, calls, reports of tasks.
        suspended: Whether nothing goes wrong.
    """

    def __init__(self, time: VirtualTime, dice: Random) -> None:
        self.time = time
        self.dice = dice
        self.happened: Counter[str] = Counter()
        self.made = 0
        self.suspended = False
        self._steps: deque[tuple[float, str, str]] = deque(maxlen=30)
        self._lasting: dict[Kind, tuple[Event, float]] = {}
        self._next: list[Event] = []

    @property
    def steps(self) -> list[str]:
        """The last steps that processes made, for the story of a failure."""
        return [f"{datetime.fromtimestamp(at, UTC):%m-%d %H:%M:%S.%f} {who}: {step}" for at, who, step in self._steps]

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
            before, until = self._lasting.get(event.kind), self.time.now + event.lasts_s
            if before is None or before[1] < until:
                self._lasting[event.kind] = (event, until)

    def going_on(self, kind: Kind) -> Event | None:
        """Give a lasting fault that hits a step which is made now; None if there is none."""
        event, until = self._lasting.get(kind, (None, 0.0))
        if self.suspended or until <= self.time.now:
            return None
        self.happened[kind] += 1
        return event

    def taken(self, kind: Kind) -> Event | None:
        """Give a fault that waited for the next step, and end it; None if there is none."""
        event = next((one for one in self._next if one.kind is kind), None)
        if event is None or self.suspended:
            return None
        self._next.remove(event)
        self.happened[kind] += 1
        return event

    def happens(self, chance: float) -> bool:
        """Let chance decide, 0 to 1."""
        return self.dice.random() < chance

    def before(self, step: str) -> None:
        """Begin a step."""
        self.made += 1
        self._note(step)
        self._kill(Kind.KILL_BEFORE, f"killed before {step}")

    def after(self, step: str) -> None:
        """End a step."""
        self._kill(Kind.KILL_AFTER, f"killed after {step}")

    def _kill(self, kind: Kind, said: str) -> None:
        if self.time.job and self.taken(kind):
            self._note(said)
            raise Killed

    def _note(self, step: str) -> None:
        self._steps.append((self.time.now, self.time.job.name if self.time.job else "judge", step))
