"""
The closed sets of words that raw objects, manifests, tables and publish's results hold: one word, one meaning. Pure.

What is stored keeps its spelling for ever. A new word may come; none changes its meaning.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated

from pydantic import Field

OUR_DAGS = "insider_web_push_"
"""How the ids of the package's DAGs begin."""

DAILY = "insider_web_push_campaign_metrics"
REFRESH = "insider_web_push_refresh"
PURGE = "insider_web_push_purge"
WEEKLY_REPORT = "insider_web_push_weekly_report"
DEADLINE = "insider_web_push_deadline"
CHECK_ACCOUNT = "insider_web_push_check_account"
DAY_TOTALS = "insider_web_push_day_totals"
"""Ids of the DAGs; `Account.named` adds the account's name."""
DAG_IDS = frozenset({CHECK_ACCOUNT, DAILY, DAY_TOTALS, DEADLINE, PURGE, REFRESH, WEEKLY_REPORT})
"""All of them that an account has."""
HOUSEKEEPING = "insider_web_push_housekeeping"
"""The one that a deployment has."""


def account_of_dag(dag_id: str) -> str | None:
    """Tell the name of the account that one of the package's DAGs belongs to; None of a DAG that somebody wrote."""
    kind, _, name = dag_id.partition("__")
    return (name or "default") if kind in DAG_IDS else None


CAMPAIGN_ID_PATTERN = "^[0-9]{1,20}$"
"""`builderId` of the API, as pydantic takes it. In Python and JSON schema its end may have a line break after it."""
CampaignId = Annotated[str, Field(pattern=CAMPAIGN_ID_PATTERN)]


def is_campaign_id(text: str) -> bool:
    """Whether a text can be a campaign's id."""
    return re.fullmatch(CAMPAIGN_ID_PATTERN, text, re.ASCII) is not None


PAGES = "/insider-web-push"
"""Where this package's pages begin, below Airflow's own address."""


class CallOutcome(StrEnum):
    """
    What became of a call for one campaign day.

    fetched: a 2xx of the documented shape. skipped: the API has nothing for it, and its totals are zero.
    rejected: a 2xx that breaks the documented shape; kept to look at, never read into tables.
    """

    FETCHED = "fetched"
    SKIPPED = "skipped"
    REJECTED = "rejected"


class DetailStatus(StrEnum):
    """
    Where a campaign day's figures come from.

    fetched: the answer to a call. quiet: zeros, as the list's totals were; no call was made. skipped: zeros, since the
    API answered that it has nothing. missing: the list's totals, since there is no answer. totals: the list's totals,
    since nobody asked for more.
    """

    FETCHED = "fetched"
    QUIET = "quiet"
    SKIPPED = "skipped"
    MISSING = "missing"
    TOTALS = "totals"

    @property
    def is_of_the_list(self) -> bool:
        """Whether the list's totals stand for the campaign."""
        return self in {DetailStatus.MISSING, DetailStatus.TOTALS}


class Finality(StrEnum):
    """
    How settled the figures of a campaign day are.

    provisional: everything may still move. delivery_closed: no message of the day can be delivered any more; clicks,
    conversions and revenue may move. final: the longest attribution window is over as well.
    """

    PROVISIONAL = "provisional"
    DELIVERY_CLOSED = "delivery_closed"
    FINAL = "final"


class NumberFormat(StrEnum):
    """How an account's figures are printed for people: by what a number with thousands and a fraction looks like."""

    POINT = "1,234.56"
    COMMA = "1.234,56"


class RevenueSource(StrEnum):
    """
    Whose figure a revenue is.

    list: the list's, a plain number with all its places. answer: the campaign's answer, as rounded as that prints it,
    since no list has a revenue that it is rounded from.
    """

    LIST = "list"
    ANSWER = "answer"


class DayStatus(StrEnum):
    """
    What a published day is.

    complete: every expected campaign is there, or its absence was accepted. partial: published after
    `partial_after_h`, with the list's figures for what is missing. totals: the list's figures alone, as somebody asked;
    details were never wanted.
    """

    COMPLETE = "complete"
    PARTIAL = "partial"
    TOTALS = "totals"


