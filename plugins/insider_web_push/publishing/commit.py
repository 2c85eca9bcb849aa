"""
Commits a day: it writes the files, then the manifest, then the copies for SQL.

Whoever reads between any two writes finds the version before or the version after, also where the process was killed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from insider_web_push.answers.undocumented import count_unknown, count_unknown_in_list
from insider_web_push.dates import start_of_age
from insider_web_push.days.gathered_day import GatheredDay
from insider_web_push.days.looks import Mode
from insider_web_push.errors import ContractViolation
from insider_web_push.lake.manifest import EventOwed, Manifest
from insider_web_push.lake.raw import Snapshot
from insider_web_push.lake.storage import Storage
from insider_web_push.lake.tombstones import Tombstone
from insider_web_push.publishing.copies import write_copies
from insider_web_push.publishing.event import Event, TaskState, event_of
from insider_web_push.publishing.revision import (
    DayContent,
    changes_file,
    content_of,
    files_of,
    is_unmoved,
    sentinel_of,
    still_published,
)
from insider_web_push.tables.campaign_day import TableRows
from insider_web_push.tables.changes import fallen, figures_moved, guarded_sums, moves_between
from insider_web_push.tables.schemas import CHANGES, TABLES, from_parquet
from insider_web_push.vocabulary import DayOutcome, DayStatus

log = logging.getLogger(__name__)
_ATTEMPTS = 3
_OF_STATUS = {
    DayStatus.COMPLETE: DayOutcome.PUBLISHED,
    DayStatus.PARTIAL: DayOutcome.PARTIAL,
    DayStatus.TOTALS: DayOutcome.TOTALS,
}


@dataclass(frozen=True, slots=True)
class Published:
    """
    What publishing one day came to.

    Attributes:
        why: In words, for the log and for verify.
        announce: Whether the caller must send the day's event.
    """

    outcome: DayOutcome
    manifest: Manifest | None
    why: str
    announce: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """
    Publishes days of one account.

    Attributes:
        store: The account's objects.
        run: The run that publishes: it owes the events of what it commits.
        state_of: Gives the state of another run's publish, see `event`.
        now: Present instant, UTC.
        accept_fall: Whether a day is published though its counters fell.
    """

    store: Storage
    run: EventOwed
    state_of: Callable[[EventOwed], TaskState]
    now: Callable[[], datetime]
    accept_fall: bool = False

    def publish(self, again: Callable[[], GatheredDay]) -> Published:
        """
        Publish a day, if nothing of it is missing.

        Args:
            again: Gathers the day: once more where another publisher came in between, pool or not.
        """
        for _ in range(_ATTEMPTS):
            day = again()
            published = self._publish(day)
            if published.manifest is None or not self._was_overtaken(day, published.manifest):
                break
        return published

    def _publish(self, day: GatheredDay) -> Published:
        standing = day.standing(now=self.now())
        if standing.status is None:
            stays = f"revision {day.before.revision} stays" if day.before else "it stays unpublished"
            return Published(DayOutcome.KEPT, day.before, f"{standing.lacks}, {stays}")
        content = content_of(day, self._snapshots(day), status=standing.status, accepted=day.acceptances(standing))
        if day.before and is_unmoved(content, day.before) and self._restore(day.before, content):
            return self._commit_look(day, content, day.before)
        rows_before = self._rows_of(day.before, day.tombstone) if day.before else None
        falls = fallen(*guarded_sums(rows_before or {}, content.tables))
        if day.before and falls and not self.accept_fall:
            said = "; ".join(map(str, falls))
            why = f"held for review: {said} since revision {day.before.revision}"
            return Published(DayOutcome.HELD, day.before, why)
        manifest = self._commit(day, content, rows_before)
        lacks = f", without what is missing: {standing.lacks}" if standing.lacks else ""
        why = f"revision {manifest.revision} with {len(manifest.campaigns)} campaigns{lacks}"
        return Published(_OF_STATUS[manifest.status], manifest, why, announce=manifest.is_complete)

    def _snapshots(self, day: GatheredDay) -> dict[str, Snapshot]:
        try:
            return self.store.read_snapshots(item.key for item in day.known.values())
        except FileNotFoundError as error:
            message = f"a stored answer of {day.day} is gone ({error}): fetch the campaign again, or purge it"
            raise ContractViolation(message) from None

    def _commit(self, day: GatheredDay, content: DayContent, rows_before: TableRows | None) -> Manifest:
        before, published_at = day.before, self.now()
        revision = before.revision + 1 if before else 1
        files = self.store.write_revision(day.day, revision, files_of(content.tables, revision=revision))
        moves = moves_between(rows_before, content.tables) if rows_before is not None else []
        changes = list(before.changes) if before else []
        if before and moves:
            moved = {CHANGES.name: changes_file(moves, content, before=before, published_at=published_at)}
            changes += self.store.write_revision(day.day, revision, moved).values()
        manifest = Manifest(
            partner_id=self.store.partner_id,
            day=day.day,
            timezone=day.timezone,
            status=content.status,
            revision=revision,
            published_at=published_at,
            run_id=self.run.run_id,
            sweep=day.sweep,
            looked_at=_looked_at(day),
            content=content.hash,
            files=files,
            changes=changes,
            campaigns=content.campaigns,
            totals=content.totals,
            checks=content.checks,
            unknown_fields=_unknown_fields(day, content),
            moved=figures_moved(moves),
            sentinel=sentinel_of(content, before, moves),
            event=self.run if content.status is DayStatus.COMPLETE else None,
        )
        self.store.write_manifest(manifest)
        write_copies(self.store, manifest, content)
        return manifest

    def _commit_look(self, day: GatheredDay, content: DayContent, before: Manifest) -> Published:
        """Nothing moved: commit that it was looked at, and see to an event and to copies that may be lost."""
        owed = event_of(before.event, me=self.run, state_of=self.state_of) if before.event else Event.SENT
        event = {Event.SEND: self.run, Event.SENT: None, Event.PENDING: before.event}[owed]
        noted = before.model_copy(
            update={
                "sweep": day.sweep,
                "looked_at": _looked_at(day),
                "campaigns": still_published(content, before),
                "sentinel": sentinel_of(content, before, []),
                "event": event,
            }
        )
        if noted != before:
            self.store.write_manifest(noted)
        write_copies(self.store, noted, content)
        why = f"nothing moved since revision {noted.revision}, {len(noted.campaigns)} campaigns"
        if noted.status is DayStatus.PARTIAL:
            return Published(DayOutcome.PARTIAL, noted, f"{why}; some are still missing")
        if owed is Event.SEND:
            why = f"revision {noted.revision}, whose event was owed"
            return Published(DayOutcome.PUBLISHED, noted, why, announce=True)
        return Published(DayOutcome.UNMOVED, noted, why)

    def _restore(self, before: Manifest, content: DayContent) -> bool:
        """Write lost files of the revision again; tells whether it has all the bytes that were published."""
        lost = [name for name, file in before.files.items() if self.store.read_file(file) is None]
        if not lost:
            return True
        instants = {campaign_id: campaign.fetched_at for campaign_id, campaign in before.campaigns.items()}
        files = files_of(content.stamped(instants), revision=before.revision)
        same = {name: sha256(files[name][0]).hexdigest() == before.files[name].sha256 for name in lost if name in files}
        if len(same) < len(lost) or not all(same.values()):
            return False
        for name in lost:
            self.store.write(before.files[name].key, files[name][0])
        return True

    def _rows_of(self, before: Manifest, tombstone: Tombstone | None) -> TableRows | None:
        """Read the rows of the revision before, but for purged ones; None if they are lost: who knows what moved."""
        rows: TableRows = {name: [] for name in TABLES}
        for name, file in before.files.items():
            data = self.store.read_file(file)
            if data is None:
                log.warning("%s: %s is lost, so what moved since cannot be told", before.day, file.key)
                return None
            found = from_parquet(data).to_pylist()
            rows[name] = [row for row in found if not (tombstone and tombstone.covers(row["campaign_id"]))]
        return rows

    def _was_overtaken(self, day: GatheredDay, manifest: Manifest) -> bool:
        """Whether another publisher committed this day, or another answer came in, while this one worked."""
        now = self.store.read_manifest(day.day)
        if now is None or (now.revision, now.content) != (manifest.revision, manifest.content):
            return True
        if day.look.mode is Mode.MISSING:
            return False
        newest = self.store.newest_snapshots(day.day)
        return any(newest.get(key, "") > known.key for key, known in day.known.items())


def _looked_at(day: GatheredDay) -> int:
    """
    Give the highest age at which the whole day was looked at.

    A look at some of the campaigns does not count as one at the day; nor does one that left answers from before a
    closing count as the look of that closing.
    """
    had = day.before.looked_at if day.before else 0
    answers = [known for key, known in day.known.items() if key in day.swept and key not in day.accepted]
    is_fresh = all(known.fetched_at >= day.look.since for known in answers)
    if not is_fresh and (day.look.only or day.look.mode is not Mode.CHANGED):
        return had
    closed = day.rules.closed_at(day.age)
    if closed and any(known.fetched_at < start_of_age(day.day, closed, day.timezone) for known in answers):
        return max(had, min(day.age, closed - 1))
    return max(had, day.age)


def _unknown_fields(day: GatheredDay, content: DayContent) -> dict[str, int]:
    """Count the undocumented fields of answers and list."""
    in_list = {f"list {path}": number for path, number in count_unknown_in_list(day.pages).items()}
    return count_unknown(campaign.detail for campaign in content.days if campaign.detail) | in_list
