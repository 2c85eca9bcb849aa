"""
What may be asked of the API: request bodies, checked before anything is sent.

Source: the vendor's page "Campaign Metrics" (start, end and campaign are strings, dates are YYYY-MM-DD),
and its Postman collection for overall-metrics (pages are numbers as strings, 10 to 20 rows each).
"""

from __future__ import annotations

from datetime import date

from insider_web_push.errors import InvalidRequest
from insider_web_push.vocabulary import is_campaign_id

CAMPAIGN_METRICS = "/v1/statistics/campaign-metrics"
OVERALL_METRICS = "/v1/statistics/overall-metrics"
TOP_METRICS = "/v1/statistics/top-metrics"
ROWS_PER_PAGE = 20
"""The most rows that overall-metrics gives for one call of the budget."""


def campaign_metrics_body(
    *, partner_id: str, campaign_id: str, first_day: date, last_day: date, today: date
) -> dict[str, str]:
    """
    Make the body of a campaign-metrics call.

    Args:
        partner_id: The account's id, from InOne Settings > Account Settings.
        campaign_id: `builderId` of overall-metrics, digits.
        first_day: First day of the window, in the account's time zone.
        last_day: Last day, inclusive.
        today: The present day in the account's time zone.

    Raises:
        InvalidRequest: names the value that cannot be right.
    """
    if not is_campaign_id(campaign_id):
        raise InvalidRequest(
            f"campaign id {campaign_id!r} is not a number: use builderId of overall-metrics, or the number in the "
            "campaign's address in the InOne panel"
        )
    return {"partner_id": partner_id, **_window(first_day, last_day, today), "campaign_id": campaign_id}


def overall_metrics_body(*, partner_id: str, day: date, page: int, today: date) -> dict[str, str]:
    """
    Make the body of an overall-metrics call: one page of the campaigns of *day*.

    Raises:
        InvalidRequest: names the value that cannot be right.
    """
    return {
        "partner_id": partner_id,
        **_window(day, day, today),
        "page": str(page),
        "per_page": str(ROWS_PER_PAGE),
    }


def top_metrics_body(*, partner_id: str, day: date, today: date) -> dict[str, str]:
    """
    Make the body of a top-metrics call: the account's totals of *day*.

    Raises:
        InvalidRequest: names the value that cannot be right.
    """
    return {"partner_id": partner_id, **_window(day, day, today)}


def _window(first_day: date, last_day: date, today: date) -> dict[str, str]:
    if last_day < first_day:
        raise InvalidRequest(f"the last day {last_day} is before the first day {first_day}: swap them")
    if last_day > today:
        raise InvalidRequest(f"day {last_day} is in the future: in the account's time zone it is {today}")
    return {"start_date": first_day.isoformat(), "end_date": last_day.isoformat()}
