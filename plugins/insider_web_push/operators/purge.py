"""purge: removes days, or campaigns of them, for good, and sees to it that they are not fetched again."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from insider_web_push.coverage.index import INCOMPLETE, DayEntry, unpublished_entry
from insider_web_push.coverage.keeping import entry_of, keep
from insider_web_push.dates import local_date, parse_day
from insider_web_push.days.days_to_look_at import days_asked
from insider_web_push.days.gathered_day import GatheredDay
from insider_web_push.days.handover import DayResult, DiscoveredDay
from insider_web_push.days.looks import Mode
from insider_web_push.errors import ContractViolation, IncompleteDay, InvalidRequest
from insider_web_push.lake.removal import (
    bury,
    forget_campaigns,
    has_traces,
    remove_answers,
    remove_day,
    remove_old_revisions,
    remove_reports,
    scrub_changes,
)
from insider_web_push.operators.base import this_task
from insider_web_push.operators.publish import AnnouncingOperator
from insider_web_push.publishing.commit import Published
from insider_web_push.vocabulary import DayOutcome

if TYPE_CHECKING:
    from airflow.sdk import Context


class PurgeOperator(AnnouncingOperator):
    """
    Purge a range of days, or some campaigns of it, as the run's form says.

    A day that is left without some campaigns is published anew, and announced. Give it the same
    pool of one slot as publish, so that the two never run at once.

    Raises:
        InvalidRequest: the form cannot be right; nothing was removed.
        IncompleteDay: a day cannot be published without the campaigns; its answers are still there.
        AirflowSkipException: it is done, and there is nothing to announce.
    """

    def execute(self, context: Context) -> list[DayResult]:
        """Purge; interrupted, it is finished by running it again."""
        form = context["params"]
        partner_id = self.store.partner_id
        if form.get("confirm") != partner_id:
            message = (
                f"confirm is {form.get('confirm')!r}: to remove data for good, write the partner id, {partner_id!r}"
            )
            raise InvalidRequest(message)
        first, last = (parse_day(str(form.get(name)), name=name) for name in ("first_day", "last_day"))
        campaigns = [str(campaign) for campaign in form.get("campaigns") or ()]
        results: list[DayResult] = []
        covered: dict[date, DayEntry] = {}
        for day in days_asked(first, last, today=local_date(datetime.now(UTC), self.timezone)):
            bury(self.store, day, campaigns, at=datetime.now(UTC), run_id=context["run_id"])
            published = self._purge_campaigns(context, day, campaigns) if campaigns else self._purge_day(day)
            covered |= self._entry(context, day, published, whole=not campaigns)
            results.append(self.describe(day, published))
        keep(self.store, covered)
        gone = forget_campaigns(self.store)
        self.log.info("%d campaigns are on no published day any more, and left the account's table", gone)
        return self.announce(context, results)

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
        has_them = before and tombstone and any(map(tombstone.covers, before.campaigns))
        if not has_them and not has_traces(self.store, day, campaigns):
            return published
        removed = remove_reports(self.store, day)
        if before and tombstone and has_them:
            self.store.write_manifest(scrub_changes(self.store, before, tombstone))
            publisher = self.publisher(context, accept_fall=True)
            published = publisher.publish(lambda: self._gathered(context, day, before.sweep))
            if published.outcome not in {DayOutcome.PUBLISHED, DayOutcome.UNMOVED, DayOutcome.PARTIAL}:
                message = f"{day}: {published.why}. Refresh the day, with accept_missing if need be; then purge again"
                raise IncompleteDay(message)
        # The answers last: as long as they are there, a purge that was interrupted knows that it is not finished.
        removed += remove_old_revisions(self.store, published.manifest) if published.manifest else 0
        removed += remove_answers(self.store, day, campaigns)
        self.log.info("%s: %d objects of %d campaigns removed or changed", day, removed, len(campaigns))
        return published

    def _gathered(self, context: Context, day: date, sweep: str) -> GatheredDay:
        work = DiscoveredDay(
            day=day.isoformat(), why="", mode=str(Mode.MISSING), depth="full", only=[], closing=False, rebuild=True,
            sweep=sweep, campaigns=0, calls=0, problem="",
        )  # fmt: skip
        gathered = self.gather(context, work)
        if gathered is None:
            message = f"{day} was purged as a whole meanwhile"
            raise ContractViolation(message)
        return gathered
