"""The printed shapes, against the documented samples."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from include.simulator import formats
from include.simulator.campaigns import Campaign, seeded_campaign
from include.simulator.figures import NOTHING
from include.simulator.formats import Style
from include.simulator.settings import NumberFormat
from include.simulator.world import Window, figures

ISTANBUL = ZoneInfo("Europe/Istanbul")
WINDOW = Window(start=date(2023, 6, 1), end=date(2023, 6, 8), now=datetime(2024, 1, 1, tzinfo=UTC), zone=ISTANBUL)
OLDER, NEWER = Style(currency="USD", older=True), Style(currency="TRY")
MOBILE_ONLY = 4

# The names in the published samples of the two generations.
NEWER_NAMES = {
    *("success", "message", "name", "statusName", "status", "workingStatus", "sendType", "primaryGoal", "startDate"),
    *("endDate", "isRecurring", "alias", "preferredCurrency", "personalizationStatus", "isTTLEnded", "goalMenu"),
    *("overview", "deviceMetrics", "unsuccessfulMessages", "comparisonData"),
}
OLDER_NAMES = NEWER_NAMES - {"success", "message", "statusName", "status", "workingStatus", "sendType"} | {
    "clickMetrics"
}


def campaign(index: int = 0) -> Campaign:
    return seeded_campaign(1, index, date(2018, 1, 1))


def printed(style: Style, index: int = 0) -> dict[str, Any]:
    return formats.campaign_metrics(campaign(index), figures(1, campaign(index), WINDOW), WINDOW, style)


@pytest.mark.parametrize(
    ("value", "expected"), [(0, "0"), (1, "1"), (999, "999"), (1000, "1,000"), (411840, "411,840")]
)
def test_counts_have_thousands_separators(value: int, expected: str) -> None:
    """Large counts are printed for people."""
    assert formats.count(value) == expected


@pytest.mark.parametrize(
    ("part", "whole", "expected"), [(0, 0, "0.00%"), (0, 5, "0.00%"), (1, 1, "100.00%"), (3408, 10000, "34.08%")]
)
def test_rates_are_percent_with_two_decimals(part: int, whole: int, expected: str) -> None:
    """Nothing of nothing is zero percent, as in the sample."""
    assert formats.rate(part, whole) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [("0", "0 TRY"), ("2479.6600112915", "2,480 TRY"), ("0.5", "1 TRY"), ("0.49", "0 TRY")]
)
def test_money_is_rounded_to_whole_units(value: str, expected: str) -> None:
    """The account endpoint's sample shows 2,480 TRY for 2479.66."""
    assert formats.money(Decimal(value), "TRY") == expected


@pytest.mark.parametrize(
    ("value", "currency", "expected"),
    [("512.345", "KWD", "512.345 KWD"), ("1512.3456", "OMR", "1,512.346 OMR"), ("0", "BHD", "0 BHD"),
     ("512.345", "USD", "512 USD")],
)  # fmt: skip
def test_dinars_have_three_decimals(value: str, currency: str, expected: str) -> None:
    """A fils is a thousandth."""
    assert formats.money(Decimal(value), currency) == expected


@pytest.mark.parametrize("older", [True, False])
def test_an_account_may_print_the_other_way_round(*, older: bool) -> None:
    """Figures, and nothing else."""
    style = Style(currency="TRY", older=older)
    plain, turned = printed(style), printed(replace(style, numbers=NumberFormat.COMMA))
    sent = plain["overview"]["targeted"]["sent"]
    assert "," in sent
    assert turned["overview"]["targeted"]["sent"] == sent.replace(",", ".")
    assert turned["overview"]["total"]["ctr"] == plain["overview"]["total"]["ctr"].replace(".", ",")
    assert turned["overview"]["revenue"] == plain["overview"]["revenue"].replace(",", ".")
    assert [row["device"] for row in turned["deviceMetrics"]] == [row["device"] for row in plain["deviceMetrics"]]
    assert {name: turned[name] for name in ("name", "startDate", "goalMenu")} == {
        name: plain[name] for name in ("name", "startDate", "goalMenu")
    }


