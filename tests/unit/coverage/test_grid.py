"""What the coverage page makes of an index: a state a day, months, and what to look at."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from insider_web_push.coverage.grid import State, grid_of, last_due, state_of
from insider_web_push.coverage.index import CoverageIndex, DayEntry, unpublished_entry

FINAL, OPEN = {"final": 2}, {"final": 1, "provisional": 1}
TODAY = date(2026, 11, 23)


def entry(
    status: str = "complete", *, revision: int = 1, finality: dict[str, int] = OPEN, why: str = "", lacks: str = ""
) -> DayEntry:
    return DayEntry(status=status, revision=revision, finality=finality, why=why, lacks=lacks)


@pytest.mark.parametrize(
    ("found", "state"),
    [
        pytest.param(None, State.MISSING, id="never tried"),
        pytest.param(entry("incomplete", revision=0), State.INCOMPLETE, id="not published"),
        pytest.param(entry("purged", revision=0), State.PURGED, id="purged"),
        pytest.param(entry("partial"), State.PARTIAL, id="partial"),
        pytest.param(entry("partial", revision=3), State.PARTIAL, id="partial again"),
        pytest.param(entry("totals", finality=FINAL), State.TOTALS, id="totals, however old"),
        pytest.param(entry(), State.PROVISIONAL, id="the first version"),
        pytest.param(entry(revision=2), State.CORRECTED, id="a later version"),
        pytest.param(entry(finality=FINAL), State.COMPLETE, id="settled"),
        pytest.param(entry(revision=5, finality=FINAL), State.COMPLETE, id="corrected, and settled"),
        pytest.param(entry(finality={}), State.COMPLETE, id="a day without campaigns"),
    ],
)
def test_a_day_has_one_state(found: DayEntry | None, state: State) -> None:
    """By what is published, then by whether it may still move, then by whether it has moved."""
    assert state_of(found) is state


def test_every_state_has_a_letter_of_its_own() -> None:
    """Colour alone says nothing to many."""
    assert len({state.letter for state in State}) == len({state.label for state in State}) == len(State)


def test_months_are_rows_with_the_newest_first_and_a_place_for_every_day() -> None:
    """A place outside of the shown days is empty."""
    index = CoverageIndex(days={date(2026, 10, 30): entry(), date(2026, 11, 2): entry()})
    grid = grid_of(index, last_due=date(2026, 11, 2), days=400)
    assert [(first.month, len(cells)) for first, cells in grid.months.items()] == [(11, 31), (10, 31)]
    shown = [[cell.day.day for cell in cells if cell] for cells in grid.months.values()]
    assert shown == [[1, 2], [30, 31]]
    assert all(cell.day.day == place for cells in grid.months.values() for place, cell in enumerate(cells, 1) if cell)


@pytest.mark.parametrize("known", [[], [date(2026, 11, 3)]])
def test_the_accounts_start_day_may_lie_before_the_first_known_one(known: list[date]) -> None:
    """What lies between is missing; a start day that is not over misses nothing."""
    index = CoverageIndex(days={day: entry() for day in known})
    grid = grid_of(index, last_due=date(2026, 11, 4), days=400, start=date(2026, 11, 2))
    cells = [cell for cell in grid.months[date(2026, 11, 1)] if cell]
    assert [cell.day.day for cell in cells] == [2, 3, 4]
    assert [cell.day for cell in cells if cell.state is not State.MISSING] == known
    assert grid_of(CoverageIndex(), last_due=date(2026, 11, 4), days=400, start=date(2026, 11, 5)).months == {}


def test_days_between_the_first_known_and_the_last_due_one_are_missing() -> None:
    """Before the first there was nothing to miss, and after the last it is too early."""
    index = CoverageIndex(days={date(2026, 11, 1): entry(), date(2026, 11, 3): entry()})
    grid = grid_of(index, last_due=date(2026, 11, 4), days=400)
    states = [cell.state for cell in grid.months[date(2026, 11, 1)] if cell]
    assert states == [State.PROVISIONAL, State.MISSING, State.PROVISIONAL, State.MISSING]
    assert grid.counts == [(State.PROVISIONAL, 2), (State.MISSING, 2)]


def test_a_day_that_came_early_is_shown() -> None:
    """Somebody may trigger a day before it is due."""
    grid = grid_of(CoverageIndex(days={TODAY: entry()}), last_due=TODAY - timedelta(days=3), days=400)
    assert grid.counts == [(State.PROVISIONAL, 1)]


def test_only_so_many_days_are_shown_and_the_rest_is_counted() -> None:
    """The newest ones."""
    days = {TODAY - timedelta(days=age): entry() for age in range(1000)}
    grid = grid_of(CoverageIndex(days=days), last_due=TODAY, days=400)
    assert sum(number for _, number in grid.counts) == 400
    assert (grid.first, grid.earlier) == (TODAY - timedelta(days=399), 600)


def test_an_empty_index_is_an_empty_grid() -> None:
    """And no error: a new account has no day."""
    assert grid_of(CoverageIndex(), last_due=TODAY, days=400).months == {}


def test_what_lacks_something_is_listed_with_the_words_and_the_newest_first() -> None:
    """Also a published day whose newest look failed; not one that is merely not settled, or was removed on purpose."""
    days = {
        TODAY: entry(),
        TODAY - timedelta(days=1): unpublished_entry("incomplete", why="2 of 60 missing"),
        TODAY - timedelta(days=3): entry("partial"),
        TODAY - timedelta(days=4): entry(revision=2, why="held for review"),
        TODAY - timedelta(days=5): unpublished_entry("purged", why="9 objects removed"),
    }
    troubles = grid_of(CoverageIndex(days=days), last_due=TODAY, days=400).troubles
    assert [(TODAY - cell.day).days for cell in troubles] == [1, 2, 3, 4]
    assert [cell.said for cell in troubles] == [
        "2 of 60 missing",
        "no run has looked at it",
        "revision 1",
        "revision 2; the newest look was not published: held for review",
    ]


def test_many_troubles_are_cut_short_and_counted() -> None:
    """A year that was never fetched must not push the calendar off the page."""
    index = CoverageIndex(days={TODAY - timedelta(days=100): entry(), TODAY: entry()})
    grid = grid_of(index, last_due=TODAY, days=400)
    assert (len(grid.troubles), grid.more_troubles) == (8, 91)


@pytest.mark.parametrize(
    ("now", "timezone", "by", "due"),
    [
        pytest.param(datetime(2026, 11, 23, 12, tzinfo=UTC), "UTC", None, date(2026, 11, 22), id="yesterday"),
        pytest.param(datetime(2026, 11, 22, 22, tzinfo=UTC), "Europe/Istanbul", None, date(2026, 11, 22), id="zone"),
        pytest.param(datetime(2026, 11, 23, 4, tzinfo=UTC), "UTC", time(5), date(2026, 11, 21), id="too early"),
        pytest.param(datetime(2026, 11, 23, 5, tzinfo=UTC), "UTC", time(5), date(2026, 11, 22), id="on time"),
        pytest.param(datetime(2026, 11, 23, 2, tzinfo=UTC), "Europe/Istanbul", time(5), date(2026, 11, 22), id="both"),
    ],
)
def test_a_day_is_due_when_its_run_has_had_its_time(now: datetime, timezone: str, by: time | None, due: date) -> None:
    """In the account's zone: nobody wants a red day each night."""
    assert last_due(now, timezone, by=by) == due


@pytest.mark.parametrize(
    ("found", "title", "is_troubled"),
    [
        (entry("partial", lacks="7 is missing"), "partial; revision 1; 7 is missing", False),
        (entry(lacks="1 campaign keeps its published figures"), "revision 1; 1 campaign keeps its", True),
        (entry(lacks="7 is held", why="sent fell"), "7 is held; the newest look was not published: sent fell", True),
    ],
)
def test_what_a_day_lacks_stands_in_its_tooltip(found: DayEntry, title: str, *, is_troubled: bool) -> None:
    """And is worth a look: a star where the letter does not say it."""
    (cell,) = grid_of(CoverageIndex(days={TODAY: found}), last_due=TODAY, days=1).troubles
    assert title in cell.title
    assert cell.is_troubled is is_troubled
