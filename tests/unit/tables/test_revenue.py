"""Which revenue is believed."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insider_web_push.tables.campaign_day import rows_of
from insider_web_push.tables.revenue import agrees, as_held, precise
from tests.builders import campaign_day, parse_campaign_metrics, sample, totals


@pytest.mark.parametrize(
    ("listed", "amount"),
    [
        ("2479.6600112915", "2479.660011292"),
        ("0", "0"),
        ("-12.5", "-12.5"),
        ("9" * 29 + ".999999999", "9" * 29 + ".999999999"),
        ("9" * 29 + ".9999999999", None),
        ("9" * 30, None),
        ("1e5", None),
        ("nan", None),
        ("2,480", None),
        (None, None),
    ],
)
def test_a_listed_revenue_has_nine_places_or_is_none(listed: str | None, amount: str | None) -> None:
    """What a table cannot hold is not cut to fit."""
    assert precise(listed) == (None if amount is None else Decimal(amount))


@pytest.mark.parametrize(
    ("listed", "printed", "same"),
    [
        ("2479.6600112915", "2480", True),
        ("2479.4", "2480", False),
        ("2480.5", "2480", True),
        ("2480.500000001", "2480", False),
        ("2479.66", "2479.66", True),
        ("2479.664", "2479.66", True),
        ("2479.666", "2479.66", False),
        ("-0.4", "0", True),
        ("99999999999999999999999999999.4", "99999999999999999999999999999", True),
        ("99999999999999999999999999999.6", "99999999999999999999999999999", False),
    ],
)
def test_amounts_agree_to_the_printed_place(listed: str, printed: str, *, same: bool) -> None:
    """Half a place either way; exactly, however large they are."""
    assert agrees(Decimal(listed), Decimal(printed)) is same


@given(st.decimals(-(10**20), 10**20, places=9), st.integers(0, 9))
def test_a_rounded_amount_agrees_with_itself(amount: Decimal, places: int) -> None:
    """Whatever it is rounded to."""
    assert agrees(amount, Decimal(f"{amount:.{places}f}"))


def test_equal_amounts_are_held_alike() -> None:
    """Else a change of format would look like a move."""
    assert len({str(as_held(Decimal(text))) for text in ("2480", "2480.00", "2480.000000000")}) == 1


@pytest.mark.parametrize(
    ("listed", "printed", "revenue", "reported", "currency"),
    [
        pytest.param("2479.6600112915", "2,480 USD", "2479.660011292", "2480", "USD", id="the-precise-one"),
        pytest.param("2600", "2,480 USD", "2480", "2480", "USD", id="the-printed-one"),
        pytest.param(None, "2,480 USD", "2480", "2480", "USD", id="list-without-revenue"),
        pytest.param("abc", "2,480 USD", "2480", "2480", "USD", id="unreadable-list"),
        pytest.param("0.3", "0 USD", "0.3", "0", "USD", id="less-than-a-unit"),
        pytest.param("2479.66", "USD", None, None, "USD", id="bare-currency"),
        pytest.param("2479.66", None, None, None, "USD", id="no-revenue"),
        pytest.param("2479.66", "2,480 TRY", "2479.66", "2480", "TRY", id="printed-currency"),
    ],
)
def test_the_believed_revenue(
    listed: str | None, printed: str | None, revenue: Any, reported: Any, currency: str
) -> None:
    """Precise where both agree, as printed where they do not, and null where the answer states none."""
    document = sample("campaign_metrics_older")
    document["overview"]["revenue"] = printed
    day = campaign_day(parse_campaign_metrics(document), baseline=totals(revenue=listed))
    (row,) = rows_of([day])["campaign_day"]
    amounts = [None if text is None else Decimal(text) for text in (revenue, reported)]
    assert ([row["revenue"], row["revenue_reported"]], row["currency"]) == (amounts, currency)


def test_a_devices_revenue_stays_the_printed_one() -> None:
    """The list does not tell devices apart."""
    day = campaign_day(parse_campaign_metrics(sample("campaign_metrics_older")), baseline=totals(revenue="2479.66"))
    assert rows_of([day])["campaign_day_device"][0]["revenue"] == Decimal(2480)
