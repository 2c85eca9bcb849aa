"""Makes the calendar that the coverage page shows of an account's index: months, and what each day is. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from insider_web_push.coverage.index import INCOMPLETE, PURGED, CoverageIndex, DayEntry
from insider_web_push.dates import days_between

_SHOWN_TROUBLES = 8


class State(Enum):
    """
    What a day is, for the eye: a name, a letter (colour alone says nothing to many), and what it means.

    Complete days are told apart by whether they moved and may move: `corrected` and `provisional` ones still may.
    """

    COMPLETE = ("complete", "C", "all there, and nothing moves any more")
    CORRECTED = ("corrected", "R", "all there, published anew since its figures moved, and may move again")
    PROVISIONAL = ("provisional", "P", "all there, and may still move")
    PARTIAL = ("partial", "½", "published at its deadline, without some campaigns")
    TOTALS = ("totals", "T", "the list's figures only, as somebody asked")
    INCOMPLETE = ("incomplete", "!", "tried, and not published")
    MISSING = ("missing", "?", "never tried")
    PURGED = ("purged", "X", "removed for good")

    def __init__(self, label: str, letter: str, meaning: str) -> None:
        self.label = label
        self.letter = letter
        self.meaning = meaning


_BY_STATUS = {"partial": State.PARTIAL, "totals": State.TOTALS, INCOMPLETE: State.INCOMPLETE, PURGED: State.PURGED}


@dataclass(frozen=True, slots=True)
class Cell:
    """
    One day of the calendar.

    Attributes:
        said: What the index knows of it, in words; it may know nothing.
        is_troubled: Whether it is there, though its newest look could not be published, or some campaigns are held.
    """

    day: date
    state: State
    said: str
    is_troubled: bool

    @property
    def title(self) -> str:
        """Name the day and its state, and say what is known of it."""
        return f"{self.day:%a} {self.day.day} {self.day:%b %Y}: {self.state.label}" + (
            f"; {self.said}" if self.said else ""
        )

    @property
    def deserves_a_look(self) -> bool:
        """Whether an operator may want to do something about the day."""
        return self.is_troubled or self.state in {State.MISSING, State.INCOMPLETE, State.PARTIAL}


@dataclass(frozen=True, slots=True)
class Grid:
    """
    An account's calendar.

    Attributes:
        months: A row of 31 cells for each month, by its first day, the newest first; None where no day is shown.
        counts: Number of days in each state that occurs.
        troubles: The newest days that an operator may want to do something about.
        more_troubles: How many more of those days there are.
        first: The first day that is shown; None if there is no day at all.
        earlier: How many days of the index lie before it.
    """

    months: dict[date, list[Cell | None]]
    counts: list[tuple[State, int]]
    troubles: list[Cell]
    more_troubles: int
    first: date | None
    earlier: int


def state_of(entry: DayEntry | None) -> State:
    """Tell what a day is."""
    if entry is None:
        return State.MISSING
    if entry.status in _BY_STATUS:
        return _BY_STATUS[entry.status]
    if entry.is_final:
        return State.COMPLETE
    return State.CORRECTED if entry.revision > 1 else State.PROVISIONAL


def last_due(now: datetime, timezone: str, *, by: time | None) -> date:
    """
    Tell the last day that should be there by now.

    Args:
        by: The local time of the day after, by which a day should be there; None expects it right after midnight.
    """
    local = now.astimezone(ZoneInfo(timezone))
    yesterday = local.date() - timedelta(days=1)
    is_due = by is None or (local.hour, local.minute) >= (by.hour, by.minute)
    return yesterday if is_due else yesterday - timedelta(days=1)


def grid_of(index: CoverageIndex, *, last_due: date, days: int, start: date | None = None) -> Grid:
    """
    Lay out an account's days.

    Args:
        last_due: The last day that should be there by now; a later day is shown if the index has it.
        days: How many to show at most.
        start: The first day that the account should have; None if that is the first one of the index.
    """
    known = [*index.days, *([start] if start and start <= last_due else [])]
    if not known:
        return Grid({}, [], [], 0, None, 0)
    last = max(last_due, *known)
    first = max(min(known), last - timedelta(days=days - 1))
    cells = {
        day: _cell(day, index.days.get(day))
        for day in days_between(first, last)
        if day in index.days or day <= last_due
    }
    counts = Counter(cell.state for cell in cells.values())
    troubles = [cell for _, cell in sorted(cells.items(), reverse=True) if cell.deserves_a_look and cell.said]
    return Grid(
        months=_months(cells),
        counts=[(state, counts[state]) for state in State if counts[state]],
        troubles=troubles[:_SHOWN_TROUBLES],
        more_troubles=max(0, len(troubles) - _SHOWN_TROUBLES),
        first=first,
        earlier=sum(day < first for day in index.days),
    )


def _said(entry: DayEntry | None) -> str:
    """Say what the index knows of a day."""
    if entry is None:
        return "no run has looked at it"
    said = []
    if entry.revision:
        said.append(f"revision {entry.revision}" + (f" of {entry.at:%Y-%m-%d %H:%M} UTC" if entry.at else ""))
    if entry.details:
        parts = ", ".join(f"{number} {name}" for name, number in sorted(entry.details.items()))
        said.append(f"{sum(entry.details.values())} campaigns: {parts}")
    if entry.failed:
        said.append("1 failed check" if entry.failed == 1 else f"{entry.failed} failed checks")
    if entry.lacks:
        said.append(entry.lacks)
    if entry.why:
        said.append(f"the newest look was not published: {entry.why}" if entry.revision else entry.why)
    return "; ".join(said)


def _cell(day: date, entry: DayEntry | None) -> Cell:
    state = state_of(entry)
    # That a partial day lacks something, its letter says.
    is_troubled = bool(entry and entry.revision and (entry.why or (entry.lacks and state is not State.PARTIAL)))
    return Cell(day, state, _said(entry), is_troubled=is_troubled)


def _months(cells: dict[date, Cell]) -> dict[date, list[Cell | None]]:
    months: dict[date, list[Cell | None]] = {}
    for day in sorted(cells, reverse=True):
        months.setdefault(day.replace(day=1), [None] * 31)[day.day - 1] = cells[day]
    return months
