"""Every fault of the simulator becomes the error that says what to do next."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from include.simulator.faults import FaultKind
from include.simulator.process import Simulator
from insider_web_push.answers.shapes import read_campaign_metrics
from insider_web_push.errors import (
    CampaignNotFound,
    ContractViolation,
    InvalidRequest,
    ServiceUnavailable,
    Throttled,
    TurnedAway,
    Unauthorized,
)
from insider_web_push.hook import InsiderWebPushHook
from tests.integration.helpers import DAY, ISTANBUL, leases, list_page, metrics
from tests.integration.raw_server import answer, raw_server

HookFor = Callable[..., InsiderWebPushHook]
CAMPAIGN = "40006"

ERRORS = {
    FaultKind.ERROR_500: (ServiceUnavailable, "answered 500: Server Error"),
    FaultKind.ERROR_520_HTML: (ServiceUnavailable, "answered 520"),
    FaultKind.NOT_FOUND: (CampaignNotFound, "Campaign not found"),
    FaultKind.NOT_FOUND_200: (CampaignNotFound, "answered 200 with an error: SERVICE:-Campaign not found"),
    FaultKind.THROTTLED_200: (Throttled, "answered 200 with an error: Too many attempts"),
    FaultKind.UPSTREAM_424: (ServiceUnavailable, "answered 424"),
    FaultKind.FORBIDDEN: (Unauthorized, "addresses that it is pinned to"),
    FaultKind.FIREWALL: (TurnedAway, "answered 403 without a word of its own: a firewall"),
    FaultKind.INVALID_400: (InvalidRequest, "The given data was invalid"),
    FaultKind.REDIRECT: (InvalidRequest, "redirect, which is not followed. Check the connection's host"),
    FaultKind.OVERSIZED: (ContractViolation, "larger than 10 MiB"),
}
SHAPE_ERRORS = {
    FaultKind.HTML_200: (ServiceUnavailable, "expected a JSON object, got an HTML page"),
    FaultKind.ERROR_200: (ServiceUnavailable, 'answered 200 with an error: {"error": {"code": 500}}'),
    FaultKind.TRUNCATED_JSON: (ServiceUnavailable, "bytes that are not JSON"),
    FaultKind.LIST_200: (ContractViolation, "expected a JSON object, got list"),
}


@pytest.mark.parametrize("kind", ERRORS)
def test_a_fault_becomes_its_error(sim: Simulator, hook: InsiderWebPushHook, kind: FaultKind) -> None:
    """One request, one error, no retry of its own."""
    sim.fault(kind)
    expected, shown = ERRORS[kind]
    with pytest.raises(expected, match=shown):
        metrics(hook, CAMPAIGN)
    assert len(sim.requests()) == 1


@pytest.mark.parametrize("kind", SHAPE_ERRORS)
def test_a_200_of_the_wrong_shape_is_handed_on_verbatim(
    sim: Simulator, hook: InsiderWebPushHook, kind: FaultKind
) -> None:
    """It must be kept before it is judged; judging it then names what was expected."""
    sim.fault(kind)
    found = metrics(hook, CAMPAIGN)
    assert found.body
    expected, shown = SHAPE_ERRORS[kind]
    with pytest.raises(expected, match=shown):
        read_campaign_metrics(found.body)


OF_THE_LIST = {FaultKind.DRIFT, FaultKind.SHRINK, FaultKind.SHORT, FaultKind.PHP_LIST}


def test_every_kind_of_fault_is_looked_at() -> None:
    """A new one must be put into a table, here or with the deadline's tests; some are the list's own."""
    assert {*ERRORS, *SHAPE_ERRORS} == set(FaultKind) - {FaultKind.STALL, FaultKind.DRIP, *OF_THE_LIST}


@pytest.mark.parametrize(
    ("body", "status"),
    [("json", 429), ("text", 429), ("empty", 429), ("json", 403)],
)
def test_each_throttled_answer_is_throttled(sim: Simulator, hook: InsiderWebPushHook, body: str, status: int) -> None:
    """All shapes that were seen."""
    sim.patch(limit_requests=0, throttle_status=status, throttle_body=body)
    with pytest.raises(Throttled, match=str(status)) as caught:
        list_page(hook)
    assert caught.value.retry_after_s == 60.0


def test_a_campaign_that_is_not_there_is_told_from_an_outage(hook: InsiderWebPushHook) -> None:
    """Both are a 424."""
    with pytest.raises(CampaignNotFound):
        metrics(hook, "17")


def test_the_hook_works_again_after_a_fault(sim: Simulator, hook: InsiderWebPushHook) -> None:
    """Nothing of it is left in the hook."""
    sim.fault(FaultKind.ERROR_500, times=1)
    with pytest.raises(ServiceUnavailable):
        list_page(hook)
    assert list_page(hook).status == 200


def test_one_page_of_a_firewall_stops_nobody(sim: Simulator, hook: InsiderWebPushHook) -> None:
    """The next request is sent, and is answered."""
    sim.fault(FaultKind.FIREWALL, times=1)
    with pytest.raises(TurnedAway):
        metrics(hook, CAMPAIGN)
    assert metrics(hook, CAMPAIGN).status == 200
    assert hook.budget_closed().refused_keys_s == ()


def test_a_firewall_before_the_accounts_totals_alone_puts_no_doubt_on_the_key(
    sim: Simulator, hook: InsiderWebPushHook
) -> None:
    """Days are as good without them, whatever keeps them away."""
    sim.fault(FaultKind.FIREWALL, endpoint="top-metrics")
    with pytest.raises(TurnedAway):
        hook.top_metrics(day=DAY, timezone=ISTANBUL)
    settings = hook.settings
    assert hook._budget(settings).slot(max_wait_s=0).lease.doubted is False


MIB = b"x" * 2**20
PIECE = [MIB[: 2**16]]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param([], ServiceUnavailable, id="closes-without-a-word"),
        pytest.param([b"\x00\x01 nonsense\r\n\r\n"], ServiceUnavailable, id="no-http"),
        pytest.param(answer(200, b"{}", length=20), ServiceUnavailable, id="shorter-than-it-says"),
        pytest.param(answer(200, b"{}", "Content-Encoding: gzip"), ServiceUnavailable, id="not-gzip-though-it-says-so"),
        pytest.param([b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n"], ServiceUnavailable, id="endless-head"),
        pytest.param(answer(999, b""), ServiceUnavailable, id="no-such-status"),
        pytest.param(answer(302, b"", "Location: http://[bad"), InvalidRequest, id="redirect-to-nonsense"),
        pytest.param(answer(302, b"", "Location: /caf\xe9"), InvalidRequest, id="redirect-not-ascii"),
        pytest.param(answer(302, b"", "Location: http://127.0.0.1:1/"), InvalidRequest, id="redirect-elsewhere"),
        pytest.param(answer(302, MIB * 11, "Location: /x"), InvalidRequest, id="redirect-with-a-long-page"),
        pytest.param(answer(503, MIB * 11), ServiceUnavailable, id="outage-with-a-long-page"),
        pytest.param(answer(200, gzip.compress(MIB * 30), "Content-Encoding: gzip"), ContractViolation, id="gzip-bomb"),
    ],
)  # fmt: skip
def test_what_no_proper_server_sends_is_a_typed_error(hook_for: HookFor, parts: list[bytes], expected: type) -> None:
    """Never one of requests, urllib3 or Python."""
    with raw_server(parts) as server, pytest.raises(expected):
        metrics(hook_for(server.url))


@pytest.mark.parametrize("head", ["200 OK", "302 Found\r\nLocation: /elsewhere", "500 Oops"])
def test_no_more_is_read_than_is_accepted(hook_for: HookFor, head: str) -> None:
    """Of any status: a worker's memory is not the server's to fill."""
    endless = [f"HTTP/1.1 {head}\r\nContent-Length: {100 * 2**20}\r\n\r\n".encode(), *PIECE * 1600]
    with raw_server(endless) as server:
        with pytest.raises((ContractViolation, InvalidRequest, ServiceUnavailable)):
            metrics(hook_for(server.url))
        assert server.sent < 40 * 2**20


def test_an_unreachable_server_is_an_outage(hook_for: HookFor, budget_file: Path) -> None:
    """Its lease stays unstamped: nobody can say whether the server counted."""
    with raw_server([]) as server:
        url = server.url
    with pytest.raises(ServiceUnavailable):
        metrics(hook_for(url))
    assert leases(budget_file) == [False]
