"""Whether the campaigns of a day's list add up to the account's totals of top-metrics. Pure."""

from __future__ import annotations

from insider_web_push.answers.account_totals import USUAL_SHARE, disagreements, read_account_totals, sums_of
from insider_web_push.answers.day_list import ListPage, pages_of
from insider_web_push.answers.list_readings import campaigns_of
from insider_web_push.api.endpoints import ROWS_PER_PAGE
from insider_web_push.errors import TurnedAway, Unauthorized
from insider_web_push.probing.asking import Questions, in_words, page_in
from insider_web_push.probing.lists import ListEnds
from insider_web_push.probing.report import Finding, Verdict

MOST_MIDDLE_PAGES = 3
"""Pages between the first and the last that are read for it: a longer list is not worth a check's calls."""


def account_totals_finding(questions: Questions, listed: ListEnds) -> Finding:
    """Compare: one call, and one for each page of the list that was not read yet, up to three."""
    asked = f"top-metrics of {listed.day}, and the sum of its list"

    def finding(found: str, verdict: Verdict, do: str = "") -> Finding:
        return Finding(
            topic="account totals", asked=asked, found=found, assumed="the list's campaigns add up to top-metrics",
            verdict=verdict, do=do,
        )  # fmt: skip

    pages = _whole_list(questions, listed)
    try:
        heard = questions.account(listed.day)
    except (Unauthorized, TurnedAway) as refused:
        return finding(
            str(refused).removesuffix("."), Verdict.NOTED, "nothing: days are published without the comparison"
        )
    account = read_account_totals(heard.body) if heard.error is None else {}
    if not account:
        return finding(in_words(heard), Verdict.NOTED, "nothing: days are published without the comparison")
    if pages is None:
        return finding(f"{listed.extent} were read: too few to add up", Verdict.UNKNOWN)
    sums = sums_of(campaigns_of(pages))
    compared = sums.keys() & account.keys()
    apart = disagreements(sums, account, share=USUAL_SHARE)
    if apart:
        return finding(
            "; ".join(apart), Verdict.DIFFERS,
            "compare with the panel's totals of that day. If the list lacks something by the account's nature, set "
            "check_thresholds: {account_totals: 1}, else verify is red every day",
        )  # fmt: skip
    if not any(account[name] for name in compared):
        return finding(f"nothing to compare on {listed.day}", Verdict.UNKNOWN)
    return finding(f"{len(compared)} counters agree", Verdict.AS_ASSUMED)


def _whole_list(questions: Questions, listed: ListEnds) -> list[ListPage] | None:
    """Read the pages that are missing; None if there are too many, or one cannot be read."""
    number = pages_of(listed.total, per_page=ROWS_PER_PAGE)
    if listed.trouble or number > len(listed.pages) + MOST_MIDDLE_PAGES:
        return None
    middle = [page_in(questions.list_page(listed.day, listed.day, page=page)) for page in range(2, number)]
    found = [page for page in (*listed.pages, *middle) if isinstance(page, ListPage)]
    return found if len(found) == number else None
