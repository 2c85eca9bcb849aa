"""
Which campaigns' rows stand from the revision before, so that publish opens new answers only. Pure.

A row is a function of a campaign's answer, of its row of the list, of a few settings, and of the code. Where all of
them are the same, so is the row: it is taken from the revision's files, which are held against their hashes. A rebuild
takes nothing from there.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from insider_web_push import __version__
from insider_web_push.answers.day_list import ListedCampaign
from insider_web_push.days.gathered_day import GatheredDay
from insider_web_push.tables.day_tables import each_row
from insider_web_push.vocabulary import CallOutcome


def made_by(day: GatheredDay) -> str:
    """Name what makes a day's rows, besides answers and list: the code, and the settings that it reads them with."""
    return f"{__version__} {day.timezone} {day.rules.number_format}"


def unmoved_campaigns(day: GatheredDay, rows_before: pa.Table, listed_before: Mapping[str, ListedCampaign]) -> set[str]:
    """
    Tell whose rows stand.

    Args:
        day: What is stored of the day, which is published, and `made_by` the same.
        rows_before: campaign_day of the published revision.
        listed_before: The list that it was made with, by campaign id.
    """
    published = day.published
    standing: set[str] = set()
    for row in each_row(rows_before, "campaign_id", "fetched_at"):
        campaign_id = row["campaign_id"]
        known, was = day.known.get(campaign_id), published.get(campaign_id)
        if (
            known is not None
            and was is not None
            and known.outcome is CallOutcome.FETCHED
            and known.key == was.snapshot
            # A look that moved nothing notes its answers, and leaves the rows as they were.
            and known.fetched_at == row["fetched_at"]
            and day.swept.get(campaign_id) == listed_before.get(campaign_id)
        ):
            standing.add(campaign_id)
    return standing
