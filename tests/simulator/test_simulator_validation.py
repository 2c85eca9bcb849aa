"""What is accepted of a request, and how the rest is refused."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.simulator.validation import RefusedError, read_body, read_query

GOOD: dict[str, Any] = {
    "partner_id": "brand",
    "start_date": "2026-03-09",
    "end_date": "2026-03-10",
    "campaign_id": "40006",
}


def refusal(endpoint: str, **changes: object) -> RefusedError:
    body = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    with pytest.raises(RefusedError) as caught:
        read_query(endpoint, body)
    return caught.value


def test_a_good_request_is_read() -> None:
    """All that the endpoint documents."""
    query = read_query("campaign-metrics", GOOD)
    assert (query.start, query.end, query.campaign_id) == (date(2026, 3, 9), date(2026, 3, 10), "40006")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"partner_id": None}, "The partner id field is required.", id="no-partner"),
        pytest.param({"partner_id": 7}, "The partner id must be a string.", id="partner-as-number"),
        pytest.param({"campaign_id": None}, "The campaign id field is required.", id="no-campaign"),
        pytest.param({"campaign_id": 40006}, "The campaign id must be a string.", id="campaign-as-number"),
        pytest.param({"start_date": ""}, "The start date field is required.", id="empty-start"),
        pytest.param({"end_date": "10.03.2026"}, "The end date does not match the format Y-m-d.", id="dots"),
        pytest.param({"end_date": "2026-3-10"}, "The end date does not match the format Y-m-d.", id="one-digit"),
        pytest.param({"end_date": "2026-02-30"}, "The end date does not match the format Y-m-d.", id="no-such-day"),
        pytest.param({"end_date": "2026-W11-2"}, "The end date does not match the format Y-m-d.", id="week"),
        pytest.param({"end_date": "9999-12-31"}, "The end date must be between", id="beyond-this-world"),
        pytest.param({"start_date": "2026-03-11"}, "after or equal to start date", id="start-after-end"),
    ],
)
def test_campaign_metrics_refuses_in_free_text(changes: dict[str, Any], words: str) -> None:
    """400, as its documentation says."""
    refused = refusal("campaign-metrics", **changes)
    assert refused.status == 400
    assert isinstance(refused.body, str)
    assert words in refused.body


@pytest.mark.parametrize(
    ("changes", "name", "message"),
    [
        pytest.param({"end_date": "x"}, "end_date", "The end date does not match the format Y-m-d.", id="as-seen"),
        pytest.param({"partner_id": 7}, "partner_id", "The partner id must be a string.", id="partner-as-number"),
        pytest.param({"per_page": 9}, "per_page", "The per page must be at least 10.", id="too-few"),
        pytest.param({"per_page": "21"}, "per_page", "The per page may not be greater than 20.", id="too-many"),
        pytest.param({"page": "0"}, "page", "The page must be at least 1.", id="page-zero"),
        pytest.param({"page": "two"}, "page", "The page must be an integer.", id="page-in-words"),
        pytest.param({"page": True}, "page", "The page must be an integer.", id="page-as-truth"),
        pytest.param({"page": "9" * 5000}, "page", "The page must be an integer.", id="page-without-end"),
    ],
)
def test_overall_metrics_refuses_by_field(changes: dict[str, Any], name: str, message: str) -> None:
    """422, in the shape that was seen."""
    refused = refusal("overall-metrics", **changes)
    assert refused.status == 422
    assert refused.body == {"status_code": 422, "errors": {name: [message]}}


@pytest.mark.parametrize(("page", "per_page"), [("2", "20"), (2, 20), ("2", 20)])
def test_numbers_may_be_strings(page: object, per_page: object) -> None:
    """They are documented as strings."""
    query = read_query("overall-metrics", {**GOOD, "page": page, "per_page": per_page})
    assert (query.page, query.per_page) == (2, 20)


def test_the_default_is_the_first_ten() -> None:
    """As documented."""
    query = read_query("overall-metrics", GOOD)
    assert (query.page, query.per_page) == (1, 10)


json_values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text("0123456789-+ .٣WT", max_size=12),
    st.just([1]),
    st.just({"$gt": ""}),
)


@given(
    st.sampled_from(["campaign-metrics", "overall-metrics", "top-metrics"]),
    st.fixed_dictionaries({}, optional=dict.fromkeys([*GOOD, "page", "per_page"], json_values)),
)
def test_any_body_is_read_or_refused(endpoint: str, changes: dict[str, Any]) -> None:
    """No value of any type gets further than that."""
    try:
        query = read_query(endpoint, {**GOOD, **changes})
    except RefusedError as refused:
        status = refused.status
    else:
        status = 200
        assert query.start <= query.end
    assert status in (200, 400, 422)


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b'"text"', b"\xff", b"[" * 100_000], ids=range(7))
def test_what_is_not_a_json_object_has_no_parameters(raw: bytes) -> None:
    """So every parameter is reported missing."""
    assert read_body(raw) == {}
