"""
Puts the pages of a day's list together: one reading of it, or several where it did not stand still. Pure.

A campaign that is added, deleted or sorted anew between two pages moves the others, so that one falls between the
pages. A reading shows that by totals that differ, by a page that is not full before the end, or by a campaign that
stands twice. An API that always has a campaign twice looks the same: a second reading tells.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, pairwise, takewhile

from insider_web_push.answers.day_list import COUNTERS, ListedCampaign, ListPage, RowWithoutId, pages_of
from insider_web_push.answers.printed_numbers import parse_plain_decimal
from insider_web_push.errors import first_of
from insider_web_push.vocabulary import DayCheck

_LONGEST_NAME = 60


@dataclass(frozen=True)
class ListReading:
    """
    The pages of a list, read one after the other.

    Attributes:
        per_page: How many rows a full page has.
    """

    pages: Sequence[ListPage]
    per_page: int

    @cached_property
    def rows(self) -> list[ListedCampaign]:
        """Its rows, in the order of the pages; a campaign may be among them twice."""
        return [row for page in self.pages for row in page.data]

    @cached_property
    def rows_without_id(self) -> list[tuple[int, RowWithoutId]]:
        """The rows that name no campaign, each with its position in the list, from 1."""
        before = 0
        found = []
        for page in self.pages:
            found += [(before + row.position, row) for row in page.rows_without_id]
            before += page.rows
        return found

    @property
    def stated_total(self) -> int:
        """How many rows the list has, by its last page."""
        return self.pages[-1].total

    @cached_property
    def twice(self) -> dict[str, int]:
        """How often a campaign stands there, of those that do more than once."""
        return {key: number for key, number in Counter(row.campaign_id for row in self.rows).items() if number > 1}

    @cached_property
    def overlaps(self) -> set[str]:
        """Campaigns that are on two pages of which the second begins with one of the first: pages that overlap."""
        found: set[str] = set()
        for page, following in pairwise(self.pages):
            shown = {row.campaign_id for row in page.data}
            found |= set(takewhile(shown.__contains__, (row.campaign_id for row in following.data)))
        return found

    @cached_property
    def adds_up(self) -> bool:
        """Whether all pages state one total, and have as many rows as that says."""
        total = self.stated_total
        number = pages_of(total, per_page=self.per_page)
        due = [self.per_page] * (number - 1) + [total - self.per_page * (number - 1)]
        return all(page.total == total for page in self.pages) and [page.rows for page in self.pages] == due

    @property
    def said(self) -> str:
        """Say which totals it stated, and how many rows it had."""
        totals = sorted({page.total for page in self.pages})
        stated = f"{totals[0]}" if len(totals) == 1 else f"{totals[0]} to {totals[-1]}"
        return f"a total of {stated} and {sum(page.rows for page in self.pages)} rows"


@dataclass(frozen=True, slots=True)
class DayList:
    """
    A day's campaigns.

    Attributes:
        campaigns: Each once, in the order of the list.
        stated_total: How many rows the API says there are, by the last page that was read.
        lost: How many of these rows no reading has: campaigns may be missing.
        day_checks: What is wrong with the list, a sentence each, by the name of a `DayCheck`.
    """

    campaigns: list[ListedCampaign]
    stated_total: int
    lost: int = 0
    day_checks: dict[str, list[str]] = field(default_factory=dict)


def campaigns_of(pages: Iterable[ListPage]) -> list[ListedCampaign]:
    """
    Give the campaigns of some pages, each once.

    Of one that stands twice, the row with the higher counters counts: zeros beside figures are the lesser knowledge.
    """
    found: dict[str, ListedCampaign] = {}
    for row in chain.from_iterable(page.data for page in pages):
        was = found.get(row.campaign_id)
        found[row.campaign_id] = row if was is None or _weight(row) >= _weight(was) else was
    return list(found.values())


def settled(readings: Sequence[ListReading]) -> ListReading | None:
    """
    Give the newest reading, if it can be believed; None means: read again.

    It can be if it adds up and has no campaign twice, or the very same ones twice as the reading before, which added
    up as well: then that is the API's way. Where a page begins with the end of the one before it, something else may
    have been left out for it.
    """
    newest = readings[-1]
    if newest.adds_up and not newest.twice:
        return newest
    before = readings[-2] if len(readings) > 1 else None
    if newest.adds_up and not newest.overlaps and before and before.adds_up and before.twice == newest.twice:
        return newest
    return None


def day_list_of(readings: Sequence[ListReading]) -> DayList:
    """Make a day's list of one reading or several: of the newest, or of all together where none can be believed."""
    newest = settled(readings)
    if newest is not None:
        checks = {DayCheck.LISTED_TWICE: _disagreeing(newest), DayCheck.ROW_WITHOUT_ID: _nameless(newest)}
        return DayList(campaigns_of(newest.pages), newest.stated_total, day_checks=_given(checks))
    newest, fullest = readings[-1], max(readings, key=lambda reading: len(reading.rows_without_id))
    together = {row.campaign_id: row for reading in readings for row in campaigns_of(reading.pages)}
    # Rows are stated, not campaigns: one that stands twice in every reading is one row more.
    twins = {key: min(reading.twice.get(key, 1) for reading in readings) - 1 for key in newest.twice}
    found = len(together) + len(fullest.rows_without_id) + sum(twins.values())
    doubtful = sum(number for key, number in twins.items() if key in newest.overlaps)
    checks = {
        DayCheck.LIST_UNSTEADY: [_unsteady(readings, len(together), found - doubtful)],
        DayCheck.LISTED_TWICE: _disagreeing(newest),
        DayCheck.ROW_WITHOUT_ID: _nameless(fullest),
    }
    lost = max(0, newest.stated_total - found)
    return DayList(list(together.values()), newest.stated_total, lost=lost, day_checks=_given(checks))


