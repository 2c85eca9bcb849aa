"""Status and body decide the error."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insider_web_push.answers.decoding import json_object
from insider_web_push.api.refusals import error_of, retry_after_s
from insider_web_push.errors import (
    CampaignNotFound,
    ContractViolation,
    InvalidRequest,
    ServiceUnavailable,
    Throttled,
    TurnedAway,
    Unauthorized,
    UpstreamFailed,
)

NOW = datetime(2026, 11, 23, 1, 0, 0, tzinfo=UTC)
TOO_MANY_ATTEMPTS = {"error": {"message": "Too many attempts… 30 Requests/minute is allowed."}, "status": 403}
END_DATE = {"status_code": 422, "errors": {"end_date": ["The end date does not match the format Y-m-d."]}}


def body_of(said: object) -> bytes:
    """Text goes as it is, everything else as JSON."""
    return said.encode() if isinstance(said, str) else json.dumps(said).encode()


@pytest.mark.parametrize(
    ("status", "said", "kind", "shown"),
    [
        pytest.param(400, "The start date is required.", InvalidRequest, "start date is required", id="400"),
        pytest.param(401, {"message": "Unauthorized"}, Unauthorized, "API key", id="401-message"),
        pytest.param(401, {"status_code": 401}, Unauthorized, "password", id="401-status"),
        pytest.param(403, TOO_MANY_ATTEMPTS, Throttled, "30 Requests/minute", id="403-throttled"),
        pytest.param(403, "Rate limit reached", Throttled, "Rate limit", id="403-throttled-text"),
        pytest.param(403, {"message": "IP not allowed"}, Unauthorized, "addresses", id="403-key"),
        pytest.param(403, {"status_code": 403}, Unauthorized, "API key", id="403-status"),
        pytest.param(403, "", TurnedAway, "firewall", id="403-empty"),
        pytest.param(403, "<html><h1>403 Forbidden</h1></html>", TurnedAway, "firewall", id="403-html"),
        pytest.param(403, "error code: 1020", TurnedAway, "error code: 1020", id="403-text"),
        pytest.param(403, {}, TurnedAway, "firewall", id="403-json-without-a-word"),
        pytest.param(404, "<html>nginx</html>", InvalidRequest, "host", id="404-html"),
        pytest.param(405, "", InvalidRequest, "host", id="405"),
        pytest.param(406, "", InvalidRequest, "older than the API keeps", id="406-retention"),
        pytest.param(422, END_DATE, InvalidRequest, "end_date: The end date does not match", id="422"),
        pytest.param(424, {"message": "SERVICE:-Campaign not found"}, CampaignNotFound, "not found", id="424-gone"),
        pytest.param(424, {"message": "SERVICE:-"}, UpstreamFailed, "SERVICE:-", id="424-upstream"),
        pytest.param(424, "upstream timed out", UpstreamFailed, "upstream timed out", id="424-text"),
        pytest.param(429, {"message": "Too Many Requests", "status": 429}, Throttled, "Too Many", id="429-json"),
        pytest.param(429, "slow down", Throttled, "slow down", id="429-text"),
        pytest.param(429, "", Throttled, "429", id="429-empty"),
        pytest.param(408, "", ServiceUnavailable, "408", id="408"),
        pytest.param(425, "", ServiceUnavailable, "425", id="425"),
        pytest.param(500, {"message": "Server Error"}, ServiceUnavailable, "Server Error", id="500"),
        pytest.param(502, "<html>Bad Gateway</html>", ServiceUnavailable, "502", id="502-html"),
        pytest.param(503, "", ServiceUnavailable, "503", id="503-empty"),
        pytest.param(520, "<!DOCTYPE html><h1>520</h1>", ServiceUnavailable, "520", id="520-html"),
        pytest.param(302, "", InvalidRequest, "redirect", id="302"),
        pytest.param(307, "", InvalidRequest, "redirect", id="307"),
    ],
)
def test_status_and_body_decide_the_error(status: int, said: object, kind: type, shown: str) -> None:
    """The same status means different things; the body tells which."""
    error = error_of(status, {}, body_of(said), now=NOW)
    assert type(error) is kind
    assert shown in str(error)
    assert str(status) in str(error)


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_a_2xx_is_no_error(status: int) -> None:
    """Its body is judged elsewhere."""
    assert error_of(status, {}, b"Too many attempts", now=NOW) is None


@pytest.mark.parametrize(
    ("said", "kind", "shown"),
    [
        pytest.param(TOO_MANY_ATTEMPTS, Throttled, "30 Requests/minute", id="throttled-error"),
        pytest.param({"message": "Too Many Requests", "status": 429}, Throttled, "Too Many", id="throttled-message"),
        pytest.param({"success": False, "message": "rate limit"}, Throttled, "rate limit", id="throttled-success"),
        pytest.param({"message": "SERVICE:-Campaign not found"}, CampaignNotFound, "not found", id="gone"),
        pytest.param({"error": "Campaign not found"}, CampaignNotFound, "not found", id="gone-error"),
    ],
)
@pytest.mark.parametrize("status", [200, 202])
def test_a_2xx_that_is_a_refusal_in_words_is_its_error(status: int, said: object, kind: type, shown: str) -> None:
    """The budget learns of a limit, and a campaign that is gone is asked for once."""
    error = error_of(status, {"Retry-After": "17"}, body_of(said), now=NOW)
    assert type(error) is kind
    assert shown in str(error)
    assert str(status) in str(error)
    assert getattr(error, "retry_after_s", 17.0) == 17.0


@pytest.mark.parametrize(
    "said",
    [
        {"error": {"code": 500}},
        {"data": [], "total": 0, "message": "too many campaigns to count"},
        {"overview": {"total": {}}, "error": "Too many attempts"},
        ["Too many attempts"],
    ],
)
def test_another_2xx_is_kept_before_it_is_judged(said: object) -> None:
    """By its shape, which is not the hook's matter."""
    assert error_of(200, {}, body_of(said), now=NOW) is None


