"""The buttons that a page shows, or why it shows none, for the user who looks at it."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime

from insider_web_push.accounts.file import Account
from insider_web_push.coverage.access import may_start
from insider_web_push.coverage.action_words import Terms
from insider_web_push.coverage.actions import Action, actions_of
from insider_web_push.coverage.airflow_parts import BaseUser, is_paused
from insider_web_push.coverage.day_facts import DayFacts
from insider_web_push.coverage.index import INCOMPLETE, CoverageIndex, DayEntry, unpublished_entry
from insider_web_push.coverage.keeping import usable_index
from insider_web_push.coverage.purged import shown_entry, shown_manifest
from insider_web_push.dates import local_date
from insider_web_push.days.stored_day import stored_day, typical_day
from insider_web_push.days.troubles import Trouble
from insider_web_push.errors import ContractViolation
from insider_web_push.hook import InsiderWebPushHook
from insider_web_push.lake.manifest import Manifest
from insider_web_push.lake.storage import Storage
from insider_web_push.vocabulary import REFRESH

_PARALLEL_DAYS = 16


@dataclass(frozen=True, slots=True)
class Panel:
    """
    What a page offers to start.

    Attributes:
        why_none: Why nothing is offered, in words; empty if something is.
        is_paused: Whether what is started waits, since the DAG is paused.
    """

    actions: list[Action] = field(default_factory=list)
    why_none: str = ""
    is_paused: bool = False


def read_day(store: Storage, day: date, index: CoverageIndex | None) -> DayFacts:
    """
    Read what is known of a day, without what was purged of it.

    Raises:
        ContractViolation: its manifest or its tombstone is damaged; names it.
    """
    # The tombstone last: one that is written meanwhile holds already.
    manifest, tombstone = store.read_manifest(day), store.read_tombstone(day)
    noted = shown_entry(index.days.get(day) if index else None, manifest, tombstone)
    if tombstone and tombstone.is_whole_day:
        return DayFacts(day, None, noted, None)
    return _with_stored(store, day, shown_manifest(manifest, tombstone), noted)


def read_days(store: Storage, days: Sequence[date]) -> list[DayFacts]:
    """Read what is known of several days, many at a time; one that is damaged says so in its own facts."""
    index = usable_index(store)

    def read(day: date) -> DayFacts:
        try:
            return read_day(store, day, index)
        except ContractViolation as damaged:
            noted = unpublished_entry(INCOMPLETE, why=str(damaged), trouble=Trouble.DAMAGED_OBJECT)
            return DayFacts(day, None, noted, None)

    with ThreadPoolExecutor(_PARALLEL_DAYS) as pool:
        return list(pool.map(read, days))


def panel_of(account: Account, days: Sequence[DayFacts], store: Storage, user: BaseUser, *, now: datetime) -> Panel:
    """Offer what a user can start about days."""
    dag_id = account.named(REFRESH)
    if days[-1].day >= local_date(now, account.timezone):
        return Panel(why_none=f"{days[-1].day} is not over in {account.timezone}.")
    if not may_start(account, user):
        return Panel(why_none=f"You may not trigger {dag_id}, so there are no buttons here.")
    paused = is_paused(dag_id)
    if paused is None:
        return Panel(why_none=f"Airflow does not know {dag_id}, which would do it: look at its import errors.")
    limit = InsiderWebPushHook(account.conn_id).settings.limit
    terms = Terms(
        rules=account.rules,
        timezone=account.timezone,
        now=now,
        requests=limit.requests,
        window_s=limit.window_s,
        typical=typical_day(store) if any(facts.stored is None for facts in days) else None,
    )
    actions = actions_of(days, terms)
    return Panel(actions, why_none="" if actions else "What was purged is left alone.", is_paused=paused)


def _with_stored(store: Storage, day: date, manifest: Manifest | None, noted: DayEntry | None) -> DayFacts:
    try:
        stored = stored_day(store, day, manifest)
    except ContractViolation:  # the look that is offered reads the list anew
        stored = None
    return DayFacts(day, manifest, noted, stored)
