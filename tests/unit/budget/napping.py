"""A clock for one caller of a budget."""


class Time:
    """A clock that only a sleep moves."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.naps: list[float] = []

    def clock(self) -> float:
        """Give the present instant."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let it be later."""
        self.naps.append(seconds)
        self.now += seconds
