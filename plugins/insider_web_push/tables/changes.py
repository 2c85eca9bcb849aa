"""What moved between two revisions of a day, and whether so much fell that a person must look. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Context, Decimal
from typing import Any

import pyarrow as pa

from insider_web_push.answers.falls import GUARDED, is_fall
from insider_web_push.tables.campaign_day import TableRows
from insider_web_push.tables.schemas import NO_FIGURES, PROVENANCE, TABLES, Row, Table

_EXACT = Context(prec=50)
_DELTA_STEP = Decimal("1e-9")
_DELTA_WHOLE_DIGITS = 29
"""What decimal(38, 9), the type of delta, can hold."""


@dataclass(frozen=True, slots=True)
class Move:
    """
    One figure of one campaign that is not what it was.

    Attributes:
        table_name: The table that it stands in.
        item: The rest of the row's key: device, "outcome/reason", click name or goal; "" in campaign_day.
        metric: The column.
        before: The value before, see `printed`; None if it was null, or if there was no such row.
        after: The value now, likewise.
        delta: after - before, at 9 places; None unless both are numbers.
    """

    campaign_id: str
    table_name: str
    item: str
    metric: str
    before: str | None
    after: str | None
    delta: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Fall:
    """A counter, or the revenue, of a day or of a campaign, that fell too far to be published unseen."""

    metric: str
    before: int | Decimal
    after: int | Decimal

    def __str__(self) -> str:
        """Say it in words, for logs."""
        share = 100 * (self.before - self.after) / self.before
        return f"{self.metric} fell from {_said(self.before)} to {_said(self.after)} ({share:.0f} %)"


def moves_between(before: Mapping[str, list[dict[str, Any]]], after: TableRows) -> list[Move]:
    """
    Compare two revisions of a day.

    Rates are left out: they follow from counts that are compared themselves. So is what `NO_FIGURES` names, and where a
    row comes from. A revenue that one revision has precisely, and the other one rounded to the same printed figure, has
    not moved.

    Args:
        before: Rows of the snapshot tables by table name, as read from their files.
        after: Rows of the snapshot tables as they will be written; a column that is left out is null.

    Returns:
        The moves by table, campaign, item and column. A row that appears moves from None in every column that it
        fills, one that vanishes moves to None.
    """
    return [move for table in TABLES.values() for move in _moves(table, before.get(table.name, []), after[table.name])]


def printed(value: object) -> str | None:
    """
    Print a value in one form for equal values.

    Returns:
        "12", "151.3" (no trailing zeros), "true", "2026-11-22T21:00:00Z" for instants, JSON for lists, texts as they
        are; None for null.
    """
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case Decimal():
            return _plain(value)
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case list() | tuple():
            return json.dumps(value, ensure_ascii=False)
        case _:
            return str(value)


def change_rows(
    moves: Iterable[Move],
    *,
    from_revision: int,
    revision: int,
    changed_at: datetime,
    fetched_at: Mapping[str, datetime],
) -> list[dict[str, Any]]:
    """
    Build the rows of campaign_day_change, without their schema version.

    Args:
        moves: What *revision* changed.
        from_revision: The revision that it is held against.
        changed_at: When *revision* was published, UTC.
        fetched_at: When the figures of *revision* were given, by campaign id; *changed_at* stands in for a campaign
            that the revision no longer has.
    """
    common = {"from_revision": from_revision, "changed_at": changed_at, "revision": revision}
    return [_as_row(move) | common | {"fetched_at": fetched_at.get(move.campaign_id, changed_at)} for move in moves]


def _as_row(move: Move) -> dict[str, Any]:
    """Give its attributes; `asdict` would look for more to copy in each of them."""
    return {name: getattr(move, name) for name in Move.__slots__}


def figures_moved(moves: Iterable[Move]) -> dict[str, dict[str, list[str | None]]]:
    """Give what moved in campaign_day, for the manifest: value before and after, by campaign id and column."""
    figures: dict[str, dict[str, list[str | None]]] = {}
    for move in moves:
        if move.table_name == "campaign_day":
            figures.setdefault(move.campaign_id, {})[move.metric] = [move.before, move.after]
    return figures


def guarded_sums(
    before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]]
) -> tuple[dict[str, int], dict[str, int]]:
    """
    Add up the counters of `GUARDED` in two revisions, over the campaigns that have them in both.

    A counter that cannot be read, and a campaign that was purged, has not fallen.

    Args:
        before: Rows of campaign_day in the first one.
        after: Those in the other one.
    """
    was = {row["campaign_id"]: row for row in before}
    sums: tuple[dict[str, int], dict[str, int]] = ({}, {})
    for row in after:
        old = was.get(row["campaign_id"], {})
        for name in GUARDED:
            if old.get(name) is not None and row[name] is not None:
                for total, value in zip(sums, (old[name], row[name]), strict=True):
                    total[name] = total.get(name, 0) + value
    return sums


def fallen(before: Mapping[str, int], after: Mapping[str, int]) -> list[Fall]:
    """
    Tell which counters of a day fell so far that the day is held for review instead of published.

    Args:
        before: The day's sums in the published revision, by counter.
        after: The day's sums now.

    Returns:
        Counters of `GUARDED` that fell too far, see `falls.is_fall`.
    """
    falls = [Fall(name, before.get(name, 0), after.get(name, 0)) for name in GUARDED]
    return [fall for fall in falls if is_fall(fall.before, fall.before - fall.after)]


def _said(number: int | Decimal) -> str:
    """Print an amount without the zeros that fill up its places."""
    return f"{number:,}" if isinstance(number, int) else f"{Decimal(_plain(number)):,}"


def _moves(table: Table, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> Iterator[Move]:
    columns = _compared(table)
    old, new = _by_key(table, before), _by_key(table, after)
    nothing: Row = {}
    for key in sorted(old.keys() | new.keys()):
        old_row, new_row = old.get(key, nothing), new.get(key, nothing)
        for name in columns:
            was, now = old_row.get(name), new_row.get(name)
            if was == now:  # by far the most, so nothing is printed for them
                continue
            if name == "revenue" and _is_rounding(old_row, new_row):
                continue
            said = printed(was), printed(now)
            if said[0] != said[1]:
                yield Move(key[0], table.name, "/".join(key[1:]), name, *said, _delta(was, now))


def _is_rounding(old: Row, new: Row) -> bool:
    """
    Whether two rows of campaign_day have the same printed revenue, one of them by the list's precise number.

    Of rows from before there was a `revenue_source`, a revenue that is not the printed one is the list's.
    """
    was, now = old.get("revenue_reported"), new.get("revenue_reported")
    sources = [
        row.get("revenue_source") or ("answer" if row.get("revenue") == printed else "list")
        for row, printed in ((old, was), (new, now))
    ]
    return was is not None and was == now and sources[0] != sources[1]


def _compared(table: Table) -> list[str]:
    """Name the columns that count as moved; the tables' only floats are rates."""
    left_out = PROVENANCE | NO_FIGURES | set(table.key)
    return [field.name for field in table.schema if field.name not in left_out and not pa.types.is_floating(field.type)]


