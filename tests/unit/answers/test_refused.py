"""A 2xx that is an error object is a refusal; an answer with an error beside its figures is none."""

import json
from typing import Any

import pytest

from insider_web_push.answers.day_list import read_list_page
from insider_web_push.answers.refused import meaning_of, message_in, refusal_in
from insider_web_push.answers.shapes import read_campaign_metrics
from insider_web_push.errors import (
    CampaignNotFound,
    ContractViolation,
    InsiderError,
    ServiceUnavailable,
    Throttled,
)
from tests.builders import sample

REFUSALS = [
    pytest.param({"error": {"code": 500}}, '{"error": {"code": 500}}', id="error-code"),
    pytest.param({"error": {"message": "Server Error"}, "status": 500}, "Server Error", id="error-message"),
    pytest.param({"error": "upstream is down"}, "upstream is down", id="error-text"),
    pytest.param({"error": True}, '{"error": true}', id="error-flag"),
    pytest.param({"message": "Internal Server Error"}, "Internal Server Error", id="message"),
    pytest.param({"message": {"tr": "Hata"}}, '{"message": {"tr": "Hata"}}', id="message-object"),
    pytest.param({"errors": {"end_date": ["is wrong"]}}, "end_date: is wrong", id="errors-by-field"),
    pytest.param({"errors": ["first", "second"]}, "first", id="errors-list"),
    pytest.param({"status": 500}, '{"status": 500}', id="status"),
    pytest.param({"status_code": "503"}, '{"status_code": "503"}', id="status-code-text"),
    pytest.param({"success": False}, "does not say why", id="success-false"),
    pytest.param({"success": False, "message": "later", "data": [{}]}, "later", id="success-false-with-data"),
    pytest.param({"success": 0}, "does not say why", id="success-0"),
    pytest.param({"success": True, "error": {"code": 7}}, '{"error": {"code": 7}}', id="success-with-error"),
    pytest.param({"message": "gone", "data": [], "overview": None}, "gone", id="empty-parts"),
]


@pytest.mark.parametrize(("body", "words"), REFUSALS)
@pytest.mark.parametrize("read", [read_campaign_metrics, read_list_page])
def test_an_error_object_is_an_outage_with_its_words(read: Any, body: dict[str, Any], words: str) -> None:
    """A later attempt may succeed, of either endpoint."""
    with pytest.raises(ServiceUnavailable, match="the API answered 200 with ") as caught:
        read(json.dumps(body).encode())
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Too many attempts, please try again later.", Throttled),
        ("Rate limit exceeded", Throttled),
        ("SERVICE:-Campaign not found", CampaignNotFound),
        ("SERVICE:-", ServiceUnavailable),
        ("", ServiceUnavailable),
    ],
)
def test_words_say_what_a_refusal_stands_for(said: str, kind: type[InsiderError]) -> None:
    """In a 2xx as with any status."""
    assert meaning_of(said) is kind
    if said:
        with pytest.raises(kind):
            read_campaign_metrics(json.dumps({"message": said}).encode())


BESIDE = [
    {"error": None}, {"error": ""}, {"error": []}, {"error": "deprecated"}, {"errors": {"x": ["y"]}},
    {"message": "Too many attempts"}, {"message": "Campaign not found"}, {"status_code": 500}, {"code": 404},
]  # fmt: skip


@pytest.mark.parametrize("beside", BESIDE, ids=str)
def test_an_error_beside_figures_is_no_refusal(beside: dict[str, Any]) -> None:
    """The figures are there."""
    assert read_campaign_metrics(json.dumps(sample("campaign_metrics_newer") | beside).encode())
    assert read_list_page(json.dumps(sample("overall_metrics") | beside).encode()).total == 2
    assert read_list_page(json.dumps({"data": [], "total": 0} | beside).encode()).data == []


@pytest.mark.parametrize(
    "body",
    [{}, {"error": None}, {"error": []}, {"errors": {}}, {"message": ""}, {"status": 1}, {"status": 200},
     {"success": True, "message": "done", "summary": {"sent": "1"}}, {"deviceMetrics": [{}], "message": "x"}],
)  # fmt: skip
def test_what_says_no_error_breaks_the_contract(body: dict[str, Any]) -> None:
    """It would say the same next time."""
    with pytest.raises(ContractViolation, match=r"\$\.overview"):
        read_campaign_metrics(json.dumps(body).encode())


@pytest.mark.parametrize("long", ["x" * 10**6, " ".join("y" * 10**5)])
def test_words_are_bounded(long: str) -> None:
    """A body may be of any size."""
    for body in ({"message": long}, {"error": {"a": long}}, {"errors": [long]}):
        assert len(refusal_in(body) or "") < 230
        assert len(message_in(json.dumps(body).encode())) < 230