class DayOutcome(StrEnum):
    """
    What publish made of a day.

    published: a new revision. unmoved: it says the same. partial: published without what is missing. totals: published
    with the list's figures alone, as asked. kept: something is missing, the version before stays. held: its counters
    fell too far, or hardly anything happened on it, or campaigns of it say less and nothing else moved: the version
    before stays. purged: nothing of it is wanted. failed: what is stored cannot be read.
    """

    PUBLISHED = "published"
    UNMOVED = "unmoved"
    PARTIAL = "partial"
    TOTALS = "totals"
    KEPT = "kept"
    HELD = "held"
    PURGED = "purged"
    FAILED = "failed"


class _CheckName(StrEnum):
    """The name of a check."""

    @property
    def meaning(self) -> str:
        """What it says if it fails."""
        return CHECK_MEANINGS[self]


class Check(_CheckName):
    """Names of the checks of a campaign day, as they stand in `failed_checks`."""

    UNREADABLE = "unreadable"
    UNREADABLE_ATTRIBUTE = "unreadable_attribute"
    NAMELESS = "nameless"
    DUPLICATE = "duplicate"
    TARGETED_SUM = "targeted_sum"
    SENT_SUM = "sent_sum"
    DROP_REASON_SUM = "drop_reason_sum"
    UNDELIVERED_REASON_SUM = "undelivered_reason_sum"
    DEVICE_SUM = "device_sum"
    CLICK_SUM = "click_sum"
    RATE = "rate"
    LIST = "list"
    REVENUE = "revenue"
    CURRENCY = "currency"
    TIME_ZONE = "time_zone"
    LIST_FIGURES = "list_figures"


class DayCheck(_CheckName):
    """Names of the checks of a day as a whole, as they stand in its manifest's `day_checks`."""

    LIST_UNSTEADY = "list_unsteady"
    LISTED_TWICE = "listed_twice"
    ROW_WITHOUT_ID = "row_without_id"
    ACCOUNT_TOTALS = "account_totals"


CHECK_MEANINGS: dict[str, str] = {
    Check.UNREADABLE: "A figure is printed in a way that is no number, or could be two: it is null.",
    Check.UNREADABLE_ATTRIBUTE: "A text, a flag, a date, a code or the currency cannot be read: it is null.",
    Check.NAMELESS: "The answer has a device, a reason or a click target without a name: it has no row.",
    Check.DUPLICATE: "The answer names a device, a reason or a click target twice: the second is left out.",
    Check.TARGETED_SUM: "targeted is not sent + dropped.",
    Check.SENT_SUM: "sent is not delivered + undelivered.",
    Check.DROP_REASON_SUM: "The reasons for dropping do not add up to dropped, or there is none.",
    Check.UNDELIVERED_REASON_SUM: "The reasons for not delivering do not add up to undelivered, or there is none.",
    Check.DEVICE_SUM: "sent, delivered or clicks of the devices do not add up to the campaign's, or there is none.",
    Check.CLICK_SUM: "Clicks on the message's parts do not add up to clicks.",
    Check.RATE: "A printed rate is not the one that its counts give, at the printed precision.",
    Check.LIST: "A count is lower than in the list that was read before, or more than its double and 100.",
    Check.REVENUE: "The list has another revenue, though all its counts agree: the printed one is taken.",
    Check.CURRENCY: "Revenue is printed in another currency than the preferred one.",
    Check.TIME_ZONE: "The answer's window is the asked day in another time zone than the account's.",
    Check.LIST_FIGURES: "The list has no readable figure for a counter: only a call can tell whether it moved.",
    DayCheck.LIST_UNSTEADY: "The list changed each time it was read: the day has every campaign of all readings.",
    DayCheck.LISTED_TWICE: "The list has a campaign twice, with different figures.",
    DayCheck.ROW_WITHOUT_ID: "The list has a row without a campaign's id, which cannot be fetched.",
    DayCheck.ACCOUNT_TOTALS: "The campaigns of the list do not add up to the account's totals of top-metrics.",
}
"""What a failed check says, by its name."""
