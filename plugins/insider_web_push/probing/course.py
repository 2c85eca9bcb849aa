"""
All probes of one account, in the order that does least harm. Pure: whoever asks brings the function.

What is harmless and says most comes first; refusals come last, in case the API takes them for an attack.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from insider_web_push.answers.day_list import Totals
from insider_web_push.answers.list_readings import campaigns_of
from insider_web_push.api.heard import Heard
from insider_web_push.errors import (
    BudgetUnavailable,
    BudgetWait,
    InsiderError,
    RetryableError,
    Throttled,
    TurnedAway,
    Unauthorized,
)
from insider_web_push.probing.asking import Ask, Configured, Questions, campaigns_in
from insider_web_push.probing.history import earliest_day
from insider_web_push.probing.lists import ListEnds, list_findings, read_list
from insider_web_push.probing.refusals import UNKNOWN_CAMPAIGN, refusal_findings
from insider_web_push.probing.report import Finding, Verdict
from insider_web_push.probing.totals import account_totals_finding
from insider_web_push.probing.transfer import transfer_findings
from insider_web_push.probing.windows import DAYS, campaign_of_several_days, window_findings

MOST_CALLS = 27
"""
How many calls a check makes if it needs two days' lists, the second of five pages, and asks every comparison twice; a
minute allows 30.
"""
_SETTLED_AGE, _RECENT_AGE = 14, 1
"""Days before today: a day whose delivery has closed, and yesterday, for an account that is new."""
_SHORTEST_NAME = 4
"""Characters; what is shorter is a word like another, and would be taken out of plain sentences."""
_STOPS = (Unauthorized, TurnedAway, Throttled, BudgetWait, BudgetUnavailable)
"""After one of these no other question is answered either."""


def findings_of(ask: Ask, configured: Configured) -> tuple[list[Finding], int]:
    """
    Probe an account.

    Args:
        ask: Sends one question under the budget; raises if nothing was sent.

    Returns:
        The findings, which name no campaign, and how many calls they took.

    Raises:
        InsiderError: the first question was not answered: nothing can be said of the account.
    """
    answers: list[Heard] = []
    about: set[str] = set()
    findings: list[Finding] = []

    def counted(endpoint: str, body: dict[str, str]) -> Heard:
        about.add(body.get("campaign_id", UNKNOWN_CAMPAIGN))
        heard = ask(endpoint, body)
        answers.append(heard)
        if isinstance(heard.error, _STOPS) or (len(answers) == 1 and isinstance(heard.error, RetryableError)):
            raise heard.error
        return heard

    try:
        findings.extend(_asked(Questions(counted, configured.partner_id), configured))
    except (*_STOPS, RetryableError) as stop:
        if all(heard.error for heard in answers):
            raise
        findings.append(_stopped(stop))
    findings.extend(transfer_findings(answers, configured))
    return list(_nameless(findings, answers, about - {UNKNOWN_CAMPAIGN})), len(answers)


def _nameless(findings: Iterable[Finding], answers: Iterable[Heard], about: set[str]) -> Iterator[Finding]:
    """
    Take the campaigns that were asked about out of the API's own words, which may repeat an id or a name.

    The report is kept beside the days, and no purge of a day could tell whom it names.
    """
    called = {row.name for heard in answers for row in campaigns_in(heard) if row.campaign_id in about}
    names = sorted((name for name in called if len(name) >= _SHORTEST_NAME), key=len, reverse=True)
    named = re.compile("|".join(rf"(?<!\w){re.escape(text)}(?!\w)" for text in (*about, *names)) or "(?!)")
    for finding in findings:
        yield finding.model_copy(update={"found": named.sub("the campaign", finding.found)})


def _asked(questions: Questions, configured: Configured) -> Iterator[Finding]:
    listed = _busy_day(questions, configured.today)
    totals = {campaign.campaign_id: campaign.totals for campaign in campaigns_of(listed.pages)}
    busiest = campaign_of_several_days(totals, _totals_of_range(questions, listed.day)) if totals else None
    if busiest:
        yield from window_findings(
            questions,
            campaign_id=busiest,
            last=listed.day,
            listed=totals[busiest],
            timezone=configured.timezone,
            numbers=configured.numbers,
        )
    else:
        yield _nothing_sent(listed)
    yield from list_findings(questions, listed)
    yield account_totals_finding(questions, listed)
    yield earliest_day(questions, today=configured.today)
    yield from refusal_findings(questions, day=listed.day, campaign_id=busiest or next(iter(totals), None))


def _busy_day(questions: Questions, today: date) -> ListEnds:
    """Read the list of a day whose figures have settled; of yesterday, if that day has none."""
    settled = read_list(questions, today - timedelta(days=_SETTLED_AGE))
    if any(campaign.totals.sent for campaign in campaigns_of(settled.pages)):
        return settled
    return read_list(questions, today - timedelta(days=_RECENT_AGE))


def _totals_of_range(questions: Questions, last: date) -> dict[str, Totals]:
    heard = questions.list_page(last - timedelta(days=DAYS - 1), last)
    return {campaign.campaign_id: campaign.totals for campaign in campaigns_in(heard)}


def _nothing_sent(listed: ListEnds) -> Finding:
    return Finding(
        topic="windows",
        asked=f"overall-metrics of {listed.day}",
        found=listed.trouble or f"no campaign with messages among {listed.extent}",
        assumed="days add up to a range, list and detail agree, days are the account's",
        verdict=Verdict.UNKNOWN,
        do="check again when campaigns have sent messages",
    )


def _stopped(stop: InsiderError) -> Finding:
    refused = isinstance(stop, Unauthorized | Throttled)
    return Finding(
        topic="the rest",
        asked="what would have come after",
        found=f"{type(stop).__name__}: {stop}",
        assumed="a key that answers once answers until its limit is used up",
        verdict=Verdict.DIFFERS if refused else Verdict.UNKNOWN,
        do="mend that, and check again",
    )
