"""From answers to rows."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from insider_web_push.answers.day_list import COUNTERS, ListedCampaign
from insider_web_push.answers.shapes import CampaignMetrics
from insider_web_push.tables.campaign_day import TableRows, rows_of
from insider_web_push.tables.schemas import TABLES
from insider_web_push.vocabulary import Check
from tests.builders import CAMPAIGN, FETCHED_AT, campaign_day, detail, parse_campaign_metrics, sample, swept, totals

STAMP = {"campaign_id": CAMPAIGN, "fetched_at": FETCHED_AT}
LISTED = {
    "targeted": 450_000, "sent": 411_840, "dropped": 38_160, "delivered": 140_355, "undelivered": 271_485,
    "clicks": 2_807, "conversions": 14,
}  # fmt: skip


def rows_of_one(given: CampaignMetrics | None, **changes: Any) -> TableRows:
    """Give the rows of one campaign day."""
    return rows_of([campaign_day(given, **changes)])


def the_row(given: CampaignMetrics | None, **changes: Any) -> dict[str, Any]:
    """Give its one row of campaign_day."""
    (row,) = rows_of_one(given, **changes)["campaign_day"]
    return row


def test_the_documented_answer_gives_this_row() -> None:
    """The vendor's own sample, column by column."""
    assert the_row(detail("campaign_metrics_newer")) == STAMP | {
        "name": "The campaign",
        "type": "Bulk",
        "status_name": "completed",
        "status_code": 1,
        "working_status": 3,
        "send_type": 0,
        "primary_goal": "salesFromClick",
        "alias": "single",
        "is_recurring": False,
        "personalization_status": "Active",
        "starts_at": datetime(2023, 10, 31, 21, tzinfo=UTC),
        "ends_at": datetime(2023, 11, 30, 20, 59, 59, 999_999, tzinfo=UTC),
        "is_ttl_ended": True,
        "listed": True,
        "detail_status": "fetched",
        "finality": "provisional",
        "targeted": 1,
        "sent": 1,
        "dropped": 0,
        "delivered": 1,
        "undelivered": 0,
        "clicks": 0,
        "conversions": 0,
        "delivery_rate": 1.0,
        "ctr": 0.0,
        "conversion_rate": None,
        "delivery_rate_reported": 1.0,
        "ctr_reported": 0.0,
        "conversion_rate_reported": 0.0,
        "revenue": Decimal(0),
        "revenue_reported": Decimal(0),
        "revenue_source": "list",
        "currency": "TRY",
        "preferred_currency": "TRY",
        "failed_checks": [],
        "failed_check_details": [],
        "extra": None,
    }


def test_large_figures_of_the_older_generation_are_numbers() -> None:
    """Without separators; rates as fractions, computed and as reported."""
    row = the_row(detail())
    counts = ("targeted", "sent", "dropped", "delivered", "undelivered", "clicks", "conversions")
    assert [row[name] for name in counts] == [450_000, 411_840, 38_160, 140_355, 271_485, 2_807, 14]
    assert row["delivery_rate"] == pytest.approx(0.3408, abs=5e-5)
    assert row["delivery_rate_reported"] == 0.3408
    assert (row["revenue"], row["currency"]) == (Decimal(2480), "USD")


def test_each_device_gives_a_row() -> None:
    """A bare currency is no revenue, which is not a revenue of 0."""
    desktop, mobile = rows_of_one(detail())["campaign_day_device"]
    assert (desktop["device"], desktop["revenue"], desktop["currency"]) == ("Desktop", Decimal(2480), "USD")
    assert mobile == STAMP | {
        "device": "Mobile",
        "sent": 311_840,
        "delivered": 100_355,
        "clicks": 2_000,
        "conversions": 0,
        "delivery_rate": 100_355 / 311_840,
        "ctr": 2_000 / 100_355,
        "conversion_rate": 0.0,
        "delivery_rate_reported": 0.3218,
        "ctr_reported": 0.0199,
        "conversion_rate_reported": 0.0,
        "revenue": None,
        "currency": "USD",
    }


def test_each_reason_gives_a_row() -> None:
    """Of both outcomes; the percentage is an int in one sample and a text in the other."""
    reasons = rows_of_one(detail())["campaign_day_unsuccessful"]
    assert reasons[0] == STAMP | {
        "outcome": "dropped",
        "reason": "frequencyCapped",
        "count": 34_852,
        "percentage_reported": 0.9133,
    }
    assert [(row["outcome"], row["reason"], row["count"]) for row in reasons[3:6]] == [
        ("dropped", "serviceProviderErrors", 0),
        ("dropped", "internalErrors", 0),
        ("undelivered", "offlineRecipients", 271_000),
    ]


