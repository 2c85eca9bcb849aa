"""Which snapshots of an Iceberg table go: those that are old, and those that may hold what was purged. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from insider_web_push.iceberg.standing import PREFIX

MAX_AGE_PROPERTY = "history.expire.max-snapshot-age-ms"
"""Iceberg's own: how long a table's snapshots are kept."""
MAX_AGE = timedelta(days=7)
_CLOCKS_DIFFER = timedelta(minutes=10)
"""By at most as much, the clock of the worker that purged is ahead of this one's."""
_PARTNER, DAYS = f"{PREFIX}.partner-id", f"{PREFIX}.days"


@dataclass(frozen=True, slots=True)
class Taken:
    """
    A snapshot.

    Attributes:
        at: When it was taken, UTC.
        partner_id: The account that was written; empty where somebody else took it.
        days: The days that were written or removed; none for the table of the account's campaigns.
    """

    snapshot_id: int
    at: datetime
    partner_id: str = ""
    days: Collection[date] = ()


def summary_of(partner_id: str, marks: Mapping[date, str | None]) -> dict[str, str]:
    """Say in a snapshot what it is about: the account, and the revision of each day; `gone` of one that is removed."""
    days = (f"{day}={mark.partition('-')[0] if mark else 'gone'}" for day, mark in sorted(marks.items()))
    return {_PARTNER: partner_id, DAYS: " ".join(days)}


def taken(snapshot_id: int, at: datetime, summary: Mapping[str, str | None]) -> Taken:
    """Read what a snapshot says that it is about."""
    days = [date.fromisoformat(said.partition("=")[0]) for said in (summary.get(DAYS) or "").split()]
    return Taken(snapshot_id, at, summary.get(_PARTNER) or "", days)


def max_age(properties: Mapping[str, str]) -> timedelta:
    """Tell how long a table's snapshots are kept; somebody may have set another time."""
    said = properties.get(MAX_AGE_PROPERTY, "")
    return timedelta(milliseconds=int(said)) if said.isdecimal() else MAX_AGE


def expired(
    snapshots: Iterable[Taken],
    *,
    partner_id: str,
    purged: Mapping[date, datetime],
    now: datetime,
    max_age: timedelta,
    kept: Collection[int],
) -> list[int]:
    """
    Tell which snapshots go.

    One that was taken before a purged day was written again, or removed, may hold what was purged: it goes at once.
    A purge from before *max_age* has had its effect by age.

    Args:
        purged: When something of a day was last purged, UTC.
        kept: Snapshots that branches and tags lead to.
    """
    every, oldest = list(snapshots), now - max_age
    # By the last one of a purged day: the first may have been taken while the purge was at work.
    without = [
        found.at
        for found in every
        if found.partner_id == partner_id
        and any(oldest <= purged[day] <= found.at + _CLOCKS_DIFFER for day in found.days or purged if day in purged)
    ]
    bound = max([oldest, *without])
    return [found.snapshot_id for found in every if found.at < bound and found.snapshot_id not in kept]
