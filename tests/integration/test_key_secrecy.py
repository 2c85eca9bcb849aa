"""The key is in no log, no exception and no object of the hook's that anybody prints."""

import logging
import traceback
from collections.abc import Callable

import pytest

from include.simulator.process import Simulator
from insider_web_push.errors import InsiderError
from insider_web_push.hook import InsiderWebPushHook
from tests.integration.conftest import KEY
from tests.integration.helpers import list_page, metrics
from tests.integration.raw_server import answer, raw_server

HookFor = Callable[..., InsiderWebPushHook]


def shown_by(call: Callable[[], object]) -> str:
    """Give all text of what a call raises: message, repr, notes, causes."""
    try:
        call()
    except InsiderError as error:
        return f"{error} {error!r} {''.join(traceback.format_exception(error))}"
    return ""


@pytest.mark.parametrize(
    "fault",
    [
        None,
        "error_500",
        "error_520_html",
        "html_200",
        "not_found",
        "forbidden",
        "invalid_400",
        "redirect",
        "stall",
        "drip",
    ],
)
def test_the_key_is_in_no_log_and_no_exception(
    sim: Simulator,
    hook_for: HookFor,
    fault: str | None,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Of any logger at its most talkative, urllib3's included."""
    caplog.set_level(logging.DEBUG)
    hook = hook_for(sim.url, request_deadline_s=0.4 if fault in {"stall", "drip"} else 30)
    if fault:
        sim.patch(campaigns=0, quiet_campaigns=0)  # a short answer, of which each byte would take a quarter of a second
        sim.fault(fault)
    raised = shown_by(lambda: list_page(hook))
    printed = capfd.readouterr()
    everything = f"{raised} {caplog.text} {printed.out} {printed.err} {hook!r} {vars(hook)} {hook.settings!r}"
    assert "urllib3.connectionpool" in caplog.text
    assert KEY not in everything


def test_the_warning_about_plain_http_has_no_key(
    hook_for: HookFor,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """It names the connection."""
    caplog.set_level(logging.DEBUG)
    with raw_server(answer(200, b"{}")) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        metrics(hook_for("http://api.example.com", allow_http=True))
    printed = "".join(capfd.readouterr()) + caplog.text
    assert "sends its API key over plain http (allow_http)" in printed
    assert KEY not in printed


@pytest.mark.parametrize(
    ("status", "body"),
    [
        pytest.param(401, f'{{"message": "Token {KEY} is unknown"}}', id="json"),
        pytest.param(400, f"Authorization: Bearer {KEY}", id="text"),
    ],
)
def test_a_server_that_repeats_the_key_is_not_quoted(hook_for: HookFor, status: int, body: str) -> None:
    """Errors quote the server's words, and end in logs, mails and tickets."""
    with raw_server(answer(status, body.encode())) as server:
        raised = shown_by(lambda: metrics(hook_for(server.url)))
    assert str(status) in raised
    assert KEY not in raised


def test_the_key_is_in_no_file_of_the_budget(sim: Simulator, hook_for: HookFor, airflow_home) -> None:
    """It knows a refused key by a hash."""
    shown_by(lambda: list_page(hook_for(sim.url)))
    shown_by(lambda: list_page(hook_for(sim.url, key=f"{KEY}-wrong")))
    files = list(airflow_home.glob("insider_web_push_budget*"))
    assert files
    assert all(KEY.encode() not in file.read_bytes() for file in files)
