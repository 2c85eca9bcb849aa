"""What a stored list says of a day as a whole: its campaigns, and what is odd about it. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from insider_web_push.answers.account_totals import disagreements, sums_of
from insider_web_push.answers.day_list import read_list_page
from insider_web_push.answers.list_readings import DayList, ListReading
from insider_web_push.api.endpoints import ROWS_PER_PAGE
from insider_web_push.days.rules import Rules
from insider_web_push.lake.raw import StoredList
from insider_web_push.lake.tombstones import Tombstone
from insider_web_push.vocabulary import DayCheck


def readings_in(stored: StoredList) -> list[ListReading]:
    """Read the pages of a stored list, by the readings that it was put together from."""
    return [ListReading([read_list_page(page.body) for page in reading], ROWS_PER_PAGE) for reading in stored.readings]


def is_cut(stored: StoredList, tombstone: Tombstone | None) -> bool:
    """Whether rows were taken out of a stored list by a purge: it looks as if it had changed while it was read."""
    # Purges of older versions do not mark the lists that they change.
    return stored.cut or (tombstone is not None and stored.swept_at <= tombstone.purged_at)


def day_checks_of(
    listed: DayList, account_totals: Mapping[str, int], rules: Rules, *, is_cut: bool
) -> dict[str, list[str]]:
    """Tell what is wrong with a day as a whole, a sentence each, by the name of a `DayCheck`."""
    if is_cut:
        return {}
    share = rules.threshold(DayCheck.ACCOUNT_TOTALS)
    apart = disagreements(sums_of(listed.campaigns), account_totals, share=share)
    return listed.day_checks | ({str(DayCheck.ACCOUNT_TOTALS): apart} if apart else {})
