"""From answers to rows."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from insider_web_push.answers.shapes import CampaignMetrics
from insider_web_push.tables.schemas import TABLES
from tests.builders import CAMPAIGN, FETCHED_AT, detail, parse_campaign_metrics, sample
from tests.unit.tables.one_campaign import rows_of_one, the_row

STAMP = {"campaign_id": CAMPAIGN, "fetched_at": FETCHED_AT}


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


def test_unknown_fields_are_kept_as_json_by_path() -> None:
    """Readable, also beyond ASCII."""
    document = sample("campaign_metrics_older") | {"mood": "iyi ğ"}
    document["deviceMetrics"][0]["browsers"] = ["Chrome"]
    extra = the_row(parse_campaign_metrics(document))["extra"]
    assert json.loads(extra) == {"$.mood": "iyi ğ", "$.deviceMetrics[0].browsers": ["Chrome"]}
    assert "ğ" in extra


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
