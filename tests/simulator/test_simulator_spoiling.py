"""A figure that one campaign prints in a way of its own."""

from typing import Any

import pytest

from include.simulator.spoiling import ABSENT, KEYED, spoil


def body() -> dict[str, Any]:
    return {"overview": {"targeted": {"sent": "9"}}, "deviceMetrics": [{"device": "Mobile", "sent": "9"}]}


@pytest.mark.parametrize("value", ["1.234", 7, None, True, ["9"], {"sent": "9"}])
def test_any_json_value_takes_a_figures_place(value: Any) -> None:
    """The rest stays."""
    spoiled = body()
    assert spoil(spoiled, {"overview.targeted.sent": value}) == []
    assert spoiled == {**body(), "overview": {"targeted": {"sent": value}}}


def test_items_of_lists_have_numbers() -> None:
    """The first is 0."""
    spoiled = body()
    assert spoil(spoiled, {"deviceMetrics.0.sent": "1,23"}) == []
    assert spoiled["deviceMetrics"] == [{"device": "Mobile", "sent": "1,23"}]


def test_a_field_or_an_item_may_be_absent() -> None:
    """As where the API does not have it."""
    spoiled = body()
    assert spoil(spoiled, {"overview.targeted.sent": ABSENT, "deviceMetrics.0": ABSENT}) == []
    assert spoiled == {"overview": {"targeted": {}}, "deviceMetrics": []}


def test_a_list_may_be_printed_as_an_object() -> None:
    """With numbers for names, as PHP does once entries were filtered out; nothing else may."""
    spoiled = body()
    spoiled["deviceMetrics"].append({"device": "Desktop"})
    assert spoil(spoiled, {"deviceMetrics": KEYED, "overview": KEYED}) == ["overview"]
    assert spoiled["deviceMetrics"] == {"0": {"device": "Mobile", "sent": "9"}, "2": {"device": "Desktop"}}
    assert spoiled["overview"] == body()["overview"]


@pytest.mark.parametrize(
    "path",
    ["", "overview.targeted.snt", "deviceMetrics.1.sent", "deviceMetrics.-1.sent", "deviceMetrics.Mobile.sent", "a.b"],
)
def test_a_path_that_leads_nowhere_is_given_back_and_changes_nothing(path: str) -> None:
    """A misspelt one adds no field."""
    spoiled = body()
    assert spoil(spoiled, {path: "1.234"}) == [path]
    assert spoiled == body()


def test_one_answer_does_not_leak_into_the_next() -> None:
    """A value that another path changes is changed in this answer only."""
    literals: dict[str, Any] = {"overview": {"targeted": {"sent": "1"}}, "overview.targeted.sent": "2"}
    spoiled = body()
    spoil(spoiled, literals)
    assert spoiled["overview"] == {"targeted": {"sent": "2"}}
    assert literals["overview"] == {"targeted": {"sent": "1"}}
