"""
Makes the draft of a day's next revision: its rows, with the published figures for campaigns that would say less.

Nothing is written here.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial

import pyarrow as pa

from insider_web_push.answers.day_list import ListedCampaign
from insider_web_push.answers.list_readings import day_list_of
from insider_web_push.answers.texts import clean
from insider_web_push.days.completeness import Standing
from insider_web_push.days.gathered_day import GatheredDay
from insider_web_push.days.listed_day import readings_in
from insider_web_push.errors import ContractViolation, DamagedObject, first_of
from insider_web_push.lake.manifest import Manifest
from insider_web_push.lake.raw import Known, Snapshot
from insider_web_push.lake.storage import Storage
from insider_web_push.lake.tombstones import Tombstone
from insider_web_push.publishing.comparing import moved_rows
from insider_web_push.publishing.revision import DayContent, content_of, is_unmoved
from insider_web_push.publishing.unmoved import made_by, unmoved_campaigns
from insider_web_push.tables.day_tables import DayTables, campaigns_in, from_file, joined, only
from insider_web_push.tables.files import from_parquet
from insider_web_push.tables.losses import losses
from insider_web_push.tables.schemas import TABLES
from insider_web_push.vocabulary import CallOutcome, DayStatus

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """
    What a day's next revision would be.

    Attributes:
        content: Its rows.
        rows_before: Those of the published revision; None where there is none, or they are lost.
        held: Campaigns that keep their published figures, and what their newest answer would take away.
        accepted: Campaigns that say less, since somebody accepted it, and what they lost.
    """

    content: DayContent
    rows_before: DayTables | None = None
    held: Mapping[str, str] = field(default_factory=dict)
    accepted: Mapping[str, str] = field(default_factory=dict)

    @property
    def said(self) -> str:
        """Name the campaigns that are held, and those whose loss was accepted; empty if there is none."""
        held = f"held: {self.held_said}" if self.held else ""
        accepted = f"accepted: {self._named(self.accepted)}" if self.accepted else ""
        return "; ".join(filter(None, [held, accepted]))

    @property
    def held_said(self) -> str:
        """Name the campaigns that are held, each with what its newest answer would take away."""
        return self._named(self.held)

    def _named(self, campaigns: Mapping[str, str]) -> str:
        return first_of(f"{key} {self.content.campaigns[key].name!r} ({why})" for key, why in campaigns.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafter:
    """
    Drafts days of one account for one run.

    Attributes:
        store: The account's objects.
        run_id: The run that accepts a fall, if it does.
        accept_fall: Whether a campaign that it looks at is published though it says less.
    """

    store: Storage
    run_id: str
    accept_fall: bool = False

    def draft(self, day: GatheredDay, standing: Standing, *, status: DayStatus) -> Draft:
        """
        Draft a day.

        Args:
            standing: What it lacks.
            status: What it is to be published as.
        """
        rows_before = self._rows_of(day.before, day.tombstone) if day.before else None
        unmoved = self._unmoved(day, rows_before)
        accepted_missing, answers = day.acceptances(standing), partial(self._answers, day.day)
        content = content_of(day, answers, status=status, accepted=accepted_missing, unmoved=unmoved)
        unjudged = _unjudged(day)
        if day.before is None or is_unmoved(content, day.before):
            return Draft(content=content, rows_before=rows_before, held=unjudged)
        less = self._losses(day, day.before, rows_before or self._rows_again(day, day.before), content)
        accepted = {key: why for key, why in less.items() if self._accepts(key, day)}
        held = {key: why for key, why in less.items() if key not in accepted}
        if less:
            kept = day.keeping(held)
            # Whose answer is gone altogether, the day goes without: as if it had been accepted as missing.
            gone = {key for key in accepted if day.known[key].outcome is CallOutcome.SKIPPED}
            without = kept.acceptances(standing) | dict.fromkeys(gone, self.run_id)
            unmoved = self._unmoved(kept, rows_before)
            content = content_of(kept, answers, status=status, accepted=without, unmoved=unmoved)
        return Draft(content=content, rows_before=rows_before, held=held | unjudged, accepted=accepted)

    def _accepts(self, campaign_id: str, day: GatheredDay) -> bool:
        return self.accept_fall and (not day.look.only or campaign_id in day.look.only)

    @staticmethod
    def _losses(day: GatheredDay, before: Manifest, rows_before: DayTables, content: DayContent) -> dict[str, str]:
        """Say what campaigns would lose by an answer that is newer than what is published of them."""
        return {
            key: "; ".join(sentences)
            for was, now in moved_rows(rows_before, content)
            for key, sentences in losses(was, now).items()
            if day.known[key].key != before.campaigns[key].snapshot
        }

    def _rows_again(self, day: GatheredDay, before: Manifest) -> DayTables:
        """Make the rows of the revision before from its answers: lost files must let no loss through."""
        was = day.keeping(day.known.keys() & before.known.keys())
        return content_of(was, partial(self._answers, day.day), status=before.status, accepted={}).tables

    def _unmoved(self, day: GatheredDay, rows_before: DayTables | None) -> DayTables | None:
        """Give the rows of the revision before that stand; None if none do."""
        before = day.before
        if before is None or rows_before is None or day.is_rebuild or before.made_by != made_by(day):
            return None
        listed_before = self._listed(before.made_of) if before.made_of != day.sweep else day.swept
        if listed_before is None:
            return None
        return only(rows_before, unmoved_campaigns(day, rows_before["campaign_day"], listed_before))

    def _listed(self, sweep: str) -> Mapping[str, ListedCampaign] | None:
        """Read the campaigns of an earlier list; None if it is gone, or damaged."""
        try:
            listed = day_list_of(readings_in(self.store.read_list(sweep)))
        except (FileNotFoundError, ContractViolation):
            return None
        return {item.campaign_id: item for item in listed.campaigns}

    def _answers(self, day: date, wanted: Iterable[Known]) -> dict[str, Snapshot]:
        """Open answers of a day; gives them by key."""
        try:
            return self.store.open_answers(wanted)
        except FileNotFoundError as error:
            message = f"a stored answer of {day} is gone ({clean(str(error))}): fetch the campaign again, or purge it"
            raise DamagedObject(message) from None

    def _rows_of(self, before: Manifest, tombstone: Tombstone | None) -> DayTables | None:
        """Read the rows of the revision before, but for purged ones; None if they are lost: who knows what moved."""
        found: dict[str, pa.Table] = {}
        for name, file in before.files.items():
            data = self.store.read_file(file)
            if data is None:
                log.warning("%s: %s is lost. If figures have moved since, nobody can tell which", before.day, file.key)
                return None
            if name in TABLES:
                found[name] = from_file(name, from_parquet(data))
        tables = joined([found])
        if tombstone is None:
            return tables
        return only(tables, [key for key in campaigns_in(tables) if not tombstone.covers(key)])


def _unjudged(day: GatheredDay) -> dict[str, str]:
    """
    Give the campaigns that were held before, and of which this look has no answer but the published one.

    So has a rebuild, which reads nothing newer.
    """
    before = day.before
    return {
        key: why
        for key, why in (before.held.items() if before else ())
        if before and key in day.known and day.known[key].key == before.campaigns[key].snapshot
    }
