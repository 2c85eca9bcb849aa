"""Reads a day's list of campaigns page by page, compares it with its own total, and keeps it verbatim."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial

from insider_web_push.answers.day_list import ListPage, pages_of, read_list_page
from insider_web_push.answers.list_readings import ListReading, day_list_of, drift_in_words, settled
from insider_web_push.api.endpoints import ROWS_PER_PAGE
from insider_web_push.collecting.keeping import keep_list, where_kept
from insider_web_push.collecting.once_more import judged
from insider_web_push.days.cost import ACCOUNT_TOTALS_CALLS
from insider_web_push.days.list_bound import ALWAYS_BELIEVED, days_near, list_bound
from insider_web_push.errors import (
    BudgetUnavailable,
    BudgetWait,
    InsiderError,
    ListTooLong,
    PagesDrifted,
    PlanTooLarge,
    ServiceUnavailable,
)
from insider_web_push.hook import GIVE_BACK_WORKER_AFTER_S, Answer, InsiderWebPushHook
from insider_web_push.lake.keys import instant_after, read_raw_key
from insider_web_push.lake.raw import StoredList, StoredPage
from insider_web_push.lake.storage import Storage
from insider_web_push.vocabulary import CallOutcome

log = logging.getLogger(__name__)

_WAIT_WITHIN_A_LIST_S = 600.0
_READINGS = 3
"""How often a list is read that changes while it is read, before all readings are taken together."""


@dataclass(slots=True, kw_only=True)
class ListCollector:
    """
    Reads lists of one account for one run.

    Attributes:
        store: The account's objects.
        hook: The account's API.
        timezone: The account's time zone, an IANA name.
        run_id: Noted in what is kept.
        max_calls: How many calls the run may spend; None if nobody said.
        most_calls: How many calls may go without approval; None is any number.
        sent: How many it has spent.
    """

    store: Storage
    hook: InsiderWebPushHook
    timezone: str
    run_id: str
    max_calls: int | None = None
    most_calls: int | None = None
    sent: int = 0

    def collect(self, day: date) -> tuple[str | None, int]:
        """
        Read a day's list, and keep it.

        Returns:
            The key of its object, or None where the whole day was purged meanwhile; and how many campaigns it has.

        Raises:
            PlanTooLarge: it alone takes more calls than are left; known after the first page.
            ListTooLong: it states more campaigns than can be believed, and nobody said how many calls may be spent;
                the first page is kept.
            PagesDrifted: it changed each time it was read, and all readings together lack campaigns that it states.
            ContractViolation: a page breaks the documented shape; it is kept, and its place is in the message.
            InsiderError: as the hook.
        """
        stored: list[StoredPage] = []
        readings: list[ListReading] = []
        while len(readings) < _READINGS and not (readings and settled(readings)):
            if readings:
                log.warning("%s: %s: the list is read again", day, drift_in_words(readings[-1:]))
            swept_at = self._later_than_stored(day)
            readings.append(ListReading(self._read(day, stored), ROWS_PER_PAGE))
        newest = settled(readings)
        if newest and not newest.twice:
            readings, stored = [newest], stored[-len(newest.pages) :]
        found = day_list_of(readings)
        if found.lost:
            raise PagesDrifted(drift_in_words(readings))
        for name, sentences in found.day_checks.items():
            log.warning("%s: %s: %s", day, name, "; ".join(sentences))
        key = self._keep(day, stored, swept_at, CallOutcome.FETCHED, top_metrics=self._top_metrics(day))
        return key, len(found.campaigns)

    def _later_than_stored(self, day: date) -> datetime:
        """Give the present instant, or one after what is stored of the day, where another worker's clock was ahead."""
        keys = [self.store.newest_list(day), *self.store.newest_snapshots(day).values()]
        stored = max((named.at for key in keys if key and (named := read_raw_key(key))), default=None)
        now = datetime.now(UTC)
        return now if stored is None else max(now, instant_after(stored))

    def _read(self, day: date, stored: list[StoredPage]) -> list[ListPage]:
        """
        Read page by page up to the total that the first one states; adds what came to *stored*.

        A page that is empty, or that says the same as the one before it, is the last one, whatever the total is.
        """
        read: list[ListPage] = []
        pages = 1
        while len(read) < pages:
            place = f"list of {day}, page {len(read) + 1}"
            ask = partial(self._page, day, len(read) + 1, pages)
            found = judged(ask, read_list_page, what=place)
            stored.append(_as_stored(found.answer))
            if not isinstance(found.said, ListPage):
                key = self._keep(day, stored, found.answer.fetched_at, CallOutcome.REJECTED)
                raise found.said.at(place, more=where_kept(self.store, key)) from found.said
            read.append(found.said)
            if len(read) == 1:
                pages = pages_of(read[0].total, per_page=ROWS_PER_PAGE)
                self._check_length(day, stored, read[0].total, found.answer.fetched_at)
            elif not read[-1].rows or _rows(read[-1]) == _rows(read[-2]):
                which = "repeats the one before" if read[-1].rows else "is empty"
                log.warning("%s %s: the list ends there, though its total is %d", place, which, read[0].total)
                break
        return read

    def _page(self, day: date, page: int, pages: int) -> Answer:
        """Ask for one page, of so many as far as is known."""
        self._check_cost(day, self.sent + pages - page + 1)
        try:
            answer = self.hook.overall_metrics(day=day, page=page, timezone=self.timezone)
        except ServiceUnavailable:
            self.sent += 1
            raise
        self.sent += 1
        # Starting over would cost the calls again, so a worker that has begun a list waits longer.
        self.hook.max_wait_s = _WAIT_WITHIN_A_LIST_S
        return answer

    def _top_metrics(self, day: date) -> StoredPage | None:
        """Ask for the account's totals, once: a day's list is as good without them."""
        if self.max_calls is not None and self.sent >= self.max_calls:
            return None
        waits_s, self.hook.max_wait_s = self.hook.max_wait_s, GIVE_BACK_WORKER_AFTER_S
        try:
            answer = self.hook.top_metrics(day=day, timezone=self.timezone)
        except (BudgetWait, BudgetUnavailable) as unsent:
            log.warning("%s: the account's totals were not asked for: %s", day, unsent)
            return None
        except InsiderError as error:
            self.sent += 1
            log.warning("%s: there are no totals of the account to compare the list with: %s", day, error)
            return None
        finally:
            self.hook.max_wait_s = waits_s
        self.sent += 1
        return _as_stored(answer)

    def _check_length(self, day: date, stored: list[StoredPage], total: int, at: datetime) -> None:
        """Refuse to follow a total that cannot be, unless somebody said how many calls the run may spend."""
        if self.max_calls is not None or total <= ALWAYS_BELIEVED:
            return
        bound = list_bound(days_near(self.store, day), most_calls=self.most_calls)
        if total <= bound.campaigns:
            return
        key = self._keep(day, stored, at, CallOutcome.REJECTED)
        calls = pages_of(total, per_page=ROWS_PER_PAGE) + ACCOUNT_TOTALS_CALLS
        message = (
            f"the list states {total} campaigns, more than {bound.campaigns}, {bound.why}: it was not read. It would "
            f"take a run with max_calls of at least {calls}"
        )
        raise ListTooLong(message, path="$.total").at(f"list of {day}", more=where_kept(self.store, key))

    def _check_cost(self, day: date, calls: int) -> None:
        if self.max_calls is not None and calls > self.max_calls:
            message = f"{day}: the list alone takes {calls} calls, more than max_calls = {self.max_calls}"
            raise PlanTooLarge(message)

    def _keep(
        self,
        day: date,
        pages: list[StoredPage],
        at: datetime,
        outcome: CallOutcome,
        *,
        top_metrics: StoredPage | None = None,
    ) -> str | None:
        return keep_list(
            self.store,
            StoredList(
                run_id=self.run_id,
                partner_id=self.store.partner_id,
                day=day,
                outcome=outcome,
                swept_at=at,
                pages=pages,
                top_metrics=top_metrics,
            ),
        )


def _rows(page: ListPage) -> list[object]:
    """Give what a page is told by: its rows in their order."""
    return [*(row.campaign_id for row in page.data), *page.rows_without_id]


def _as_stored(answer: Answer) -> StoredPage:
    return StoredPage(request=answer.request, status=answer.status, body=answer.body)
