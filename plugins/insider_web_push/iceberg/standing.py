"""
Which revision of each day a table in Iceberg has, by a property of the table; and what of it is stale. Pure.

A property holds a month of an account: `insider-web-push.<partner_id>.2026-11` is `{"2026-11-22": "3-0a1b2c3d4e5f"}`,
the revision and the beginning of a hash of what it was written from, since a day whose manifest was lost begins at
revision 1 again. It is set in the commit that writes the rows, so neither is there without the other. The table of the
account's campaigns has `insider-web-push.<partner_id>`: the last day that lists any, and a hash.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import sha256

import pyarrow as pa
import pyarrow.compute as pc

from insider_web_push.lake.manifest import ManifestHead
from insider_web_push.tables.files import to_parquet
from insider_web_push.tables.schemas import CHANGES

PREFIX = "insider-web-push"
_DIGITS = 12
Standing = dict[date, str]
"""What a table has: `<revision>-<hash>` by day."""


def month_of(day: date) -> str:
    """Name a day's month: `2026-11`."""
    return f"{day:%Y-%m}"


def mark_of(head: ManifestHead, table: str) -> str | None:
    """Name what a table has of a published day, `3-0a1b2c3d4e5f`; None if it was published before there was a table."""
    if table == CHANGES.name:
        digest = sha256("".join(file.sha256 for file in head.changes).encode()).hexdigest()
    elif table in head.files:
        digest = head.files[table].sha256
    else:
        return None
    return f"{head.revision}-{digest[:_DIGITS]}"


def standing_in(properties: Mapping[str, str], partner_id: str) -> Standing:
    """Read what a table has of an account's days. What cannot be read stands nowhere, so that it is written again."""
    found: Standing = {}
    for name, value in properties.items():
        account, _, month = name.rpartition(".")
        if account != f"{PREFIX}.{partner_id}":
            continue
        try:
            found |= {
                day: str(mark)
                for text, mark in json.loads(value).items()
                if month_of(day := date.fromisoformat(text)) == month
            }
        except (ValueError, AttributeError):
            continue
    return found


def stale(heads: Iterable[ManifestHead], standing: Mapping[date, str], table: str) -> dict[date, str]:
    """Give the days that a table does not have as they are published, each with the mark that it gets."""
    marks = {head.day: mark_of(head, table) for head in heads}
    return {day: mark for day, mark in sorted(marks.items()) if mark is not None and standing.get(day) != mark}


def by_month(marks: Mapping[date, str | None]) -> list[dict[date, str | None]]:
    """Share days out to months, which is what one commit writes."""
    months: dict[str, dict[date, str | None]] = {}
    for day, mark in marks.items():
        months.setdefault(month_of(day), {})[day] = mark
    return list(months.values())


def noted(standing: Mapping[date, str], marks: Mapping[date, str | None], partner_id: str) -> dict[str, str]:
    """
    Give the property of a month whose days were written or removed.

    Args:
        standing: What the table had before.
        marks: The marks of days of one month; None removes a day.
    """
    (month,) = set(map(month_of, marks))
    after = {day: mark for day, mark in {**standing, **marks}.items() if mark and month_of(day) == month}
    return {f"{PREFIX}.{partner_id}.{month}": json.dumps({str(day): after[day] for day in sorted(after)})}


def campaigns_noted(campaigns: pa.Table, partner_id: str) -> dict[str, str]:
    """Give the property of the table of the account's campaigns."""
    last_day = pc.max(campaigns["last_day"]).as_py()
    digest = sha256(to_parquet(campaigns)).hexdigest()
    return {f"{PREFIX}.{partner_id}": f"{last_day} {digest[:_DIGITS]}"}
