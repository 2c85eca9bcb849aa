"""A question to the API, its answer, and what is configured of the account. Pure: whoever asks brings the function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from insider_web_push.answers.day_list import ListedCampaign, ListPage, read_list_page
from insider_web_push.answers.list_readings import campaigns_of
from insider_web_push.answers.shapes import CampaignMetrics, read_campaign_metrics
from insider_web_push.api.endpoints import CAMPAIGN_METRICS, OVERALL_METRICS, ROWS_PER_PAGE, TOP_METRICS
from insider_web_push.api.heard import Heard
from insider_web_push.budget.lease import RateLimit
from insider_web_push.errors import InsiderError
from insider_web_push.vocabulary import NumberFormat

Ask = Callable[[str, dict[str, str]], Heard]
"""Sends one body to one endpoint, under the account's budget."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Configured:
    """
    What is configured of an account, and what day it is there.

    Attributes:
        timezone: IANA name.
        today: The present day there.
        pool_slots: How many workers talk to, or wait for, the API at once.
        numbers: How its figures are printed: `Rules.number_format`.
    """

    partner_id: str
    timezone: str
    today: date
    limit: RateLimit
    pool_slots: int
    numbers: NumberFormat = NumberFormat.POINT


@dataclass(frozen=True, slots=True)
class Questions:
    """
    The three questions that the API answers, asked about one account.

    Bodies are made here and not by `api.endpoints`, since some are meant to be refused.
    """

    ask: Ask
    partner_id: str

    def list_page(self, first: date | str, last: date | str, *, page: int = 1, per_page: int = ROWS_PER_PAGE) -> Heard:
        """Ask for one page of the campaigns of a window."""
        return self.ask(OVERALL_METRICS, {**self._window(first, last), "page": str(page), "per_page": str(per_page)})

    def campaign(self, campaign_id: str, first: date | str, last: date | str) -> Heard:
        """Ask for one campaign's figures over a window."""
        return self.ask(CAMPAIGN_METRICS, {**self._window(first, last), "campaign_id": campaign_id})

    def account(self, day: date) -> Heard:
        """Ask for the account's totals of a day."""
        return self.ask(TOP_METRICS, self._window(day, day))

    def _window(self, first: date | str, last: date | str) -> dict[str, str]:
        return {"partner_id": self.partner_id, "start_date": str(first), "end_date": str(last)}


def page_in(heard: Heard) -> ListPage | InsiderError:
    """Read a page of the list, or tell why it is none."""
    try:
        return heard.error or read_list_page(heard.body)
    except InsiderError as error:
        return error


def campaigns_in(heard: Heard) -> list[ListedCampaign]:
    """Give the campaigns of a page of the list; nothing if it is none."""
    page = page_in(heard)
    return campaigns_of([page]) if isinstance(page, ListPage) else []


def detail_in(heard: Heard) -> CampaignMetrics | InsiderError:
    """Read a campaign's figures, or tell why there are none."""
    try:
        return heard.error or read_campaign_metrics(heard.body)
    except InsiderError as error:
        return error


def in_words(heard: Heard) -> str:
    """Say in a few words what came back."""
    if heard.error:
        return str(heard.error).removesuffix(".")
    page = page_in(heard)
    if isinstance(page, ListPage):
        return f"{heard.status} with {page.rows} rows of {page.total}"
    return f"{heard.status} with figures" if isinstance(detail_in(heard), CampaignMetrics) else f"{heard.status}"
