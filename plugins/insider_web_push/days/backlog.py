"""How many due days an account's refreshes left over, day by day, for the page and for alerts. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Literal

from pydantic import BaseModel, ConfigDict

GROWS_FOR = 3
"""Days after which a rest that grows is told of: one that a pause has made shrinks from its first day."""
_KEPT = 14


class Rest(BaseModel):
    """
    What the last refresh of a day left over.

    Attributes:
        left: How many due days it did not take.
        due: How many days were due.
    """

    model_config = ConfigDict(frozen=True)

    left: int
    due: int


class Backlog(BaseModel):
    """
    What the last refreshes left over.

    Attributes:
        days: By the day on which they ran, in the account's zone; the newest two weeks.
    """

    model_config = ConfigDict(frozen=True)

    format: Literal[1] = 1
    days: dict[date, Rest] = {}

    def with_run(self, today: date, rest: Rest) -> Backlog:
        """Give it with what a refresh of today left; an earlier one of the same day no longer counts."""
        days = sorted((self.days | {today: rest}).items())
        return Backlog(days=dict(days[-_KEPT:]))

    @property
    def course(self) -> list[int]:
        """How many days were left, oldest first."""
        return [rest.left for _, rest in sorted(self.days.items())]

    @property
    def newest(self) -> tuple[date, Rest] | None:
        """The last refresh; None if none is known."""
        return max(self.days.items(), default=None, key=lambda item: item[0])


def backlog_in_words(backlog: Backlog) -> str:
    """Say what the last refresh left over, and how it was before; empty if it left nothing."""
    newest = backlog.newest
    if newest is None or not newest[1].left:
        return ""
    day, rest = newest
    before = backlog.course[-GROWS_FOR - 1 : -1]
    return f"{rest.left} of {rest.due} due days were left over on {day}" + (
        f"; the refreshes before left {', '.join(map(str, before))}" if before else ""
    )


def grows(course: Sequence[int]) -> bool:
    """Whether the rest has grown over the last three days, and never shrank meanwhile."""
    last = course[-GROWS_FOR - 1 :]
    return len(last) > GROWS_FOR and last[-1] > last[0] and all(later >= earlier for earlier, later in pairwise(last))