def test_each_clickable_part_gives_a_row() -> None:
    """Where the API tells."""
    clicks = rows_of_one(detail())["campaign_day_click"]
    assert clicks[1] == STAMP | {
        "name": "primaryAction",
        "header": "Shop now",
        "clicks": 807,
        "click_ratio_reported": 0.2875,
    }
    assert rows_of_one(detail("campaign_metrics_newer"))["campaign_day_click"] == []


def test_each_goal_gives_a_row() -> None:
    """A label that is no text is kept as JSON."""
    document = sample("campaign_metrics_newer") | {"goalMenu": {"camp-join": "Clicks", "odd": {"tr": "Tüh"}}}
    goals = rows_of_one(parse_campaign_metrics(document))["campaign_day_goal"]
    assert [(row["goal"], json.loads(row["label"]) if row["goal"] == "odd" else row["label"]) for row in goals] == [
        ("camp-join", "Clicks"),
        ("odd", {"tr": "Tüh"}),
    ]


def change(document: dict[str, Any], table: str, value: object) -> str:
    """Put *value* where a row of *table* gets a figure from; gives that figure's path."""
    places: dict[str, tuple[Any, str, str]] = {
        "campaign_day": (document["overview"]["ctr"], "clicks", "$.overview.ctr.clicks"),
        "campaign_day_device": (document["deviceMetrics"][1], "clicks", "$.deviceMetrics[1].clicks"),
        "campaign_day_unsuccessful": (
            document["unsuccessfulMessages"]["undelivered"][0],
            "count",
            "$.unsuccessfulMessages.undelivered[0].count",
        ),
        "campaign_day_click": (document["clickMetrics"][2], "clicks", "$.clickMetrics[2].clicks"),
    }
    place, name, path = places[table]
    place[name] = value
    return path


@pytest.mark.parametrize(
    ("table", "position", "column"),
    [
        ("campaign_day", 0, "clicks"),
        ("campaign_day_device", 1, "clicks"),
        ("campaign_day_unsuccessful", 5, "count"),
        ("campaign_day_click", 2, "clicks"),
    ],
)
def test_a_figure_that_cannot_be_read_is_null_and_a_failed_check(table: str, position: int, column: str) -> None:
    """With its path, in every table; the other figures stand."""
    document = sample("campaign_metrics_older")
    path = change(document, table, "1.234")
    tables = rows_of_one(parse_campaign_metrics(document))
    assert tables[table][position][column] is None
    (row,) = tables["campaign_day"]
    assert set(row["failed_checks"]) <= {"unreadable", "device_sum", "undelivered_reason_sum"}
    assert row["failed_check_details"][0] == f"unreadable: {path}: '1.234' is not a count"
    assert row["sent"] == 411_840


def test_no_rate_is_computed_from_an_unreadable_figure() -> None:
    """Nor from one by nothing."""
    document = sample("campaign_metrics_older")
    document["overview"]["ctr"]["clicks"] = "-"
    row = the_row(parse_campaign_metrics(document))
    assert (row["ctr"], row["conversion_rate"]) == (None, None)
    assert row["delivery_rate"] is not None


def test_unreadable_revenue_is_null_and_keeps_its_currency() -> None:
    """A thousand lira or one: nobody can tell."""
    document = sample("campaign_metrics_older")
    document["overview"]["revenue"] = "1.234 USD"
    row = the_row(parse_campaign_metrics(document))
    assert (row["revenue"], row["currency"]) == (None, "USD")
    assert row["failed_check_details"] == [
        "unreadable: $.overview.revenue: '1.234 USD' is not an amount with its currency"
    ]


def test_a_quiet_campaign_day_is_a_row_of_zeros() -> None:
    """Its rates are null, and it has no detail at all."""
    tables = rows_of_one(None)
    (row,) = tables.pop("campaign_day")
    assert (row["sent"], row["clicks"], row["revenue"]) == (0, 0, Decimal(0))
    assert (row["ctr"], row["detail_status"], row["name"], row["type"]) == (None, "quiet", "The campaign", "Bulk")
    assert set(map(len, tables.values())) == {0}


def test_a_campaign_that_is_not_listed_says_so() -> None:
    """Its figures are the last ones that were fetched."""
    row = the_row(detail(), swept=None, type=None)
    assert (row["listed"], row["type"], row["sent"]) == (False, None, 411_840)


def test_unknown_fields_are_kept_as_json_by_path() -> None:
    """Readable, also beyond ASCII."""
    document = sample("campaign_metrics_older") | {"mood": "iyi ğ"}
    document["deviceMetrics"][0]["browsers"] = ["Chrome"]
    extra = the_row(parse_campaign_metrics(document))["extra"]
    assert json.loads(extra) == {"$.mood": "iyi ğ", "$.deviceMetrics[0].browsers": ["Chrome"]}
    assert "ğ" in extra


