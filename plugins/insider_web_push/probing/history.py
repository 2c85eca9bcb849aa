"""The earliest day that the API serves, found by halving a ladder of ages. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from insider_web_push.api.heard import Heard
from insider_web_push.errors import InvalidRequest
from insider_web_push.probing.asking import Questions, campaigns_in, in_words
from insider_web_push.probing.report import Finding, Verdict

AGES = (31, 93, 183, 365, 400, 731, 1096, 1827)
"""
Days before today: a month to five years.

Around one year they are close, since that is the retention which is documented for other channels.
"""
MOST_CALLS = 4
_ASSUMED = "a day that is too old is refused for good, by a 4xx; an empty list would be published as an empty day"


def earliest_day(questions: Questions, *, today: date) -> Finding:
    """Halve the ladder until a served age stands beside one that is not: one to four calls."""
    answers: dict[int, Heard] = {}

    def lacks_figures(age: int) -> bool:
        day = today - timedelta(days=age)
        answers[age] = questions.list_page(day, day)
        return all(campaign.totals.are_zero for campaign in campaigns_in(answers[age]))

    # The oldest first: where it is served, one call is enough.
    served = bisect_left(AGES[:-1], x=True, key=lacks_figures) if lacks_figures(AGES[-1]) else len(AGES)
    asked = f"overall-metrics of the days {', '.join(map(str, sorted(answers)))} days ago, the first page"
    found, verdict, do = _judged(AGES[:served], AGES[served:], answers, today)
    return Finding(topic="earliest day", asked=asked, found=found, assumed=_ASSUMED, verdict=verdict, do=do)


def _judged(
    served: Sequence[int], beyond: Sequence[int], answers: Mapping[int, Heard], today: date
) -> tuple[str, Verdict, str]:
    """Give what was found, the verdict, and what to do, by the ages that are served and those that are beyond."""
    if not beyond:
        return f"figures of {_ago(served[-1], today)} are there: it may go back further", Verdict.NOTED, ""
    older = answers[beyond[0]]
    none = f"none of {_ago(beyond[0], today)}: {in_words(older)}"
    if not served:
        return none, Verdict.UNKNOWN, ""
    do = f"backfill no day before {today - timedelta(days=served[-1])}, or look between the two first"
    found = f"figures of {_ago(served[-1], today)}; {none}"
    if isinstance(older.error, InvalidRequest):
        return found, Verdict.AS_ASSUMED, do
    if older.error:
        return found, Verdict.DIFFERS, f"{do}: what is refused so would be retried in vain"
    return found, Verdict.NOTED, f"{do}: older days would be published as empty"


def _ago(age: int, today: date) -> str:
    return f"{today - timedelta(days=age)} ({age} days ago)"
