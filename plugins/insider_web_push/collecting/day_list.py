"""Reads a day's list of campaigns page by page, compares it with its own total, and keeps it verbatim."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, date, datetime

from insider_web_push.answers.day_list import DayList, ListPage, day_list_of, pages_of, read_list_page
from insider_web_push.api.endpoints import ROWS_PER_PAGE
from insider_web_push.errors import ContractViolation, PagesDrifted, PlanTooLarge, ServiceUnavailable
from insider_web_push.hook import InsiderWebPushHook
from insider_web_push.lake.raw import StoredList, StoredPage
from insider_web_push.lake.storage import Storage
from insider_web_push.vocabulary import CallOutcome

log = logging.getLogger(__name__)

_WAIT_WITHIN_A_LIST_S = 600.0
_READINGS = 2
"""A list that changed while it was read is read once more; then something is wrong."""


@dataclass(slots=True, kw_only=True)
class ListCollector:
    """
    Reads lists of one account for one run.

    Attributes:
        store: The account's objects.
        hook: The account's API.
        timezone: The account's time zone, an IANA name.
        run_id: Noted in what is kept.
        max_calls: How many calls the run may spend; None is any number.
        sent: How many it has spent.
    """

    store: Storage
    hook: InsiderWebPushHook
    timezone: str
    run_id: str
    max_calls: int | None = None
    sent: int = 0

    def collect(self, day: date) -> tuple[str, int]:
        """
        Read a day's list, and keep it.

        Returns:
            The key of its object, and how many campaigns it has.

        Raises:
            PlanTooLarge: it alone takes more calls than are left; known after the first page.
            PagesDrifted: twice, there were not as many unique campaigns as stated.
            ContractViolation: a page breaks the documented shape; it is kept, and its place is in the message.
            InsiderError: as the hook.
        """
        for _ in range(_READINGS):
            swept_at = datetime.now(UTC)
            pages, found = self._read(day)
            if not found.has_drifted:
                return self._keep(day, pages, swept_at, CallOutcome.FETCHED), len(found.campaigns)
            log.warning(
                "%s: %d unique campaigns, but a total of %d: the list changed while it was read",
                day, len(found.campaigns), found.stated_total,
            )  # fmt: skip
        unique, total = len(found.campaigns), found.stated_total
        raise PagesDrifted(f"{day}: {unique} unique campaigns, but a total of {total}, {_READINGS} times")

    def _read(self, day: date) -> tuple[list[StoredPage], DayList]:
        """Read page by page up to the total that the first one states."""
        spent = self.sent
        kept: list[StoredPage] = []
        read: list[ListPage] = []
        pages = 1
        while len(kept) < pages:
            answer = self.hook.overall_metrics(day=day, page=len(kept) + 1, timezone=self.timezone)
            self.sent += 1
            # Starting over would cost the calls again, so a worker that has begun a list waits longer.
            self.hook.max_wait_s = _WAIT_WITHIN_A_LIST_S
            kept.append(StoredPage(request=answer.request, status=answer.status, body=answer.body))
            try:
                read.append(read_list_page(answer.body))
            except (ContractViolation, ServiceUnavailable) as refused:
                key = self._keep(day, kept, answer.fetched_at, CallOutcome.REJECTED)
                where = f"It is kept as {self.store.url(key)}"
                raise refused.at(f"list of {day}, page {len(kept)}", more=where) from refused
            if len(kept) == 1:
                pages = pages_of(read[0].total, per_page=ROWS_PER_PAGE)
                self._check_cost(day, spent + pages)
        return kept, day_list_of(read)

    def _check_cost(self, day: date, calls: int) -> None:
        if self.max_calls is not None and calls > self.max_calls:
            message = f"{day}: the list alone takes {calls} calls, more than max_calls = {self.max_calls}"
            raise PlanTooLarge(message)

    def _keep(self, day: date, pages: list[StoredPage], at: datetime, outcome: CallOutcome) -> str:
        return self.store.write_list(
            StoredList(
                run_id=self.run_id,
                partner_id=self.store.partner_id,
                day=day,
                outcome=outcome,
                swept_at=at,
                pages=pages,
            )
        )
