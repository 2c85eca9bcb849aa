"""What is claimed of a run that met a fault, and whether it holds. Pure."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """
    One row of the table.

    Attributes:
        fault: What happened.
        run: State of the run in the end.
        expected: Campaign days of the run.
        unaccounted: Those that are neither kept nor named by verify.
        cleared: State after the failed tasks were cleared, as an operator does; empty where nothing failed.
        lost: Campaign days that the published day lacks in the end.
        doubled: Rows too many in it.
        torn: Times that a reader saw part of a day; of `looks`.
        throttled: Answers of the API that said so.
        most_in_window: Most requests in any window, as the API counts.
        judged: What does not hold of the published day, by the judge of the simulated years: its figures among it.
        leaks: Logs and database dumps that hold the API key.
        ended_by_themselves: Parts that ended because of the fault, and were started again as compose does.
        seconds: From the fault to the end of the run.
    """

    fault: str
    run: str
    expected: int
    unaccounted: int
    cleared: str
    lost: int
    doubled: int
    torn: int
    looks: int
    throttled: int
    most_in_window: int
    limit: int
    judged: Sequence[str] = field(default_factory=tuple)
    leaks: Sequence[str] = field(default_factory=tuple)
    ended_by_themselves: Sequence[str] = field(default_factory=tuple)
    seconds: float

    @property
    def wrong(self) -> list[str]:
        """Say what does not hold."""
        claims = {
            f"the run is still {self.run}": self.run not in {"success", "failed"},
            f"{self.unaccounted} campaign days are neither kept nor named": self.unaccounted,
            f"clearing what failed ends as {self.cleared}": self.cleared not in {"", "success"},
            f"{self.lost} campaign days are lost": self.lost,
            f"{self.doubled} campaign days are doubled": self.doubled,
            "nobody could look at the day": self.looks == 0,
            f"half a day was seen {self.torn} times": self.torn,
            f"{self.throttled} answers were throttled": self.throttled,
            f"{self.most_in_window} requests in a window of {self.limit}": self.most_in_window > self.limit,
            "; ".join(self.judged[:3]): self.judged,
            f"the API key is in {', '.join(self.leaks)}": self.leaks,
        }
        return [claim for claim, is_so in claims.items() if is_so]


def differences(expected: Collection[str], found: Sequence[str]) -> tuple[int, int]:
    """Count what is missing among *found*, and what is there more than once or should not be."""
    times = Counter(found)
    missing = sum(campaign not in times for campaign in expected)
    return missing, sum(times.values()) - len(expected) + missing
