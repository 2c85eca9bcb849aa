"""
Which campaigns of a new revision would say less than what is published of them, and what they would lose. Pure.

Nothing of a campaign day that was fetched becomes less by itself: counters grow, and a figure that was there does not
become unknown. Where a newer answer says so all the same, it is not believed until somebody has looked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from insider_web_push.answers.falls import GUARDED, is_fall
from insider_web_push.tables.changes import Fall, printed
from insider_web_push.tables.identities import BREAKDOWNS
from insider_web_push.tables.schemas import Row
from insider_web_push.vocabulary import DetailStatus

Rows = Mapping[str, Sequence[Row]]
"""Rows by table name: those of a day, or those of one campaign of it."""


@dataclass(frozen=True, slots=True)
class _Part:
    """
    A table that breaks a campaign's figures down.

    Attributes:
        key: The columns that tell its rows apart within a campaign.
        figures: Its columns that count.
        one: What a row is called, and
        many: several of them.
        may_be_absent: Whether an answer without any such row says nothing: the newer generation has no clickMetrics.
    """

    table: str
    key: tuple[str, ...]
    figures: tuple[str, ...]
    one: str
    many: str
    may_be_absent: bool = False


_FIGURES = ("targeted", "sent", "dropped", "delivered", "undelivered", "clicks", "conversions", "revenue")
_DEVICE_FIGURES = ("sent", "delivered", "clicks", "conversions", "revenue")
_PARTS = (
    _Part("campaign_day_device", ("device",), _DEVICE_FIGURES, "device", "devices"),
    _Part("campaign_day_unsuccessful", ("outcome", "reason"), ("count",), "reason", "reasons"),
    _Part("campaign_day_click", ("name",), ("clicks",), "click target", "click targets", may_be_absent=True),
)
_GONE = (DetailStatus.QUIET, DetailStatus.SKIPPED)


def losses(before: Rows, after: Rows) -> dict[str, list[str]]:
    """
    Compare two revisions of a day, campaign by campaign.

    Guarded are campaigns that were `fetched` in the revision before and are in both: one that was purged loses nothing.

    Args:
        before: Rows of the published revision by table name, as read from their files.
        after: Rows of the tables as they would be written.

    Returns:
        What each campaign that says less would lose, a sentence each, by its id: a counter of `GUARDED` or the revenue
        that fell too far; another currency; figures that are null and were not; rows with figures that are gone, where
        those that are left do not add up to the whole; an answer that is gone altogether.
    """
    was, now = _by_campaign(before), _by_campaign(after)
    found: dict[str, list[str]] = {}
    for row in before.get("campaign_day", ()):
        key = str(row["campaign_id"])
        if row["detail_status"] == DetailStatus.FETCHED and now.get(key, {}).get("campaign_day"):
            said = list(_of_campaign(was[key], now[key]))
            if said:
                found[key] = said
    return found


def _of_campaign(before: Rows, after: Rows) -> Iterator[str]:
    (was,), (now,) = before["campaign_day"], after["campaign_day"]
    yield from _answer_gone(was, now)
    yield from map(str, _fallen(was, now))
    yield from _revenue(was, now)
    unread = [name for name in _FIGURES if was.get(name) and now.get(name) is None and not _is_no_revenue(name, now)]
    if unread:
        figures = ", ".join(f"{name} (was {_shown(was[name])})" for name in unread)
        yield f"there is no readable {figures} any more"
    for part in _PARTS:
        yield from _of_part(part, before.get(part.table, ()), after.get(part.table, ()), now)


def _answer_gone(was: Row, now: Row) -> Iterator[str]:
    """Say that the API has nothing any more for a campaign that had something, were it too little to fall."""
    if now["detail_status"] in _GONE and any(was.get(name) for name in GUARDED):
        yield "the API has nothing for it any more"


def _fallen(was: Row, now: Row) -> Iterator[Fall]:
    for name in GUARDED:
        before, after = was.get(name), now.get(name)
        if isinstance(before, int) and isinstance(after, int) and is_fall(before, before - after):
            yield Fall(name, before, after)


def _revenue(was: Row, now: Row) -> Iterator[str]:
    """Say that revenue fell though no conversion went away: a cancelled order takes both along."""
    before, after = was.get("revenue"), Decimal(0) if _is_no_revenue("revenue", now) else now.get("revenue")
    if not isinstance(before, Decimal) or not isinstance(after, Decimal) or not before:
        return
    if after and was.get("currency") and was["currency"] != now.get("currency"):
        yield f"the currency of revenue was {was['currency']}, and is {now.get('currency') or 'unknown'}"
    elif is_fall(before, before - after) and not _conversions_fell(was, now):
        yield str(Fall("revenue", before, after))


def _conversions_fell(was: Row, now: Row) -> bool:
    before, after = was.get("conversions"), now.get("conversions")
    return isinstance(before, int) and isinstance(after, int) and after < before


def _is_no_revenue(name: str, now: Row) -> bool:
    """Whether there is no revenue because there is none: a bare currency is printed without a conversion."""
    return name == "revenue" and now.get("revenue") is None and now.get("conversions") == 0


def _of_part(part: _Part, before: Sequence[Row], after: Sequence[Row], now: Row) -> Iterator[str]:
    left = {_key(part, row): row for row in after}
    gone = [row for row in before if _key(part, row) not in left and any(row.get(name) for name in part.figures)]
    if gone and not (part.may_be_absent and not after) and not _add_up(part, after, now):
        names = ", ".join("/".join(_key(part, row)) for row in gone)
        of = f"{len(gone)} of {len(before)} {part.one if len(before) == 1 else part.many}"
        yield f"{of} {'is' if len(gone) == 1 else 'are'} gone ({names})"
    unread = [
        f"{name} of {'/'.join(_key(part, row))} (was {_shown(row[name])})"
        for row in before
        for name in part.figures
        if row.get(name) and (new := left.get(_key(part, row))) and new.get(name) is None
        and not _is_no_revenue(name, new)
    ]  # fmt: skip
    if unread:
        yield f"there is no readable {', '.join(unread)} any more"


def _add_up(part: _Part, left: Sequence[Row], now: Row) -> bool:
    """Whether the rows that are left still make the whole, so that the others have only moved."""
    for identity in BREAKDOWNS:
        if identity.table != part.table:
            continue
        parts = [row[identity.column] for row in left if identity.outcome in {None, row.get("outcome")}]
        known = [part for part in parts if isinstance(part, int)]
        if len(known) < len(parts) or sum(known) != now.get(identity.whole):
            return False
    return True


def _by_campaign(tables: Rows) -> dict[str, dict[str, list[Row]]]:
    found: dict[str, dict[str, list[Row]]] = {}
    for table, rows in tables.items():
        for row in rows:
            found.setdefault(str(row["campaign_id"]), {}).setdefault(table, []).append(row)
    return found


def _key(part: _Part, row: Row) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in part.key)


def _shown(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else printed(value) or ""
