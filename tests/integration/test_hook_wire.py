"""What goes over the wire: the request as documented, the key once, and nothing else of the connection."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from insider_web_push.errors import InvalidRequest
from insider_web_push.hook import InsiderWebPushHook
from tests.integration.conftest import KEY
from tests.integration.helpers import metrics
from tests.integration.raw_server import RawServer, answer, raw_server

HookFor = Callable[..., InsiderWebPushHook]
OK = answer(200, b"{}")


def head_and_body(server: RawServer) -> tuple[str, dict[str, str], dict[str, str]]:
    """Give the request line, the headers and the decoded body of the only request."""
    (request,) = server.requests
    head, _, body = request.decode().partition("\r\n\r\n")
    line, *headers = head.split("\r\n")
    return (
        line,
        {name.lower(): value.strip() for name, _, value in (h.partition(":") for h in headers)},
        json.loads(body),
    )


def test_the_request_is_as_documented(hook_for: HookFor) -> None:
    """POST, JSON, bearer token; what is kept of it is what was sent."""
    with raw_server(OK) as server:
        kept = metrics(hook_for(server.url)).request
        line, headers, body = head_and_body(server)
    assert line == "POST /v1/statistics/campaign-metrics HTTP/1.1"
    assert (headers["content-type"], headers["authorization"]) == ("application/json", f"Bearer {KEY}")
    assert body == kept
    assert body == {
        "partner_id": "brand",
        "start_date": "2026-03-10",
        "end_date": "2026-03-10",
        "campaign_id": "11111",
    }


def test_the_key_is_sent_once_and_only_as_the_token(hook_for: HookFor) -> None:
    """Not in the address, not in the body."""
    with raw_server(OK) as server:
        metrics(hook_for(server.url))
        (request,) = server.requests
    assert request.count(KEY.encode()) == 1
    assert re.search(rb"\r\nAuthorization: Bearer " + KEY.encode() + rb"\r\n", request)


def test_no_extra_of_the_connection_is_sent(hook_for: HookFor) -> None:
    """The base class would make a header of each."""
    extra = {"requests_per_minute": 77, "request_deadline_s": 12.125, "connect_timeout_s": 3.375, "allow_http": True}
    with raw_server(OK) as server:
        metrics(hook_for(server.url, **extra))
        _, headers, _ = head_and_body(server)
    documented = {"authorization", "content-type"}
    of_http = {"host", "user-agent", "accept-encoding", "accept", "connection", "content-length"}
    assert set(headers) == documented | of_http


def test_a_netrc_entry_does_not_take_the_keys_place(
    hook_for: HookFor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would with a plain header."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password something-else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with raw_server(OK) as server:
        metrics(hook_for(server.url))
        _, headers, _ = head_and_body(server)
    assert headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(hook_for: HookFor, status: int) -> None:
    """Nobody else gets the key, or the request."""
    with raw_server(OK) as other, raw_server(answer(status, b"", f"Location: {other.url}/v1")) as server:
        with pytest.raises(InvalidRequest, match=f"{status}, a redirect"):
            metrics(hook_for(server.url))
        assert len(server.requests) == 1
    assert other.requests == []


def test_a_proxy_of_the_environment_is_used(hook_for: HookFor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers in companies reach nothing without one."""
    with raw_server(OK) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        metrics(hook_for("http://api.example.com", allow_http=True))
        line, headers, _ = head_and_body(proxy)
    assert line.startswith("POST http://api.example.com/v1/statistics/campaign-metrics ")
    assert headers["authorization"] == f"Bearer {KEY}"


def test_the_port_of_the_connection_is_used(hook_for: HookFor) -> None:
    """As part of the address."""
    with raw_server(OK) as server:
        metrics(hook_for(f"http://localhost:{server.port}"))
        _, headers, _ = head_and_body(server)
        assert headers["host"] == f"localhost:{server.port}"
