"""Undocumented fields: kept by path, and counted."""

import json
from typing import Any

import pytest

from insider_web_push.answers.day_list import parse_list_page
from insider_web_push.answers.undocumented import count_unknown, count_unknown_in_list, extra_of, plain_json
from tests.builders import campaign_day, detail, parse_campaign_metrics, rows_of, sample


def with_browsers() -> dict[str, Any]:
    """Give a documented answer whose devices have a new field, as has the answer itself."""
    document = sample("campaign_metrics_older") | {"mood": "iyi ğ"}
    for device in document["deviceMetrics"]:
        device["browserVersions"] = ["Chrome"]
    return document


def test_fields_are_counted_by_path_without_positions() -> None:
    """Two devices of two answers are four values of one field."""
    answers = [parse_campaign_metrics(with_browsers()), parse_campaign_metrics(with_browsers()), detail()]
    assert count_unknown(answers) == {"$.deviceMetrics[].browserVersions": 4, "$.mood": 2}


def test_fields_of_a_list_are_counted() -> None:
    """In rows and around them; what production shows and the documentation does not is known."""
    page = sample("overall_metrics") | {"success": True, "message": "", "sorting": "asc"}
    for row in page["data"]:
        row |= {"statusName": "active", "groupLevels": [], "labelColor": "#ff8800"}
    assert count_unknown_in_list([parse_list_page(page)]) == {"$.data[].labelColor": 2, "$.sorting": 1}


@pytest.mark.parametrize("name", ["campaign_metrics_older", "campaign_metrics_newer"])
def test_a_documented_answer_has_nothing_extra(name: str) -> None:
    """Empty comparisonData included."""
    assert extra_of(detail(name)) == {}


def test_a_documented_list_has_nothing_extra() -> None:
    """Neither in rows nor around them."""
    assert count_unknown_in_list([parse_list_page(sample("overall_metrics"))]) == {}


@pytest.mark.parametrize("compared", [[{"a": 1}], {"b": "2"}, "x"])
def test_comparison_data_is_kept_where_there_is_any(compared: object) -> None:
    """Nothing documents what is in it."""
    document = sample("campaign_metrics_newer") | {"comparisonData": compared}
    assert extra_of(parse_campaign_metrics(document)) == {"$.comparisonData": compared}


def test_extra_is_json_by_path_with_positions() -> None:
    """Readable, also beyond ASCII."""
    (row,) = rows_of([campaign_day(parse_campaign_metrics(with_browsers()))])["campaign_day"]
    assert json.loads(row["extra"]) == {
        "$.mood": "iyi ğ",
        "$.deviceMetrics[0].browserVersions": ["Chrome"],
        "$.deviceMetrics[1].browserVersions": ["Chrome"],
    }
    assert "ğ" in row["extra"]


def test_what_json_does_not_have_is_text() -> None:
    """NaN in a column of JSON would break whoever reads it; Python's own reader takes it."""
    assert (
        plain_json({"a": [float("nan"), float("-inf"), 1.5, None, True]}) == '{"a": ["nan", "-inf", 1.5, null, true]}'
    )


def test_what_is_nested_beyond_reason_is_cut() -> None:
    """Instead of exhausting the stack."""
    nested: object = "deep"
    for _ in range(900):
        nested = [nested]
    assert "…" in plain_json(nested)
    assert "deep" not in plain_json(nested)