def _by_key(table: Table, rows: Iterable[Row]) -> dict[tuple[str, ...], Row]:
    return {tuple(str(row[name]) for name in table.key): row for row in rows}


def _delta(was: object, now: object) -> Decimal | None:
    first, second = _number(was), _number(now)
    if first is None or second is None:
        return None
    delta = _EXACT.quantize(_EXACT.subtract(second, first), _DELTA_STEP)
    # Two amounts of opposite sign at the type's limit are further apart than the type can say.
    return delta if delta.adjusted() < _DELTA_WHOLE_DIGITS else None


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool):
        return None
    return Decimal(value) if isinstance(value, int | Decimal) else None


def _plain(number: Decimal) -> str:
    """Print without exponent and trailing zeros; `Decimal.normalize` would round to 28 digits."""
    if not number:
        return "0"
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def content_hash(tables: Mapping[str, Iterable[Row]]) -> str:
    """
    Hash what the rows say, in whatever order they come.

    Left out is when and as which revision they came, and what is no figure: an undocumented field may differ in every
    answer.
    """
    left_out = PROVENANCE | NO_FIGURES
    write = json.JSONEncoder(sort_keys=True, default=str).encode

    def said(row: Mapping[str, Any]) -> str:
        return write({name: value for name, value in row.items() if name not in left_out})

    digest = hashlib.sha256()
    for name in sorted(tables):
        digest.update(f"{name}\n".encode())
        end = ""
        for line in sorted(map(said, tables[name])):
            digest.update(f"{end}{line}".encode())
            end = "\n"
    return digest.hexdigest()
