"""The account's campaigns with their latest attributes: rows of the table `campaign`. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from insider_web_push.answers.day_list import ListedCampaign
from insider_web_push.tables.campaign_day import CampaignDay
from insider_web_push.vocabulary import DetailStatus

CampaignRow = dict[str, Any]

OF_THE_ANSWER = (
    "status_name", "primary_goal", "alias", "is_recurring", "personalization_status", "currency", "detail_day",
)  # fmt: skip
"""Columns that only campaign-metrics tells. They are of the last day with an answer: a quiet day makes no call."""
_AS_IN_THE_DAY = ("primary_goal", "alias", "personalization_status", "is_recurring")
OF_THE_DAY = ("detail_status", "status_name", "preferred_currency", *_AS_IN_THE_DAY)
"""The columns of campaign_day that a campaign's row takes something from."""
_VERBATIM_OF_THE_LIST = (
    "type", "status", "message_link", "first_button_link", "second_button_link", "send_date", "start_date", "end_date",
)  # fmt: skip


def campaign_rows(
    days: Iterable[CampaignDay], rows: Iterable[Mapping[str, Any]], *, revision: int
) -> Iterator[CampaignRow]:
    """
    Build the rows of the campaigns that one day lists, without their schema version.

    A campaign that is no longer listed says nothing new, and gets no row.

    Args:
        rows: The rows of campaign_day, one for each of the *days*, in their order; their columns of `OF_THE_DAY`.
    """
    both = zip(days, rows, strict=True)
    return (_row(day, day.swept, row, revision) for day, row in both if day.swept is not None)


def merged(existing: Iterable[Mapping[str, Any]], fresh: Iterable[Mapping[str, Any]]) -> list[CampaignRow]:
    """
    Bring the table up to date with one day.

    The result is the same in whatever order days come, and however often, so that a rebuild gives the same table. A day
    that comes again replaces what it said before.

    Args:
        existing: Rows of the table as it is.
        fresh: Rows of the day, see `campaign_rows`.

    Returns:
        Rows sorted by campaign.
    """
    rows = {row["campaign_id"]: dict(row) for row in existing}
    for row in fresh:
        known = rows.get(row["campaign_id"])
        rows[row["campaign_id"]] = _merged(known, row) if known else dict(row)
    return [rows[campaign_id] for campaign_id in sorted(rows)]


def _merged(known: Mapping[str, Any], fresh: Mapping[str, Any]) -> CampaignRow:
    listed = _latest(known, fresh, "last_day")
    answered = _latest(known, fresh, "detail_day") if known["detail_day"] or fresh["detail_day"] else listed
    return {
        **listed,
        **{name: answered[name] for name in OF_THE_ANSWER},
        "first_day": min(known["first_day"], fresh["first_day"]),
    }


def _latest(known: Mapping[str, Any], fresh: Mapping[str, Any], column: str) -> Mapping[str, Any]:
    return fresh if (fresh[column] or date.min) >= (known[column] or date.min) else known


def _row(day: CampaignDay, listed: ListedCampaign, of_day: Mapping[str, Any], revision: int) -> CampaignRow:
    is_answered = of_day["detail_status"] == DetailStatus.FETCHED
    return {
        "campaign_id": day.campaign_id,
        "name": listed.name or day.name,
        "status_name": of_day["status_name"] or listed.status_name,
        "currency": of_day["preferred_currency"],
        "tags": None if listed.tags is None else list(listed.tags),
        **{name: getattr(listed, name) for name in _VERBATIM_OF_THE_LIST},
        **{name: of_day[name] for name in _AS_IN_THE_DAY},
        "first_day": day.day,
        "last_day": day.day,
        "detail_day": day.day if is_answered else None,
        "revision": revision,
        "fetched_at": day.seen_at,
    }
