"""What may be asked of the API; everything else is refused before it is sent."""

from datetime import date

import pytest

from insider_web_push.api.endpoints import campaign_metrics_body, overall_metrics_body, top_metrics_body
from insider_web_push.dates import parse_day
from insider_web_push.errors import InvalidRequest

TODAY = date(2026, 11, 23)
YESTERDAY = date(2026, 11, 22)


def test_the_body_of_campaign_metrics_is_as_documented() -> None:
    """Four strings; the last day may be the present one."""
    body = campaign_metrics_body(
        partner_id="brand", campaign_id="11111", first_day=YESTERDAY, last_day=TODAY, today=TODAY
    )
    assert body == {
        "partner_id": "brand",
        "start_date": "2026-11-22",
        "end_date": "2026-11-23",
        "campaign_id": "11111",
    }


def test_the_body_of_overall_metrics_asks_for_the_largest_page() -> None:
    """Twenty rows a call, numbers as strings."""
    body = overall_metrics_body(partner_id="brand", day=YESTERDAY, page=3, today=TODAY)
    assert body == {
        "partner_id": "brand",
        "start_date": "2026-11-22",
        "end_date": "2026-11-22",
        "page": "3",
        "per_page": "20",
    }


def test_the_body_of_top_metrics_is_the_accounts_day() -> None:
    """Without a campaign or a page; not a day in the future."""
    body = top_metrics_body(partner_id="brand", day=YESTERDAY, today=TODAY)
    assert body == {"partner_id": "brand", "start_date": "2026-11-22", "end_date": "2026-11-22"}
    with pytest.raises(InvalidRequest, match="in the future"):
        top_metrics_body(partner_id="brand", day=TODAY, today=YESTERDAY)


@pytest.mark.parametrize(
    "campaign_id",
    ["", "abc", "12a", "1.5", "-1", " 11111", "11111\n", "\u0661\u0662", "\uff11", "1" * 21, "1;2", "0x1f"],
)
def test_a_campaign_id_that_is_not_digits_is_refused(campaign_id: str) -> None:
    """The message shows it, and where the right one stands."""
    with pytest.raises(InvalidRequest, match="builderId") as caught:
        campaign_metrics_body(
            partner_id="brand", campaign_id=campaign_id, first_day=YESTERDAY, last_day=YESTERDAY, today=TODAY
        )
    assert repr(campaign_id) in str(caught.value)
    assert caught.value.status is None


def test_a_window_that_ends_before_it_starts_is_refused() -> None:
    """Both days are named."""
    with pytest.raises(InvalidRequest, match="2026-11-22 is before the first day 2026-11-23"):
        campaign_metrics_body(partner_id="brand", campaign_id="1", first_day=TODAY, last_day=YESTERDAY, today=TODAY)


def test_a_day_in_the_future_is_refused() -> None:
    """By the account's own calendar, for both endpoints."""
    with pytest.raises(InvalidRequest, match="2026-11-23 is in the future"):
        overall_metrics_body(partner_id="brand", day=TODAY, page=1, today=YESTERDAY)
    with pytest.raises(InvalidRequest, match="2026-11-23 is in the future"):
        campaign_metrics_body(partner_id="brand", campaign_id="1", first_day=YESTERDAY, last_day=TODAY, today=YESTERDAY)


def test_a_day_is_read() -> None:
    """Also the last one of a leap year's February."""
    assert parse_day("2028-02-29") == date(2028, 2, 29)


@pytest.mark.parametrize(
    "text",
    ["", "20261122", "2026-W47-7", "22.11.2026", "2026-11-31", "2027-02-29", "2026-11-22T00:00", "2026-11-22 ", "-",
     "2026-11-2", "\u0662026-11-22", "yesterday", None, 20261122],
)  # fmt: skip
def test_what_is_not_a_day_is_refused(text: str) -> None:
    """The message names the setting and shows how a day is written."""
    with pytest.raises(InvalidRequest, match=r"first_day .* is not a day: write it as YYYY-MM-DD"):
        parse_day(text, name="first_day")
