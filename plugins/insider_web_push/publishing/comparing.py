"""Holds a content against the revision before, a batch of campaigns at a time. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from insider_web_push.answers.falls import GUARDED
from insider_web_push.publishing.revision import DayContent
from insider_web_push.tables.campaign_day import TableRows
from insider_web_push.tables.changes import Fall, Move, fallen, guarded_sums, moves_between
from insider_web_push.tables.day_tables import DayTables, campaigns_in, each_row, in_batches, rows_in
from insider_web_push.tables.schemas import TABLES


def moved_rows(before: DayTables, content: DayContent) -> Iterator[tuple[TableRows, TableRows]]:
    """Give the rows of the revision before and those of a content, of the campaigns whose rows do not stand."""
    for some in in_batches(sorted({*campaigns_in(before), *content.campaigns} - content.stand)):
        yield rows_in(before, some), rows_in(content.tables, some)


def moves_since(before: DayTables, content: DayContent) -> list[Move]:
    """Tell what a content moves, in the order of `moves_between`."""
    moves = [move for was, now in moved_rows(before, content) for move in moves_between(was, now)]
    return sorted(moves, key=lambda move: list(TABLES).index(move.table_name))


def falls_since(before: DayTables, content: DayContent) -> list[Fall]:
    """Tell which counters of the day fell so far that it is held, see `fallen`."""
    return fallen(*guarded_sums(_guarded(before), _guarded(content.tables)))


def _guarded(tables: DayTables) -> Iterator[dict[str, Any]]:
    return each_row(tables["campaign_day"], "campaign_id", *GUARDED)
