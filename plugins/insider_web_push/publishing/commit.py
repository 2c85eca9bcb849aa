"""
Commits a day: it writes the files, then the manifest, then the copies for SQL.

Whoever reads between any two writes finds the version before or the version after, also where the process was killed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256

from insider_web_push.answers.undocumented import count_unknown_in_list, count_unknown_in_rows
from insider_web_push.days.gathered_day import GatheredDay
from insider_web_push.days.looked_at import looked_at
from insider_web_push.days.looks import Mode
from insider_web_push.days.troubles import Trouble
from insider_web_push.days.verdict import causes_of
from insider_web_push.errors import Overtaken
from insider_web_push.lake.manifest import EventOwed, Manifest
from insider_web_push.lake.removal import scrub_changes
from insider_web_push.lake.storage import Storage
from insider_web_push.lake.tombstones import Tombstone
from insider_web_push.publishing.collector import arrow_gives_back, paused_collector
from insider_web_push.publishing.comparing import falls_since, moves_since
from insider_web_push.publishing.copies import write_copies
from insider_web_push.publishing.drafting import Draft, Drafter
from insider_web_push.publishing.event import Event
from insider_web_push.publishing.published import Published
from insider_web_push.publishing.revision import (
    DayContent,
    changes_file,
    files_of,
    is_unmoved,
    sentinel_of,
    still_published,
)
from insider_web_push.publishing.unmoved import made_by
from insider_web_push.tables.changes import figures_moved
from insider_web_push.tables.day_tables import each_row, stamped
from insider_web_push.tables.schemas import CHANGES, OLDEST_SCHEMA, SCHEMA_VERSION
from insider_web_push.vocabulary import DayOutcome, DayStatus

log = logging.getLogger(__name__)
_ATTEMPTS = 3
_OF_STATUS = {
    DayStatus.COMPLETE: DayOutcome.PUBLISHED,
    DayStatus.PARTIAL: DayOutcome.PARTIAL,
    DayStatus.TOTALS: DayOutcome.TOTALS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """
    Publishes days of one account.

    Attributes:
        store: The account's objects.
        run: The run that publishes: it owes the events of what it commits.
        event_of: Tells what becomes of the event that a manifest owes, see `event`.
        now: Present instant, UTC.
        accept_fall: Whether a day is published though its counters fell, or campaigns of it say less.
    """

    store: Storage
    run: EventOwed
    event_of: Callable[[Manifest], Event]
    now: Callable[[], datetime]
    accept_fall: bool = False

    @paused_collector()
    @arrow_gives_back()
    def publish(self, day: date, gather: Callable[[], GatheredDay | None]) -> Published | None:
        """
        Publish a day, if nothing of it is missing.

        Args:
            gather: Reads what is stored of the day: once more where another publisher came in between, pool or not.

        Returns:
            None if *gather* finds nothing to publish. Where it does so only later, the whole day was purged meanwhile.

        Raises:
            Overtaken: another publisher came in between each time.
        """
        published: Published | None = None
        for left in reversed(range(_ATTEMPTS)):
            made_from = self.store.manifest_version(day)
            gathered = gather()
            if gathered is None:
                if left == _ATTEMPTS - 1:
                    return None
                return Published(DayOutcome.PURGED, None, "it was purged while it was published", met_another=True)
            try:
                published = self._publish(gathered, made_from)
            except Overtaken:
                if not left:
                    raise
                log.info("%s: somebody else has committed it meanwhile, so that it is gathered again", day)
                continue
            published = replace(published, met_another=left < _ATTEMPTS - 1)
            answers = {} if gathered.look.mode is Mode.MISSING else {key: it.key for key, it in gathered.known.items()}
            del gathered  # which takes more than the names that are listed next
            if published.manifest is None or not self._was_overtaken(published.manifest, answers):
                break
        return published

    def _publish(self, day: GatheredDay, made_from: str | None) -> Published:
        standing, before = day.standing(now=self.now()), day.before
        if standing.status is None:
            stays = f"revision {before.revision} stays" if before else "it stays unpublished"
            outcome = DayOutcome.HELD if standing.quiet else DayOutcome.KEPT
            (cause, *_) = causes_of(standing)
            return replace(
                self._kept(outcome, before, f"{standing.lacks}, {stays}"),
                cause=None if cause is Trouble.MISSING else cause,
            )
        draft = self.drafter.draft(day, standing, status=standing.status)
        restored = self._restore(before, draft) if before and is_unmoved(draft.content, before) else None
        if before and restored is not None:
            left = self._without_purged(before, day.tombstone)
            return self._commit_look(day, draft, left, made_from, reason=standing.lacks, restored=restored)
        falls = falls_since(draft.rows_before, draft.content) if draft.rows_before else []
        if before and falls and not self.accept_fall:
            said = "; ".join(map(str, falls))
            return self._kept(DayOutcome.HELD, before, _joined(f"{said} since revision {before.revision}", draft.said))
        manifest = self._commit(day, draft, made_from, reason=standing.lacks)
        for campaign_id, lost in draft.accepted.items():
            log.warning("%s: campaign %s says less, which was accepted: %s", day.day, campaign_id, lost)
        lacks = f", without what is missing: {standing.lacks}" if standing.lacks else ""
        why = _joined(f"revision {manifest.revision} with {len(manifest.campaigns)} campaigns{lacks}", draft.said)
        return Published(_OF_STATUS[manifest.status], manifest, why, announce=manifest.is_complete, wrote=True)

    def _kept(self, outcome: DayOutcome, before: Manifest | None, why: str) -> Published:
        """Leave the version before, which this run may have committed in an earlier try, and owes the event of."""
        return Published(outcome, before, why, announce=before is not None and self.owes(before))

    def owes(self, manifest: Manifest) -> bool:
        """Whether an earlier try of this task committed a version, and its event is still to be sent."""
        return manifest.event == self.run and self.event_of(manifest) is Event.SEND

    @property
    def drafter(self) -> Drafter:
        """What makes drafts for this run."""
        return Drafter(store=self.store, run_id=self.run.run_id, accept_fall=self.accept_fall)

    def _commit(self, day: GatheredDay, draft: Draft, made_from: str | None, *, reason: str) -> Manifest:
        content, rows_before, published_at = draft.content, draft.rows_before, self.now()
        before = self._without_purged(day.before, day.tombstone) if day.before else None
        revision = before.revision + 1 if before else 1
        digest = content.hash  # before there are files: for a moment, it takes as much memory as they do
        made = files_of(content.tables, revision=revision)
        moves = moves_since(rows_before, content) if rows_before is not None else []
        if before and moves:
            made[CHANGES.name] = changes_file(moves, content, before=before, published_at=published_at)
        files = self.store.write_revision(day.day, revision, made)
        new = {file.key: made[name][0] for name, file in files.items()}
        moved = [files.pop(CHANGES.name)] if CHANGES.name in files else []
        manifest = Manifest(
            partner_id=self.store.partner_id,
            day=day.day,
            timezone=day.timezone,
            status=content.status,
            revision=revision,
            published_at=published_at,
            run_id=self.run.run_id,
            sweep=day.sweep,
            made_of=day.sweep,
            made_by=made_by(day),
            looked_at=looked_at(day),
            content=digest,
            files=files,
            changes=[*(before.changes if before else []), *moved],
            campaigns=content.campaigns,
            held=dict(draft.held),
            totals=content.totals,
            reason=reason,
            checks=content.checks,
            day_checks=dict(day.day_checks),
            account_totals=dict(day.account_totals),
            unknown_fields=_unknown_fields(day, content),
            moved=figures_moved(moves),
            sentinel=sentinel_of(content, before, moves),
            event=self.run if content.status is DayStatus.COMPLETE else None,
        )
        committed = self.store.swap_manifest(manifest, made_from=made_from)
        write_copies(self.store, committed, content, new=new)
        return committed

    def _without_purged(self, before: Manifest, tombstone: Tombstone | None) -> Manifest:
        """Scrub what earlier revisions changed: who commits a day without campaigns is the last to know of them."""
        if tombstone is None or not tombstone.covers_any(before.campaigns):
            return before
        return scrub_changes(self.store, before, tombstone)

    def _commit_look(
        self,
        day: GatheredDay,
        draft: Draft,
        before: Manifest,
        made_from: str | None,
        *,
        reason: str,
        restored: list[str],
    ) -> Published:
        """Nothing moved: commit that it was looked at, and see to an event and to copies that may be lost."""
        owed = self.event_of(before)
        event = {Event.SEND: self.run, Event.SENT: None, Event.PENDING: before.event}[owed]
        noted = before.model_copy(
            update={
                "sweep": day.sweep,
                "looked_at": looked_at(day),
                "campaigns": still_published(draft.content, before),
                "held": dict(draft.held),
                "reason": reason,
                "sentinel": sentinel_of(draft.content, before, []),
                "checks": draft.content.checks,
                "day_checks": dict(day.day_checks),
                "account_totals": dict(day.account_totals),
                "event": event,
            }
        )
        if noted != before:
            noted = self.store.swap_manifest(noted, made_from=made_from)
        restored = [*restored, *write_copies(self.store, noted, draft.content)]
        outcome, why = _looked(noted, draft, is_owed=owed is Event.SEND)
        said = f"restored {len(restored)} lost {'file' if len(restored) == 1 else 'files'}" if restored else ""
        return Published(outcome, noted, _joined(why, said), announce=owed is Event.SEND, wrote=bool(restored))

    def _restore(self, before: Manifest, draft: Draft) -> list[str] | None:
        """
        Write lost files of the revision again.

        Returns:
            The keys of those; None if it cannot be made again with the bytes that were published.
        """
        if draft.rows_before is not None:
            return []
        lost = [name for name, file in before.files.items() if self.store.read_file(file) is None]
        instants = {campaign_id: campaign.fetched_at for campaign_id, campaign in before.campaigns.items()}
        for version in range(SCHEMA_VERSION, OLDEST_SCHEMA - 1, -1):
            files = files_of(stamped(draft.content.tables, instants), revision=before.revision, version=version)
            made = {name: files[name][0] for name in lost if name in files}
            if len(made) == len(lost) and all(
                sha256(data).hexdigest() == before.files[name].sha256 for name, data in made.items()
            ):
                return [self.store.write(before.files[name].key, data) for name, data in made.items()]
        return None

    def _was_overtaken(self, manifest: Manifest, answers: Mapping[str, str]) -> bool:
        """Whether another publisher committed this day, or newer *answers* came in, while this one worked."""
        now = self.store.read_head(manifest.day)
        if now is None or (now.revision, now.content) != (manifest.revision, manifest.content):
            return True
        newest = self.store.newest_snapshots(manifest.day) if answers else {}
        return any(newest.get(campaign_id, "") > key for campaign_id, key in answers.items())


def _looked(noted: Manifest, draft: Draft, *, is_owed: bool) -> tuple[DayOutcome, str]:
    """Say what a look that moved nothing came to."""
    why = f"nothing moved since revision {noted.revision}, {len(noted.campaigns)} campaigns"
    if noted.status is DayStatus.PARTIAL:
        return DayOutcome.PARTIAL, _joined(why, noted.reason or "some are still missing", draft.said)
    if is_owed:
        return DayOutcome.PUBLISHED, _joined(f"revision {noted.revision}, whose event was owed", draft.said)
    if draft.held:
        return DayOutcome.HELD, f"{draft.held_said}; nothing else moved since revision {noted.revision}"
    return DayOutcome.UNMOVED, why


def _joined(*parts: str) -> str:
    return "; ".join(filter(None, parts))


def _unknown_fields(day: GatheredDay, content: DayContent) -> dict[str, int]:
    """Count the undocumented fields of answers and list."""
    in_list = {f"list {path}": number for path, number in count_unknown_in_list(day.pages).items()}
    return count_unknown_in_rows(row["extra"] for row in each_row(content.tables["campaign_day"], "extra")) | in_list
