"""One deadline for a whole request: after it nothing leaves, and nothing is waited for."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from requests import Request, Session

from include.simulator.faults import FaultKind
from include.simulator.process import Simulator
from insider_web_push.api.transport import send
from insider_web_push.budget.clock import boot_clock
from insider_web_push.budget.lease import RateLimit
from insider_web_push.budget.slots import Budget, Slot
from insider_web_push.budget.sqlite_store import SQLiteStore
from insider_web_push.errors import ServiceUnavailable
from insider_web_push.hook import InsiderWebPushHook
from tests.integration.helpers import leases, list_page, metrics
from tests.integration.raw_server import answer, raw_server

HookFor = Callable[..., InsiderWebPushHook]
DEADLINE_S = 0.5
GIVEN_UP = r"no complete answer within 0\.5 s"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
SLOW = [b" "] * 40
"""Eight seconds at five bytes a second."""


def a_slot(budget_file: Path, send_by: float) -> Slot:
    """Give a slot that is good until then."""
    slot = Budget(SQLiteStore(budget_file), "127.0.0.1/brand", limit=RateLimit()).slot(max_wait_s=None)
    return replace(slot, send_by=send_by)


def test_a_stalled_answer_is_given_up_and_its_lease_counts_longer(
    sim: Simulator, hook_for: HookFor, budget_file: Path
) -> None:
    """The server may count it until the very deadline."""
    sim.fault(FaultKind.STALL)
    hook = hook_for(sim.url, request_deadline_s=DEADLINE_S)
    with pytest.raises(ServiceUnavailable, match=GIVEN_UP):
        list_page(hook)
    assert leases(budget_file) == [False]
    assert sim.requests()[0]["status"] is None


def test_a_dripping_answer_is_given_up_and_its_lease_is_stamped(
    sim: Simulator, hook_for: HookFor, budget_file: Path
) -> None:
    """Each read succeeds in time; its head has shown that the server had counted the request."""
    sim.patch(campaigns=0, quiet_campaigns=0)  # some eighty bytes: twenty seconds, if nothing ends it
    sim.fault(FaultKind.DRIP)
    with pytest.raises(ServiceUnavailable, match=GIVEN_UP):
        list_page(hook_for(sim.url, request_deadline_s=DEADLINE_S))
    assert leases(budget_file) == [True]


@pytest.mark.parametrize(
    ("parts", "stamped"),
    [
        pytest.param([bytes([byte]) for byte in HEAD + b"\r\n{}"], False, id="head-drips"),
        pytest.param([HEAD + b"Content-Length: 42\r\n\r\n{}", *SLOW], True, id="body-of-known-length"),
        pytest.param([b"HTTP/1.0 200 OK\r\n\r\n{}", *SLOW], True, id="body-until-the-connection-ends"),
        pytest.param([HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n", *SLOW], True, id="body-in-chunks"),
    ],
)
def test_no_part_of_an_answer_may_outlive_the_deadline(
    hook_for: HookFor, budget_file: Path, parts: list[bytes], *, stamped: bool
) -> None:
    """Also where what has come so far looks like a whole one."""
    with raw_server(parts, pause_s=0.2) as server:
        with pytest.raises(ServiceUnavailable, match=GIVEN_UP):
            metrics(hook_for(server.url, request_deadline_s=DEADLINE_S))
        assert server.sent < sum(map(len, parts))
    assert leases(budget_file) == [stamped]


def test_a_stalled_handshake_is_given_up(hook_for: HookFor, budget_file: Path) -> None:
    """A server that takes a TLS connection and says nothing."""
    with raw_server([]) as server:
        hook = hook_for(f"https://127.0.0.1:{server.port}", request_deadline_s=DEADLINE_S)
        with pytest.raises(ServiceUnavailable, match=GIVEN_UP):
            list_page(hook)
    assert leases(budget_file) == [False]


def test_after_its_deadline_a_request_is_not_sent(budget_file: Path) -> None:
    """A process that stood still between the grant and the sending: the connection comes up, and stays silent."""
    with raw_server(answer(200, b"{}")) as server:
        request = Request("POST", f"{server.url}/v1", json={"a": 1}).prepare()
        with pytest.raises(ServiceUnavailable), Session() as session:
            send(session, request, a_slot(budget_file, boot_clock() - 0.001), connect_timeout_s=5)
    assert b"".join(server.requests) == b""
    assert leases(budget_file) == [False]


def test_in_time_a_request_is_sent(budget_file: Path) -> None:
    """The same call, a moment earlier."""
    with raw_server(answer(200, b"{}")) as server:
        request = Request("POST", f"{server.url}/v1", json={"a": 1}).prepare()
        with Session() as session:
            assert send(session, request, a_slot(budget_file, boot_clock() + 5), connect_timeout_s=5).content == b"{}"
    assert len(server.requests) == 1


def test_a_body_that_is_sent_slowly_stops_at_the_deadline(budget_file: Path) -> None:
    """Bytes that leave late would be counted late."""

    def pieces() -> Iterator[bytes]:
        for _ in range(20):
            yield b"xyz"
            time.sleep(0.1)

    with raw_server(answer(200, b"{}")) as server:
        request = Request("POST", f"{server.url}/v1", data=pieces()).prepare()
        with pytest.raises(ServiceUnavailable), Session() as session:
            send(session, request, a_slot(budget_file, boot_clock() + DEADLINE_S), connect_timeout_s=5)
    assert 0 < server.requests[0].count(b"xyz") < 20
