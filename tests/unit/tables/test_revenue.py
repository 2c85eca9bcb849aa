"""Which revenue is believed."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insider_web_push.answers.day_list import ListedCampaign
from insider_web_push.answers.printed_money import agrees, as_held
from insider_web_push.tables.revenue import precise
from insider_web_push.vocabulary import NumberFormat
from tests.builders import campaign_day, detail, parse_campaign_metrics, rows_of, sample, totals


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
        pytest.param("2479.66", None, None, None, None, id="no-revenue"),
        pytest.param("2479.66", "$2,480", None, None, None, id="no-code"),
        pytest.param("1234.44", "1.234 TRY", "1234.44", "1234", "TRY", id="a-thousand-as-the-list-has-it"),
        pytest.param("1.2339", "1.234 TRY", "1.2339", "1.234", "TRY", id="a-fraction-as-the-list-has-it"),
        pytest.param("7", "1.234 TRY", None, None, "TRY", id="a-thousand-or-one"),
        pytest.param("2479.66", "2,480 TRY", "2479.66", "2480", "TRY", id="printed-currency"),
    ],
)
def test_the_believed_revenue(
    listed: str | None, printed: str | None, revenue: Any, reported: Any, currency: str | None
) -> None:
    """Precise where both agree, as printed where they do not, and null where the answer states none."""
    document = sample("campaign_metrics_older")
    document["overview"]["revenue"] = printed
    day = campaign_day(parse_campaign_metrics(document), baseline=totals(revenue=listed))
    (row,) = rows_of([day])["campaign_day"]
    amounts = [None if text is None else Decimal(text) for text in (revenue, reported)]
    assert ([row["revenue"], row["revenue_reported"]], row["currency"]) == (amounts, currency)
    assert row["preferred_currency"] == "USD"


@pytest.mark.parametrize(
    ("baseline", "newest", "amount", "source"),
    [
        pytest.param("2479.66", "9", "2479.66", "list", id="the-list-before-the-answer"),
        pytest.param("1999.5", "2479.66", "2479.66", "list", id="the-newest-list"),
        pytest.param(None, "2479.66", "2479.66", "list", id="the-newest-list-alone"),
        pytest.param("2479.66", "2480.3", "2479.66", "list", id="both"),
        pytest.param("1999.5", "2600", "2480", "answer", id="neither"),
        pytest.param(None, "abc", "2480", "answer", id="unreadable"),
    ],
)
def test_the_precise_revenue_is_of_any_list_that_is_rounded_to_the_printed_one(
    baseline: str | None, newest: str, amount: str, source: str
) -> None:
    """A fetch that is cleared has the list of its run, which may be older than the one that is published."""
    listed = ListedCampaign.as_it_was("11111", "The campaign", "Bulk", totals(revenue=newest))
    day = campaign_day(detail(), baseline=totals(revenue=baseline), swept=listed)
    (row,) = rows_of([day])["campaign_day"]
    assert (row["revenue"], row["revenue_source"]) == (Decimal(amount), source)
    assert row["revenue_reported"] == Decimal(2480)


@pytest.mark.parametrize(
    ("status", "revenue", "source"),
    [("missing", "2479.66", "list"), ("totals", "2479.66", "list"), ("quiet", "0", "list"), ("missing", "abc", None)],
)
def test_without_an_answer_revenue_is_the_lists(status: str, revenue: str, source: str | None) -> None:
    """Null where that has none."""
    listed = ListedCampaign.as_it_was("11111", "The campaign", "Bulk", totals(revenue=revenue))
    (row,) = rows_of([campaign_day(None, status=status, swept=listed)])["campaign_day"]
    assert row["revenue_source"] == source
    assert (row["currency"], row["preferred_currency"]) == (None, None)


def test_devices_are_printed_as_their_campaign_is() -> None:
    """What the list tells of the campaign's amount holds for all amounts of the answer."""
    document = sample("campaign_metrics_older")
    document["overview"]["revenue"] = "2.480 USD"
    for device, printed in zip(document["deviceMetrics"], ("1.234 USD", "1.246,5 USD"), strict=True):
        device["revenue"] = printed
    (row, *_), devices = (
        rows_of([campaign_day(parse_campaign_metrics(document), baseline=totals(revenue="2480.31"))])[name]
        for name in ("campaign_day", "campaign_day_device")
    )
    assert (row["revenue"], row["failed_checks"]) == (Decimal("2480.31"), ["list"])
    assert [device["revenue"] for device in devices] == [Decimal(1234), Decimal("1246.5")]


def mirrored(part: Any) -> Any:
    """Print an answer's figures the other way round."""
    if isinstance(part, dict):
        return {name: value if name == "name" else mirrored(value) for name, value in part.items()}
    if isinstance(part, list):
        return [mirrored(item) for item in part]
    return part.translate(str.maketrans(".,", ",.")) if isinstance(part, str) and part[:1].isdigit() else part


def test_an_account_that_prints_the_other_way_round_gives_the_same_rows() -> None:
    """By its setting; without it none of the doubtful figures is guessed."""
    document = mirrored(sample("campaign_metrics_older"))
    document |= {name: sample("campaign_metrics_older")[name] for name in ("startDate", "endDate")}
    assert document["overview"]["targeted"]["sent"] == "411.840"
    answer = parse_campaign_metrics(document)
    assert rows_of([campaign_day(answer, numbers=NumberFormat.COMMA)]) == rows_of([campaign_day(detail())])
    (row,) = rows_of([campaign_day(answer)])["campaign_day"]
    assert [row[name] for name in ("sent", "clicks", "ctr_reported", "revenue")] == [None] * 4


def test_a_devices_revenue_stays_the_printed_one() -> None:
    """The list does not tell devices apart."""
    day = campaign_day(parse_campaign_metrics(sample("campaign_metrics_older")), baseline=totals(revenue="2479.66"))
    assert rows_of([day])["campaign_day_device"][0]["revenue"] == Decimal(2480)
