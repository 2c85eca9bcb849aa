"""The coverage index: what a page says of each of an account's days, in one small object. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from insider_web_push.days.verdict import lacks_of
from insider_web_push.errors import ContractViolation, first_mistake
from insider_web_push.lake.manifest import EventOwed, Manifest
from insider_web_push.vocabulary import Finality

INCOMPLETE, PURGED = "incomplete", "purged"
"""Statuses of days without a manifest; those of days with one are `vocabulary.DayStatus`."""
_LONGEST_LACKS = 400
"""Characters: one object has the words of hundreds of days. The day's page has all of them."""


class DayEntry(BaseModel):
    """
    What the index says of one day.

    Attributes:
        status: `complete`, `partial` or `totals` if the day is published; else `incomplete` or `purged`.
        revision: The published one; 0 if nothing is published.
        at: When that was committed, UTC; if the day is not published, when it was last tried.
        dag: The DAG that did so; empty if it is not known any more.
        run: Its run.
        details: Number of campaigns by `vocabulary.DetailStatus`.
        finality: Number of campaigns by `vocabulary.Finality`.
        failed: How many checks failed, over all campaigns; one of the day as a whole counts once.
        why: Why the newest look could not be published, in words; empty if it was.
        trouble: The cause of that, a word of `days.troubles.Trouble`; empty if it is not known.
        lacks: What the published version lacks, in words: why it is partial, and which campaigns are held.
    """

    model_config = ConfigDict(frozen=True)

    status: str
    revision: int = 0
    at: datetime | None = None
    dag: str = ""
    run: str = ""
    details: dict[str, int] = {}
    finality: dict[str, int] = {}
    failed: int = 0
    why: str = ""
    trouble: str = ""
    lacks: str = ""

    @property
    def is_final(self) -> bool:
        """Whether nothing of the day moves any more."""
        return set(self.finality) <= {Finality.FINAL}


class CoverageIndex(BaseModel):
    """
    What the page says of an account's days.

    Attributes:
        days: The entries by day; a day that was never tried has none.
    """

    model_config = ConfigDict(frozen=True)

    format: Literal[1] = 1
    days: dict[date, DayEntry] = {}

    def with_days(self, changed: Mapping[date, DayEntry]) -> CoverageIndex:
        """Give the index with some days as they are now."""
        return self.model_copy(update={"days": {**self.days, **changed}})

    def to_json(self) -> bytes:
        """Write it, a line a day: small, and still readable."""
        days = ",\n".join(
            f' "{day.isoformat()}": {entry.model_dump_json(exclude_defaults=True)}'
            for day, entry in sorted(self.days.items())
        )
        return f'{{"format": {self.format}, "days": {{\n{days}\n}}}}\n'.encode()


def parse_index(data: bytes, *, where: str) -> CoverageIndex:
    """
    Read an index.

    Raises:
        ContractViolation: it is damaged, or written by a newer version; names it.
    """
    try:
        return CoverageIndex.model_validate_json(data)
    except ValidationError as error:
        first = first_mistake(error)
        message = f"the coverage index {where} cannot be read ({first.at}: {first.said}): publishing mends it"
        raise ContractViolation(message) from None


def published_entry(manifest: Manifest, *, run: EventOwed | None = None, why: str = "", trouble: str = "") -> DayEntry:
    """
    Describe a published day.

    Args:
        run: The task that looked at the day now; its DAG counts where it committed the revision.
        why: Why its newest look could not be published; empty if it was.
        trouble: The cause of that; empty if it is not known.
    """
    known = next((owed for owed in (run, manifest.event) if owed and owed.run_id == manifest.run_id), None)
    campaigns = manifest.campaigns.values()
    return DayEntry(
        status=str(manifest.status),
        revision=manifest.revision,
        at=manifest.published_at,
        dag=known.dag_id if known else "",
        run=manifest.run_id,
        details=dict(Counter(str(campaign.status) for campaign in campaigns)),
        finality=dict(Counter(str(campaign.finality) for campaign in campaigns)),
        failed=sum(map(len, manifest.checks.values())) + len(manifest.day_checks),
        why=why,
        trouble=trouble,
        lacks=_cut(lacks_of(manifest)),
    )


def unpublished_entry(
    status: str, *, why: str, at: datetime | None = None, run: EventOwed | None = None, trouble: str = ""
) -> DayEntry:
    """Describe a day that has no manifest: `incomplete` or `purged`."""
    dag, run_id = (run.dag_id, run.run_id) if run else ("", "")
    return DayEntry(status=status, at=at, dag=dag, run=run_id, why=why, trouble=trouble)


def _cut(said: str) -> str:
    return said if len(said) <= _LONGEST_LACKS else f"{said[:_LONGEST_LACKS]} …"
