"""What overall-metrics does: page sizes, totals, and which campaigns a day's list has. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from insider_web_push.answers.day_list import ListedCampaign, ListPage, pages_of
from insider_web_push.answers.list_readings import campaigns_of
from insider_web_push.api.endpoints import ROWS_PER_PAGE
from insider_web_push.probing.asking import Questions, in_words, page_in
from insider_web_push.probing.report import Finding, Verdict

LARGER_PAGES = (50, 100)
BEFORE_ANY_CAMPAIGN = date(2010, 1, 1)
"""A day years before browsers had web push."""
_MOST_STATUSES, _LONGEST_STATUS = 6, 30


@dataclass(frozen=True, slots=True)
class ListEnds:
    """
    What is known of a day's list.

    Attributes:
        pages: The first page, and the last one if there are several; less what could not be read.
        trouble: Why a page could not be read; empty if they could.
    """

    day: date
    pages: Sequence[ListPage]
    trouble: str = ""

    @property
    def rows(self) -> list[ListedCampaign]:
        """The rows of those pages, in their order."""
        return [row for page in self.pages for row in page.data]

    @property
    def total(self) -> int:
        """How many campaigns the API says there are."""
        return self.pages[0].total if self.pages else 0

    @property
    def extent(self) -> str:
        """Say how much of it was seen."""
        return f"{len(self.rows)} of {self.total} campaigns of {self.day}"


def read_list(questions: Questions, day: date) -> ListEnds:
    """Read a day's first page and its last: one or two calls."""
    first = page_in(questions.list_page(day, day))
    if not isinstance(first, ListPage):
        return ListEnds(day, [], str(first))
    pages = pages_of(first.total, per_page=ROWS_PER_PAGE)
    if pages == 1:
        return ListEnds(day, [first])
    last = page_in(questions.list_page(day, day, page=pages))
    return ListEnds(day, [first, last]) if isinstance(last, ListPage) else ListEnds(day, [first], str(last))


def list_findings(questions: Questions, listed: ListEnds) -> Iterator[Finding]:
    """Judge the list of a day: four calls."""
    yield _pages_add_up(listed)
    yield _larger_pages(questions, listed)
    yield _page_after_the_last(questions, listed)
    yield _which_campaigns(questions, listed)


def _pages_add_up(listed: ListEnds) -> Finding:
    asked = f"overall-metrics of {listed.day}, {ROWS_PER_PAGE} a page: the first page, and the last"
    assumed = f"{ROWS_PER_PAGE} rows a page, and as many campaigns as `total` says, each once"

    def finding(found: str, verdict: Verdict, do: str = "") -> Finding:
        return Finding(topic="pages of the list", asked=asked, found=found, assumed=assumed, verdict=verdict, do=do)

    if listed.trouble:
        return finding(listed.trouble, Verdict.DIFFERS, "report it: no day can be listed")
    if not listed.total:
        return finding(f"no campaign is listed for {listed.day}", Verdict.UNKNOWN)
    pages = pages_of(listed.total, per_page=ROWS_PER_PAGE)
    due = [min(ROWS_PER_PAGE, listed.total), listed.total - ROWS_PER_PAGE * (pages - 1)][: len(listed.pages)]
    got = [page.rows for page in listed.pages]
    twice = len(listed.rows) - len(campaigns_of(listed.pages))
    if got == due and not twice:
        return finding(f"total {listed.total}, {' and '.join(map(str, got))} rows", Verdict.AS_ASSUMED)
    found = f"total {listed.total}, {' and '.join(map(str, got))} rows instead of {' and '.join(map(str, due))}"
    found += f", {twice} campaigns twice" if twice else ""
    if got == due:
        return finding(found, Verdict.NOTED, "nothing: a campaign that always stands twice counts once")
    return finding(found, Verdict.DIFFERS, "report it: discover will fail with PagesDrifted")


