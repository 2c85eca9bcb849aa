"""purge: removes days, or campaigns of them, for good, and sees to it that they are not fetched again."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from airflow.sdk.exceptions import AirflowSkipException

from insider_web_push.coverage.index import INCOMPLETE, DayEntry, unpublished_entry
from insider_web_push.coverage.keeping import entry_of, keep
from insider_web_push.dates import local_date
from insider_web_push.days.form import OF_A_PURGE, PurgeAsked, purge_asked
from insider_web_push.days.gathered_day import GatheredDay
from insider_web_push.days.handover import DayResult, DiscoveredDay
from insider_web_push.days.looks import Mode
from insider_web_push.errors import ContractViolation, IncompleteDay
from insider_web_push.lake.removal import (
    bury,
    doomed,
    emptied_account_check,
    forget_campaigns,
    has_traces,
    remove_answers,
    remove_day,
    remove_old_revisions,
    remove_reports,
)
from insider_web_push.operators.base import this_task
from insider_web_push.operators.publish import AnnouncingOperator
from insider_web_push.publishing.published import Published
from insider_web_push.vocabulary import DayOutcome

if TYPE_CHECKING:
    from airflow.sdk import Context


class PurgeOperator(AnnouncingOperator):
    """
    Purge a range of days, or some campaigns of it, as the run's form says; or say what would go.

    A day that is left without some campaigns is published anew, and announced. Give it the same
    pool of one slot as publish, so that the two never run at once.

    Raises:
        InvalidRequest: the form cannot be right, or does not say what is to go; nothing was removed.
        IncompleteDay: a day cannot be published without the campaigns; its answers are still there.
        AirflowSkipException: it is done, and there is nothing to announce; or it was a dry run.
    """

    def execute(self, context: Context) -> list[DayResult]:
        """Purge; interrupted, it is finished by running it again."""
        today = local_date(datetime.now(UTC), self.timezone)
        asked = purge_asked(self.form(context, OF_A_PURGE), partner_id=self.store.partner_id, today=today)
        if asked.is_dry:
            raise AirflowSkipException(self._rehearse(asked))
        campaigns = asked.campaigns
        results: list[DayResult] = []
        covered: dict[date, DayEntry] = {}
        for day in asked.days:
            bury(self.store, day, campaigns, at=datetime.now(UTC), run_id=context["run_id"])
            published = self._purge_campaigns(context, day, campaigns) if campaigns else self._purge_day(day)
            covered |= self._entry(context, day, published, whole=not campaigns)
            results.append(self.describe(day, published))
        keep(self.store, covered)
        if (report := emptied_account_check(self.store)) is not None:
            self.store.write(self.store.at.account_check, report)
            self.log.info("The findings of the account's last check were removed; the next check makes them anew")
        gone = forget_campaigns(self.store, asked.days, campaigns)
        self.log.info("%d campaigns are on no published day any more, and left the account's table", gone)
        return self.announce(context, results)

    def _rehearse(self, asked: PurgeAsked) -> str:
        """Log what would go, folder by folder, and give the sum."""
        removed = rewritten = 0
        for day in asked.days:
            found = doomed(self.store, day, asked.campaigns)
            removed, rewritten = removed + len(found.removed), rewritten + len(found.rewritten)
            for folder, number in Counter(key.rpartition("/")[0] for key in found.removed).items():
                self.log.info("%s: would remove %d objects of %s", day, number, folder)
            for key in found.rewritten:
                self.log.info("%s: would write anew, without what is purged: %s", day, key)
        if emptied_account_check(self.store) is not None:
            rewritten += 1
            self.log.info("would write anew, without its findings: %s", self.store.at.account_check)
        what = f"{len(asked.campaigns)} campaigns of {len(asked.days)} days" if asked.campaigns else (
            f"{len(asked.days)} whole days"
        )  # fmt: skip
        return f"dry run: a purge of {what} would remove {removed} objects and change {rewritten}; nothing was changed"

    def _entry(self, context: Context, day: date, published: Published, *, whole: bool) -> dict[date, DayEntry]:
        """Say what the coverage page shows of the day; nothing where it was never there."""
        me, at = this_task(context), datetime.now(UTC)
        if whole or published.manifest:
            return {day: entry_of(published, run=me, at=at)}
        why = "campaigns of it were purged, and nothing of it is published"
        was_tried = self.store.newest_list(day) is not None
        return {day: unpublished_entry(INCOMPLETE, why=why, at=at, run=me)} if was_tried else {}

    def _purge_day(self, day: date) -> Published:
        removed = remove_day(self.store, day) + remove_reports(self.store, day)
        return Published(DayOutcome.PURGED, None, f"{removed} objects removed")

    def _purge_campaigns(self, context: Context, day: date, campaigns: list[str]) -> Published:
        before, tombstone = self.store.read_manifest(day), self.store.read_tombstone(day)
        published = Published(DayOutcome.PURGED, before, "it does not have them")
        has_them = before and tombstone and tombstone.covers_any(before.campaigns)
        if not has_them and not has_traces(self.store, day, campaigns):
            return published
        removed = remove_reports(self.store, day)
        if before and has_them:
            made_anew = self.publisher(context, accept_fall=True).publish(
                day, lambda: self._gathered(context, day, before.sweep)
            )
            if made_anew is None or made_anew.outcome is DayOutcome.PURGED:
                raise ContractViolation(f"{day} was purged as a whole meanwhile")
            published = made_anew
            if published.outcome not in {DayOutcome.PUBLISHED, DayOutcome.UNMOVED, DayOutcome.PARTIAL}:
                message = f"{day}: {published.why}. Refresh the day, with accept_missing if need be; then purge again"
                raise IncompleteDay(message)
        # The answers last: as long as they are there, a purge that was interrupted knows that it is not finished.
        removed += remove_old_revisions(self.store, published.manifest, before) if published.manifest else 0
        removed += remove_answers(self.store, day, campaigns)
        self.log.info("%s: %d objects of %d campaigns removed or changed", day, removed, len(campaigns))
        return published

    def _gathered(self, context: Context, day: date, sweep: str) -> GatheredDay | None:
        work = DiscoveredDay(
            day=day.isoformat(), why="", mode=str(Mode.MISSING), depth="full", only=[], closing=False, rebuild=True,
            sweep=sweep, campaigns=0, calls=0, problem="",
        )  # fmt: skip
        return self.gather(context, work)
