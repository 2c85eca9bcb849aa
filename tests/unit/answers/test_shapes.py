"""The documented shape, in both generations; a break of it names its place."""

from typing import Any

import pytest

from insider_web_push.answers.day_list import parse_list_page
from insider_web_push.answers.shapes import CampaignMetrics, unknown_fields
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
        ("overview", None, "$.overview"),
        ("overview", "", "$.overview"),
        ("deviceMetrics", "Desktop", "$.deviceMetrics"),
        ("deviceMetrics", {"Desktop": {"sent": "1"}}, "$.deviceMetrics"),
        ("deviceMetrics", 0, "$.deviceMetrics"),
        ("deviceMetrics.0", "Desktop", "$.deviceMetrics[0]"),
        ("unsuccessfulMessages", ["dropped"], "$.unsuccessfulMessages"),
        ("unsuccessfulMessages.dropped", 7, "$.unsuccessfulMessages.dropped"),
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


LISTS = ["deviceMetrics", "clickMetrics", "unsuccessfulMessages.dropped", "unsuccessfulMessages.undelivered"]


def lists_of(parsed: CampaignMetrics) -> list[list[Any]]:
    """Give the lists of an answer, in the order of `LISTS`."""
    unsuccessful = parsed.unsuccessful_messages
    return [parsed.device_metrics, parsed.click_metrics, unsuccessful.dropped, unsuccessful.undelivered]


@pytest.mark.parametrize("nothing", [REMOVED, None, "", [], {}], ids=["absent", "null", "text", "list", "object"])
@pytest.mark.parametrize("place", [*LISTS, "unsuccessfulMessages"])
def test_a_list_of_nothing_is_empty(place: str, nothing: object) -> None:
    """However PHP prints it; the other lists stand."""
    before = lists_of(parse_campaign_metrics(sample("campaign_metrics_older")))
    parsed = parse_campaign_metrics(with_change(sample("campaign_metrics_older"), place, nothing))
    gone = [name.startswith(place) for name in LISTS]
    assert lists_of(parsed) == [[] if is_gone else was for is_gone, was in zip(gone, before, strict=True)]


@pytest.mark.parametrize("place", LISTS)
def test_a_list_that_lost_an_entry_is_read_by_its_keys(place: str) -> None:
    """PHP prints {"2": …, "10": …} once entries were filtered out."""
    which, document = LISTS.index(place), sample("campaign_metrics_older")
    before = lists_of(parse_campaign_metrics(document))[which]
    *parents, last = place.split(".")
    entries = (document[parents[0]] if parents else document)[last]
    keyed = dict(zip(("10", "2", *map(str, range(20, 30))), entries, strict=False))
    after = lists_of(parse_campaign_metrics(with_change(document, place, keyed)))[which]
    assert after == [before[1], before[0], *before[2:]]


@pytest.mark.parametrize("nothing", [None, "", [], {}], ids=["null", "text", "list", "object"])
@pytest.mark.parametrize("place", LISTS)
def test_an_entry_of_nothing_is_no_break_of_the_shape(place: str, nothing: object) -> None:
    """It has no name, which is noted with its rows."""
    parsed = parse_campaign_metrics(with_change(sample("campaign_metrics_older"), f"{place}.0", nothing))
    assert lists_of(parsed)[LISTS.index(place)][0].model_fields_set == set()


ODD = [True, False, 7, 2026, 2.5, float("inf"), "later", "", None, [], {}, ["x"], {"a": 1}, [[[1]]]]


@pytest.mark.parametrize("value", ODD, ids=repr)
@pytest.mark.parametrize(
    "place",
    [
        "name", "alias", "statusName", "primaryGoal", "startDate", "endDate", "isRecurring", "isTTLEnded", "goalMenu",
        "preferredCurrency", "personalizationStatus", "status", "workingStatus", "sendType", "comparisonData",
        "deviceMetrics.0.device", "unsuccessfulMessages.dropped.0.label", "unsuccessfulMessages.dropped.0.count",
        "clickMetrics.0.name", "clickMetrics.0.header",
    ],
)  # fmt: skip
def test_no_attribute_of_any_type_breaks_the_shape(place: str, value: object) -> None:
    """A day's figures do not hang on a caption."""
    parsed = parse_campaign_metrics(with_change(sample("campaign_metrics_older"), place, value))
    assert parsed.overview.targeted.sent == "411,840"


def test_nothing_is_too_deep_to_be_read() -> None:
    """The figures around it are read all the same."""
    deep: Any = 1
    for _ in range(900):
        deep = [deep]
    document = sample("campaign_metrics_older") | {"name": deep, "mood": deep}
    assert parse_campaign_metrics(document).overview.targeted.sent == "411,840"


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
        ("data", True, "$.data"),
    ],
)
def test_a_break_of_the_lists_shape_names_its_place(place: str, value: object, path: str) -> None:
    """Nothing but the number of campaigns and their rows is needed."""
    with pytest.raises(ContractViolation) as caught:
        parse_list_page(with_change(sample("overall_metrics"), place, value))
    assert caught.value.path == path


@pytest.mark.parametrize("value", [REMOVED, "22222/..", True, 2.5])
def test_an_id_that_is_no_number_costs_its_row_alone(value: object) -> None:
    """It would be part of a path in the storage."""
    page = parse_list_page(with_change(sample("overall_metrics"), "data.1.builderId", value))
    assert ([row.campaign_id for row in page.data], len(page.rows_without_id)) == (["11111"], 1)


@pytest.mark.parametrize(
    "name", ["campName", "type", "status", "statusName", "tags", "sendDate", "endDate", "messageLink"]
)
@pytest.mark.parametrize("value", [None, 7, True, 1.5, {"a": 1}, ["x", 1], "", "N/A"])
def test_an_attribute_of_the_list_never_breaks_it(name: str, value: object) -> None:
    """A day's figures do not hang on a caption."""
    page = parse_list_page(with_change(sample("overall_metrics"), f"data.0.{name}", value))
    assert page.data[0].campaign_id == "11111"