@pytest.mark.parametrize(
    ("part", "whole", "expected"), [(0, 0, 0), (0, 9, 0), (9133, 10000, "91.33"), (1, 1, "100.00")]
)
def test_percentages_are_an_int_or_a_string(part: int, whole: int, expected: int | str) -> None:
    """The int 0 in one sample, a string without a percent sign in another."""
    got = formats.percentage(part, whole)
    assert (got, type(got)) == (expected, type(expected))


@pytest.mark.parametrize(("style", "names"), [(NEWER, NEWER_NAMES), (OLDER, OLDER_NAMES)], ids=["newer", "older"])
def test_each_generation_has_the_names_of_its_sample(style: Style, names: set[str]) -> None:
    """Six names are missing from the older samples, and clickMetrics from the newer."""
    assert set(printed(style)) == names


def test_a_device_without_revenue_shows_the_bare_currency_in_the_older_generation() -> None:
    """A mobile-only campaign's Desktop row: "USD" in one generation, "0 TRY" in the other."""
    revenue = {style.older: printed(style, MOBILE_ONLY)["deviceMetrics"][0]["revenue"] for style in (OLDER, NEWER)}
    assert revenue == {True: "USD", False: "0 TRY"}


def test_silent_hours_are_a_reason_only_in_the_older_generation() -> None:
    """The newer one prints four reasons, and both add up to the same number."""
    labels = {}
    for style in (OLDER, NEWER):
        dropped = printed(style)["unsuccessfulMessages"]["dropped"]
        labels[style.older] = {row["label"] for row in dropped}
        total = int(printed(style)["overview"]["targeted"]["dropped"].replace(",", ""))
        assert sum(int(row["count"].replace(",", "")) for row in dropped) == total > 0
    assert labels[True] - labels[False] == {"silentHours"}


def test_only_the_older_generation_echoes_the_window() -> None:
    """As in the sample: 2023-06-01..08 in Istanbul is 05-31T21:00 to 06-08T20:59:59.999999, in UTC."""
    older, newer = printed(OLDER), printed(NEWER)
    assert older["startDate"] == "2023-05-31T21:00:00.000000Z"
    assert older["endDate"] == "2023-06-08T20:59:59.999999Z"
    assert newer["startDate"] == "2017-12-31T21:00:00.000000Z"


def test_a_row_of_the_list_has_plain_numbers_and_placeholders() -> None:
    """Ints, fractions, a number without a currency; "-" for a date that is missing and "N/A" for a link."""
    row = formats.overall_row(campaign(), figures(1, campaign(), WINDOW), WINDOW, NEWER)
    assert {type(row[name]) for name in ("id", "builderId", "targeted", "sent", "dropped", "clicks")} == {int}
    assert 0 < row["ctr"] < row["deliveryRate"] < 1
    assert row["ctr"] == row["clicks"] / row["delivered"]
    assert isinstance(row["revenue"], float)
    assert row["endDate"] == "-"
    assert row["secondButtonLink"] == "N/A"
    assert row["startDate"] == "2018-01-01 10:00:00"


def test_a_row_without_activity_is_all_zero() -> None:
    """A quiet campaign's rates are 0, not an error."""
    row = formats.overall_row(campaign(), NOTHING, WINDOW, OLDER)
    names = ("targeted", "sent", "dropped", "delivered", "undelivered", "clicks", "conversions", "revenue")
    assert {row[name] for name in (*names, "deliveryRate", "ctr", "conversionRate")} == {0}
    assert "groupLevels" not in row


def test_extra_fields_are_added_and_nothing_is_changed() -> None:
    """Unknown fields appear at several depths, beside what is documented."""
    plain, extra = printed(NEWER), printed(Style(currency="TRY", extra_fields=True))
    assert set(extra) - set(plain) == {"experimentGroups"}
    assert set(extra["overview"]) - set(plain["overview"]) == {"engagement"}
    assert set(extra["deviceMetrics"][0]) - set(plain["deviceMetrics"][0]) == {"browserVersions"}
    assert plain["unsuccessfulMessages"] == extra["unsuccessfulMessages"]