def _larger_pages(questions: Questions, listed: ListEnds) -> Finding:
    sizes = " and ".join(map(str, LARGER_PAGES))
    answers = {size: questions.list_page(listed.day, listed.day, per_page=size) for size in LARGER_PAGES}
    found = "; ".join(f"{size}: {in_words(heard)}" for size, heard in answers.items())
    pages = {size: page_in(heard) for size, heard in answers.items()}
    most = max((len(page.data) for page in pages.values() if isinstance(page, ListPage)), default=0)
    accepted = any(isinstance(page, ListPage) for page in pages.values())
    if most > ROWS_PER_PAGE:
        calls, now = (pages_of(listed.total, per_page=size) for size in (most, ROWS_PER_PAGE))
        verdict, do = Verdict.NOTED, f"report it: the list would take {calls} instead of {now} calls"
    elif accepted and listed.total <= ROWS_PER_PAGE:
        verdict, do = Verdict.UNKNOWN, ""
        found += f" (with more than {ROWS_PER_PAGE} campaigns one would see whether it gives more)"
    else:
        verdict, do = Verdict.AS_ASSUMED, ""
    return Finding(
        topic="page size", asked=f"the same with per_page {sizes}", found=found,
        assumed=f"at most {ROWS_PER_PAGE} rows a call", verdict=verdict, do=do,
    )  # fmt: skip


def _page_after_the_last(questions: Questions, listed: ListEnds) -> Finding:
    page = pages_of(listed.total, per_page=ROWS_PER_PAGE) + 1
    heard = questions.list_page(listed.day, listed.day, page=page)
    answer = page_in(heard)
    repeats = isinstance(answer, ListPage) and bool(answer.data)
    return Finding(
        topic="page out of range",
        asked=f"page {page} of {page - 1}",
        found=in_words(heard),
        assumed="never asked for: `total` says where the list ends",
        verdict=Verdict.NOTED if repeats else Verdict.AS_ASSUMED,
        do="report it: a page after the last one has rows" if repeats else "",
    )


def _which_campaigns(questions: Questions, listed: ListEnds) -> Finding:
    heard = questions.list_page(BEFORE_ANY_CAMPAIGN, BEFORE_ANY_CAMPAIGN)
    old = page_in(heard)
    before = old.total if isinstance(old, ListPage) else None
    quiet = sum(campaign.totals.are_zero for campaign in campaigns_of(listed.pages))
    found = f"{quiet} without figures; {_statuses(listed.rows)}; on {BEFORE_ANY_CAMPAIGN}: {in_words(heard)}"
    do = ""
    if not listed.rows:
        verdict, which = Verdict.UNKNOWN, "no campaign was listed"
    elif before is None and quiet:
        verdict, which = Verdict.UNKNOWN, "all campaigns, or those that existed by the day"
    elif before:
        verdict, which = Verdict.NOTED, "all campaigns, whatever the day"
        do = f"count on {pages_of(listed.total, per_page=ROWS_PER_PAGE)} calls for the list of every day"
    elif quiet:
        verdict, which = Verdict.AS_ASSUMED, "campaigns that existed by the day, with or without figures"
    else:
        verdict, which = Verdict.NOTED, "only campaigns with figures, as far as was seen"
        do = "nothing; a campaign that loses its last figure leaves the list, and is kept as listed = false"
    return Finding(
        topic="which campaigns",
        asked=f"figures and statuses of {listed.extent}, and the list of {BEFORE_ANY_CAMPAIGN}",
        found=f"{which}: {found}",
        assumed="any of: all campaigns, those that existed by the day, those with figures",
        verdict=verdict,
        do=do,
    )


def _statuses(rows: Sequence[ListedCampaign]) -> str:
    counted = Counter((row.status or row.status_name or "no status")[:_LONGEST_STATUS] for row in rows)
    return ", ".join(f"{number} {status}" for status, number in counted.most_common(_MOST_STATUSES)) or "no rows"