def test_a_missing_campaign_day_has_the_figures_of_the_list() -> None:
    """Precise revenue, of which nobody told the currency, and rates that were computed from the counts."""
    row = the_row(None, status="missing", swept=swept(**LISTED, revenue="2479.6600112915"))
    assert {name: row[name] for name in LISTED} == LISTED
    assert (row["revenue"], row["revenue_reported"], row["currency"]) == (Decimal("2479.660011292"), None, None)
    assert (row["ctr"], row["ctr_reported"], row["failed_checks"]) == (2_807 / 140_355, None, [])


def test_a_missing_campaign_day_that_is_no_longer_listed_keeps_its_figures() -> None:
    """Those that stood for it when it was published."""
    row = the_row(None, status="missing", swept=None, baseline=totals(**LISTED))
    assert (row["listed"], row["sent"]) == (False, 411_840)


@pytest.mark.parametrize(
    "known",
    [
        pytest.param({"swept": swept(**(LISTED | {"clicks": None}))}, id="unreadable"),
        pytest.param({"swept": None, "baseline": None}, id="nothing"),
    ],
)
def test_a_figure_that_the_list_does_not_give_is_null_and_a_failed_check(known: dict[str, Any]) -> None:
    """Not 0: something happened, or the campaign would be quiet."""
    row = the_row(None, status="missing", **known)
    assert (row["clicks"], row["ctr"], row["conversion_rate"]) == (None, None, None)
    assert "unreadable: the list has no readable clicks" in row["failed_check_details"]


@pytest.mark.parametrize(("revenue", "failed"), [("abc", ["unreadable"]), (None, [])])
def test_a_revenue_that_the_list_does_not_give_is_null(revenue: str | None, failed: list[str]) -> None:
    """A failed check only where something stands there."""
    row = the_row(None, status="missing", swept=swept(**LISTED, revenue=revenue))
    assert (row["revenue"], row["failed_checks"]) == (None, failed)


@pytest.mark.parametrize("given", [detail(), detail("campaign_metrics_newer"), None], ids=["older", "newer", "none"])
def test_every_row_has_every_column(given: CampaignMetrics | None) -> None:
    """But for those that only a revision knows: rows and files compare column by column."""
    for name, rows in rows_of_one(given).items():
        columns = set(TABLES[name].schema.names) - {"revision", "schema_version"}
        assert [set(row) for row in rows] == [columns] * len(rows), name


def test_failed_checks_are_named_once_and_told_one_by_one() -> None:
    """Sorted, so that an equal answer gives an equal row."""
    document = sample("campaign_metrics_older")
    document["overview"]["ctr"]["clicks"] = "1.234"
    document["deviceMetrics"][0]["clicks"] = "1,5"
    document["deviceMetrics"].append(document["deviceMetrics"][1])
    row = the_row(parse_campaign_metrics(document))
    assert row["failed_checks"] == ["duplicate", "unreadable"]
    assert [what.partition(":")[0] for what in row["failed_check_details"]] == ["unreadable", "unreadable", "duplicate"]


@pytest.mark.parametrize("section", ["deviceMetrics", "dropped", "clickMetrics"])
def test_a_second_row_of_a_name_is_left_out_and_a_failed_check(section: str) -> None:
    """So that rows have the key that their table promises."""
    document = sample("campaign_metrics_older")
    twice = document["unsuccessfulMessages"][section] if section == "dropped" else document[section]
    twice.append(twice[0])
    tables = rows_of_one(parse_campaign_metrics(document))
    assert tables["campaign_day"][0]["failed_checks"] == ["duplicate"]
    for name, rows in tables.items():
        keys = [tuple(row[column] for column in TABLES[name].key) for row in rows]
        assert len(keys) == len(set(keys)), name


@pytest.mark.parametrize("unreadable", [["sent"], ["targeted", "clicks"], list(COUNTERS)])
@pytest.mark.parametrize("status", ["fetched", "missing", "totals"])
def test_a_list_without_readable_counters_is_a_failed_check(unreadable: list[str], status: str) -> None:
    """Whether or not there is an answer: the list cannot tell what moved."""
    given = detail() if status == "fetched" else None
    row = the_row(given, status=status, swept=swept(**dict.fromkeys(unreadable)))
    assert Check.LIST_FIGURES in row["failed_checks"]
    assert f"list_figures: the list has no readable {', '.join(unreadable)}" in row["failed_check_details"]
    assert (Check.UNREADABLE in row["failed_checks"]) == (given is None)


@pytest.mark.parametrize("listed", [swept(revenue=None), swept(), None])
def test_a_list_with_counters_fails_no_check(listed: ListedCampaign | None) -> None:
    """Also one without revenue, and one that has the campaign no longer."""
    assert Check.LIST_FIGURES not in the_row(detail(), swept=listed)["failed_checks"]
