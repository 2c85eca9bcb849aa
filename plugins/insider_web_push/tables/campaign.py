"""The account's campaigns with their latest attributes: rows of the table `campaign`. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from insider_web_push.answers.day_list import ListedCampaign
from insider_web_push.answers.php import parse_flag, parse_text
from insider_web_push.answers.printed_money import parse_currency
from insider_web_push.tables.campaign_day import CampaignDay

CampaignRow = dict[str, Any]

OF_THE_ANSWER = (
    "status_name", "primary_goal", "alias", "is_recurring", "personalization_status", "currency", "detail_day",
)  # fmt: skip
"""Columns that only campaign-metrics tells. They are of the last day with an answer: a quiet day makes no call."""
_TEXTS_OF_THE_ANSWER = ("primary_goal", "alias", "personalization_status")
_VERBATIM_OF_THE_LIST = (
    "type", "status", "message_link", "first_button_link", "second_button_link", "send_date", "start_date", "end_date",
)  # fmt: skip


def campaign_rows(days: Iterable[CampaignDay], *, revision: int) -> list[CampaignRow]:
    """
    Build the rows of the campaigns that one day lists, without their schema version.

    A campaign that is no longer listed says nothing new, and gets no row.
    """
    return [_row(day, day.swept, revision) for day in days if day.swept is not None]


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


def _row(day: CampaignDay, listed: ListedCampaign, revision: int) -> CampaignRow:
    detail = day.detail
    return {
        "campaign_id": day.campaign_id,
        "name": listed.name or day.name,
        "status_name": (parse_text(detail.status_name).value if detail else None) or listed.status_name,
        "currency": parse_currency(detail.preferred_currency).value if detail else None,
        "tags": None if listed.tags is None else list(listed.tags),
        **{name: getattr(listed, name) for name in _VERBATIM_OF_THE_LIST},
        **{name: parse_text(getattr(detail, name, None)).value for name in _TEXTS_OF_THE_ANSWER},
        "is_recurring": parse_flag(detail.is_recurring).value if detail else None,
        "first_day": day.day,
        "last_day": day.day,
        "detail_day": day.day if detail else None,
        "revision": revision,
        "fetched_at": day.seen_at,
    }