@pytest.mark.parametrize("status", [400, 406, 422])
def test_an_invalid_request_keeps_its_status(status: int) -> None:
    """By it a day before the campaign existed is told from other refusals."""
    error = error_of(status, {}, b"", now=NOW)
    assert isinstance(error, InvalidRequest)
    assert error.status == status


@pytest.mark.parametrize("status", [429, 403, 503, 424])
def test_the_servers_wait_is_handed_on(status: int) -> None:
    """By every retryable answer that can carry it."""
    error = error_of(status, {"Retry-After": "17"}, b"too many", now=NOW)
    assert getattr(error, "retry_after_s", None) == 17.0


@pytest.mark.parametrize("body", [b"<html>" + b"x" * 5000, b"x" * 5000, body_of({"message": "y" * 5000})])
def test_the_words_of_the_answer_are_bounded(body: bytes) -> None:
    """An error message is no place for a page."""
    assert len(str(error_of(500, {}, body, now=NOW))) < 300


@pytest.mark.parametrize(
    "body", [b"\xff\xfe\x00", b"[" * 100_000, b"null", b"[1]", b'{"message": 5}', b'{"errors": []}']
)
def test_an_odd_error_body_still_gives_the_error(body: bytes) -> None:
    """Whatever stands in it, 500 stays an outage."""
    assert type(error_of(500, {}, body, now=NOW)) is ServiceUnavailable


@pytest.mark.parametrize(
    ("raw", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        (" 7 ", 7.0),
        ("Mon, 23 Nov 2026 01:01:30 GMT", 90.0),
        ("Mon, 23 Nov 2026 00:59:00 GMT", 0.0),
        ("Mon, 23 Nov 2026 04:01:30 +0300", 90.0),
        ("Mon, 23 Nov 2026 01:01:30 -0000", 90.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("\u0661", None),
        ("Mon, 99 Nov 2026 01:01:30 GMT", None),
        ("Mon, 23 Nov 99999 01:01:30 GMT", None),
    ],
)
def test_retry_after_is_read_in_both_forms(raw: str, seconds: float | None) -> None:
    """Seconds or a date (RFC 9110), in any case of the header's name; anything else says nothing."""
    assert retry_after_s({"Retry-After": raw}, now=NOW) == seconds
    assert retry_after_s({"retry-after": raw}, now=NOW) == seconds


def test_without_retry_after_nobody_said_how_long() -> None:
    """None, which is not 0."""
    assert retry_after_s({}, now=NOW) is None


@given(st.text() | st.from_regex(r"\A\w{3}, \d{1,3} \w{3} \d{1,6} \d{1,3}:\d{1,3}:\d{1,3} (GMT|[+-]\d{4})\Z"))
def test_no_retry_after_breaks_anything(raw: str) -> None:
    """None or seconds that are not negative, whatever a server sends."""
    seconds = retry_after_s({"Retry-After": raw}, now=NOW)
    assert seconds is None or seconds >= 0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html></html>",
        b"  <!DOCTYPE html>",
        b'{"a": ',
        b"\xff",
        b'{"name": "\xed\xa0\xbd"}',
        b"[" * 100_000,
        b'{"sent": ' + b"9" * 5000 + b"}",
    ],
)
def test_a_2xx_body_that_is_no_json_is_an_outage(body: bytes) -> None:
    """A proxy's page, or half of an answer: the next may be whole."""
    with pytest.raises(ServiceUnavailable, match=r"expected a JSON object.*check the connection's host"):
        json_object(body)


@pytest.mark.parametrize("body", [b"[]", b"null", b"7", b'"text"'])
def test_a_2xx_body_of_json_that_is_no_object_breaks_the_contract(body: bytes) -> None:
    """The place is the document itself."""
    with pytest.raises(ContractViolation, match="expected a JSON object") as caught:
        json_object(body)
    assert caught.value.path == "$"


def test_a_2xx_that_says_it_failed_is_an_outage() -> None:
    """A later attempt may succeed; figures of a failed call must not be believed."""
    with pytest.raises(ServiceUnavailable, match="try later"):
        json_object(body_of({"success": False, "message": "try later"}))
