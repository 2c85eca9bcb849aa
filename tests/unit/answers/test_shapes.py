"""The documented shape, in both generations; a break of it names its place."""

from typing import Any

import pytest

from insider_web_push.answers.day_list import parse_list_page
from insider_web_push.answers.shapes import unknown_fields
from insider_web_push.errors import ContractViolation
from tests.builders import parse_campaign_metrics, sample

GENERATIONS = ["campaign_metrics_newer", "campaign_metrics_older"]
REMOVED = object()


def with_change(document: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """Change one place of a document; *path* is dotted, numbers are positions."""
    *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    place: Any = document
    for part in parents:
        place = place[part]
    if value is REMOVED:
        del place[last]
    else:
        place[last] = value
    return document


def test_the_documented_answer_is_read() -> None:
    """Attributes under their own names, figures as printed."""
    parsed = parse_campaign_metrics(sample("campaign_metrics_newer"))
    assert (parsed.name, parsed.status_name, parsed.is_ttl_ended, parsed.preferred_currency) == (
        "The campaign",
        "completed",
        True,
        "TRY",
    )
    assert (parsed.overview.total.targeted, parsed.overview.revenue) == ("1", "0 TRY")
    assert [device.device for device in parsed.device_metrics] == ["Desktop", "Mobile"]
    assert parsed.goal_menu["camp-join"] == "Clicks"
    assert parsed.click_metrics == []


def test_the_older_generation_is_read() -> None:
    """It has clickMetrics and silentHours, and lacks the status fields."""
    parsed = parse_campaign_metrics(sample("campaign_metrics_older"))
    assert [click.name for click in parsed.click_metrics] == ["mainAction", "primaryAction", "secondaryAction"]
    assert "silentHours" in [reason.label for reason in parsed.unsuccessful_messages.dropped]
    assert parsed.status_name is None
    assert parsed.device_metrics[1].revenue == "USD"


@pytest.mark.parametrize("generation", GENERATIONS)
def test_nothing_documented_counts_as_unknown(generation: str) -> None:
    """Else every row would carry it in `extra`."""
    assert list(unknown_fields(parse_campaign_metrics(sample(generation)))) == []


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize(
    ("place", "shown"),
    [
        ("engagement", "$.engagement"),
        ("overview.engagement", "$.overview.engagement"),
        ("overview.total.score", "$.overview.total.score"),
        ("overview.deliveryRate.bounced", "$.overview.deliveryRate.bounced"),
        ("deviceMetrics.1.browser", "$.deviceMetrics[1].browser"),
        ("unsuccessfulMessages.expired", "$.unsuccessfulMessages.expired"),
        ("unsuccessfulMessages.dropped.0.hint", "$.unsuccessfulMessages.dropped[0].hint"),
    ],
)
def test_an_unknown_field_survives_with_its_path(generation: str, place: str, shown: str) -> None:
    """Wherever the vendor adds one, whatever is in it."""
    value = {"a": [1, None, "x"]}
    parsed = parse_campaign_metrics(with_change(sample(generation), place, value))
    assert list(unknown_fields(parsed)) == [(shown, value)]


@pytest.mark.parametrize(
    ("place", "value", "path"),
    [
        ("overview", REMOVED, "$.overview"),
        ("overview", [], "$.overview"),
        ("overview.total", REMOVED, "$.overview.total"),
        ("overview.total.targeted", REMOVED, "$.overview.total.targeted"),
        ("overview.targeted.sent", REMOVED, "$.overview.targeted.sent"),
        ("overview.deliveryRate", "34.08%", "$.overview.deliveryRate"),
        ("overview.ctr.clicks", REMOVED, "$.overview.ctr.clicks"),
        ("deviceMetrics", REMOVED, "$.deviceMetrics"),
        ("deviceMetrics", {}, "$.deviceMetrics"),
        ("deviceMetrics.1.device", REMOVED, "$.deviceMetrics[1].device"),
        ("deviceMetrics.0", "Desktop", "$.deviceMetrics[0]"),
        ("unsuccessfulMessages", REMOVED, "$.unsuccessfulMessages"),
        ("unsuccessfulMessages.dropped.2.label", None, "$.unsuccessfulMessages.dropped[2].label"),
        ("unsuccessfulMessages.undelivered.1.count", REMOVED, "$.unsuccessfulMessages.undelivered[1].count"),
        ("name", 7, "$.name"),
        ("isTTLEnded", "later", "$.isTTLEnded"),
    ],
)
def test_a_break_of_the_shape_names_its_place(place: str, value: object, path: str) -> None:
    """As a JSON path, in the error and in its message, without quoting the value."""
    with pytest.raises(ContractViolation) as caught:
        parse_campaign_metrics(with_change(sample("campaign_metrics_older"), place, value))
    assert caught.value.path == path
    assert str(caught.value).startswith(f"{path}: ")


@pytest.mark.parametrize("place", ["name", "alias", "startDate", "isRecurring", "goalMenu", "isTTLEnded"])
def test_an_attribute_may_be_missing(place: str) -> None:
    """The figures mean something without it."""
    parsed = parse_campaign_metrics(with_change(sample("campaign_metrics_older"), place, REMOVED))
    assert parsed.overview.targeted.sent == "411,840"


def test_an_empty_list_may_stand_for_an_empty_object() -> None:
    """PHP prints an empty array so."""
    document = sample("campaign_metrics_older") | {"goalMenu": [], "unsuccessfulMessages": []}
    parsed = parse_campaign_metrics(document)
    assert parsed.goal_menu == {}
    assert (parsed.unsuccessful_messages.dropped, parsed.unsuccessful_messages.undelivered) == ([], [])


@pytest.mark.parametrize("figure", ["1,5", True, None, [], {}, 1e400, "x" * 10_000])
def test_a_figure_of_any_kind_is_no_break_of_the_shape(figure: object) -> None:
    """One that cannot be read must not block the day."""
    parsed = parse_campaign_metrics(with_change(sample("campaign_metrics_older"), "overview.ctr.clicks", figure))
    assert parsed.overview.ctr.clicks == figure


def test_the_documented_list_is_read() -> None:
    """What campaign-metrics wants is builderId, not id."""
    page = parse_list_page(sample("overall_metrics"))
    assert page.total == 2
    assert [(row.campaign_id, row.name) for row in page.data] == [("11111", "Big autumn sale"), ("22222", "Quiet one")]


@pytest.mark.parametrize(
    "wrap",
    [
        pytest.param(lambda page: {"success": True, "message": "", **page}, id="beside"),
        pytest.param(lambda page: {"success": True, "data": page}, id="around"),
    ],
)
def test_a_list_in_an_envelope_is_read(wrap) -> None:
    """Newer versions may have one."""
    assert parse_list_page(wrap(sample("overall_metrics"))).total == 2


@pytest.mark.parametrize("builder_id", [11111, "11111"])
def test_a_campaign_id_may_be_a_number_or_a_text(builder_id: object) -> None:
    """Both become text, as the API wants it back."""
    page = parse_list_page(with_change(sample("overall_metrics"), "data.0.builderId", builder_id))
    assert page.data[0].campaign_id == "11111"


@pytest.mark.parametrize(
    ("place", "value", "path"),
    [
        ("total", REMOVED, "$.total"),
        ("total", -1, "$.total"),
        ("data", REMOVED, "$.data"),
        ("data", "none", "$.data"),
        ("data.1.builderId", REMOVED, "$.data[1].builderId"),
        ("data.1.builderId", "22222/..", "$.data[1].builderId"),
        ("data.1.builderId", True, "$.data[1].builderId"),
        ("data.1.builderId", 2.5, "$.data[1].builderId"),
    ],
)
def test_a_break_of_the_lists_shape_names_its_place(place: str, value: object, path: str) -> None:
    """An id that is no number would be part of a path in the storage."""
    with pytest.raises(ContractViolation) as caught:
        parse_list_page(with_change(sample("overall_metrics"), place, value))
    assert caught.value.path == path


@pytest.mark.parametrize(
    "name", ["campName", "type", "status", "statusName", "tags", "sendDate", "endDate", "messageLink"]
)
@pytest.mark.parametrize("value", [None, 7, True, 1.5, {"a": 1}, ["x", 1], "", "N/A"])
def test_an_attribute_of_the_list_never_breaks_it(name: str, value: object) -> None:
    """A day's figures do not hang on a caption."""
    page = parse_list_page(with_change(sample("overall_metrics"), f"data.0.{name}", value))
    assert page.data[0].campaign_id == "11111"