def drift_in_words(readings: Sequence[ListReading]) -> str:
    """Say what is wrong with a list whose readings together have fewer campaigns than it states."""
    unique = len({row.campaign_id for reading in readings for row in reading.rows})
    twice = readings[-1].twice
    said = f"{unique} unique campaigns in {len(readings)} readings, but a total of {readings[-1].stated_total}"
    said += f" ({'; '.join(reading.said for reading in readings)})"
    return f"{said}; listed twice: {first_of(twice)}" if twice else said


def _unsteady(readings: Sequence[ListReading], unique: int, found: int) -> str:
    times = f"each of the {len(readings)} times that it was read" if len(readings) > 1 else "while it was read"
    most = max(page.total for reading in readings for page in reading.pages)
    missing = f"; up to {most - found} may be missing" if most > found else ""
    each = "; ".join(reading.said for reading in readings)
    return f"the list changed {times} ({each}): the day has the {unique} campaigns of all readings{missing}"


def _disagreeing(reading: ListReading) -> list[str]:
    found = []
    for key in reading.twice:
        all_totals = [row.totals for row in reading.rows if row.campaign_id == key]
        if any(totals != all_totals[0] for totals in all_totals):
            sent = " and ".join("no readable number" if t.sent is None else f"{t.sent:,}" for t in all_totals)
            found.append(
                f"campaign {key} stands there {len(all_totals)} times, with {sent} sent: the higher one counts"
            )
    return found


def _nameless(reading: ListReading) -> list[str]:
    return [
        f"row {at} of the list, {row.name[:_LONGEST_NAME]!r}, id {row.id[:_LONGEST_NAME] or 'unknown'}, has no "
        "campaign's id (builderId): it is left out"
        for at, row in reading.rows_without_id
    ]


def _given(checks: dict[DayCheck, list[str]]) -> dict[str, list[str]]:
    return {str(check): said for check, said in checks.items() if said}


def _weight(row: ListedCampaign) -> tuple[object, ...]:
    """Rank rows of one campaign by their figures, the same whatever their order; an unreadable one is below zero."""
    counts = [-1 if count is None else count for count in (getattr(row.totals, name) for name in COUNTERS)]
    return sum(counts), counts, parse_plain_decimal(row.totals.revenue) or 0
