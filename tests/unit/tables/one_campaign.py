"""The rows of one campaign day."""

from typing import Any

from insider_web_push.answers.shapes import CampaignMetrics
from insider_web_push.tables.campaign_day import TableRows
from tests.builders import campaign_day, rows_of


def rows_of_one(given: CampaignMetrics | None, **changes: Any) -> TableRows:
    """Give the rows of one campaign day."""
    return rows_of([campaign_day(given, **changes)])


def the_row(given: CampaignMetrics | None, **changes: Any) -> dict[str, Any]:
    """Give its one row of campaign_day."""
    (row,) = rows_of_one(given, **changes)["campaign_day"]
    return row
