"""
How the API refuses what cannot be answered. Pure.

A wrong key is never tried: nothing documents how many of them lock an account, or an address, out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from insider_web_push.api.heard import Heard
from insider_web_push.errors import CampaignNotFound, InsiderError, InvalidRequest
from insider_web_push.probing.asking import Questions, in_words
from insider_web_push.probing.lists import BEFORE_ANY_CAMPAIGN
from insider_web_push.probing.report import Finding, Verdict

UNKNOWN_CAMPAIGN = "999999999999"
"""An id far above any builderId that was seen."""
NO_DAY = "2026-13-01"


def refusal_findings(questions: Questions, *, day: date, campaign_id: str | None) -> Iterator[Finding]:
    """
    Judge four refusals: three calls, or four where there is a campaign to ask about.

    Args:
        day: A day that the API serves.
        campaign_id: A campaign that exists; None if none is known.
    """
    yield _judged(
        "unknown campaign",
        f"campaign-metrics of {UNKNOWN_CAMPAIGN} on {day}",
        questions.campaign(UNKNOWN_CAMPAIGN, day, day),
        CampaignNotFound,
        "report it: a campaign that vanished would not be recognised",
    )
    yield _judged(
        "bad date, list",
        f"overall-metrics of {NO_DAY}",
        questions.list_page(NO_DAY, NO_DAY),
        InvalidRequest,
        "report it: refused days would be retried, or taken for empty",
    )
    if campaign_id is None:
        return
    yield _judged(
        "bad date, campaign",
        f"campaign-metrics of a campaign of {day}, on {NO_DAY}",
        questions.campaign(campaign_id, NO_DAY, NO_DAY),
        InvalidRequest,
        "report it: refused days would be retried, or taken for empty",
    )
    yield _before_it_existed(questions, campaign_id, day)


def _judged(topic: str, asked: str, heard: Heard, expected: type[InsiderError], do: str) -> Finding:
    as_assumed = isinstance(heard.error, expected)
    return Finding(
        topic=topic, asked=asked, found=in_words(heard), assumed=f"a refusal that is read as {expected.__name__}",
        verdict=Verdict.AS_ASSUMED if as_assumed else Verdict.DIFFERS, do="" if as_assumed else do,
    )  # fmt: skip


def _before_it_existed(questions: Questions, campaign_id: str, day: date) -> Finding:
    heard = questions.campaign(campaign_id, BEFORE_ANY_CAMPAIGN, BEFORE_ANY_CAMPAIGN)
    if heard.error is None:
        verdict, do = Verdict.NOTED, "nothing: a day before the campaign is answered, not refused"
    elif isinstance(heard.error, InvalidRequest | CampaignNotFound):
        verdict, do = Verdict.AS_ASSUMED, ""
    else:
        verdict, do = Verdict.DIFFERS, "report it: days before a campaign existed would be retried in vain"
    return Finding(
        topic="before it existed",
        asked=f"campaign-metrics of a campaign of {day}, on {BEFORE_ANY_CAMPAIGN}",
        found=in_words(heard),
        assumed="a refusal that is not retried: the campaign is skipped if the list has no figures of it",
        verdict=verdict,
        do=do,
    )
