"""The key is in no log, no exception and no object of the hook's that anybody prints."""

import gzip
import logging
import traceback
from collections.abc import Callable

import pyarrow.parquet as pq
import pytest

from include.simulator.process import Simulator
from insider_web_push.errors import InsiderError
from insider_web_push.hook import InsiderWebPushHook
from tests.hostile_texts import as_json
from tests.integration.conftest import KEY
from tests.integration.helpers import list_page, metrics
from tests.integration.pipeline import Pipeline
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


def as_escapes(text: str) -> str:
    """Write each character as JSON may."""
    return "".join(f"\\u{ord(letter):04x}" for letter in text)


PHP_KEY = "k3y/of/the/tests"
WAYS = {
    "php": PHP_KEY.replace("/", "\\/").encode(),
    "unicode": as_escapes(PHP_KEY).encode(),
    "url": PHP_KEY.replace("/", "%2F").encode(),
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32-be"])
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("status", [400, 401, 403, 424, 500])
def test_no_way_of_writing_shows_the_key(hook_for: HookFor, status: int, way: str, encoding: str) -> None:
    """An error ends in XCom, alerts and the stored reason; and nothing that is left of its end shows the key."""
    text = f'{{"message": "{"x" * 180} {WAYS[way].decode()} is unknown"}}'
    with raw_server(answer(status, text.encode(encoding))) as server:
        raised = shown_by(lambda: metrics(hook_for(server.url, key=PHP_KEY)))
    assert str(status) in raised
    for shown in ("k3y", "6b\\u0033", "6B"):
        assert shown not in raised


@pytest.mark.parametrize("way", WAYS)
def test_an_answer_with_the_key_in_it_is_masked_and_named(
    hook_for: HookFor, way: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """It would lie in raw, and in the column `extra`; the rest of the answer is as good as any."""
    caplog.set_level(logging.WARNING)
    said = b'{"debug": "Bearer ' + WAYS[way] + b'", "overview": {}}'
    with raw_server(answer(200, said, f"X-Debug: {PHP_KEY}")) as server:
        hook = hook_for(server.url, key=PHP_KEY)
        kept = metrics(hook)
        heard = hook.look("/v1/anything", {})
    assert kept.body == heard.body == b'{"debug": "Bearer ***", "overview": {}}'
    assert heard.headers["x-debug"] == "***"
    printed = "".join(capfd.readouterr()) + caplog.text
    assert "repeats its API key, and is masked" in printed
    assert "k3y" not in printed


def test_a_day_whose_answers_repeat_the_key_is_published_without_it(sim: Simulator, day: Pipeline) -> None:
    """As a name, and in a field that nobody documents: nothing of the lake has it, nor what Airflow gets."""
    campaign_id = day.plan_of_one()
    sim.campaign(campaign_id, name=as_json(f"Sale {KEY} now"), spoil={"comparisonData": {"token": as_escapes(KEY)}})
    day.run()
    names = dict(zip(day.read(), day.read("name"), strict=True))
    extras = dict(zip(day.read(), day.read("extra"), strict=True))
    assert names[campaign_id] == "Sale *** now"
    assert extras[campaign_id] == '{"$.comparisonData": {"token": "***"}}'
    files = [path for path in day.folder.rglob("*") if path.is_file()]
    assert len(files) > 10
    for path in files:
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        if path.suffix == ".parquet":
            data = str(pq.read_table(path).to_pylist()).encode()
        assert KEY.encode() not in data
        assert as_escapes(KEY).encode() not in data
    assert KEY not in str(day.airflow.xcoms)


def test_a_short_key_changes_no_judgement_and_no_answer(hook_for: HookFor) -> None:
    """It stands in every text by chance: "Campaign not found" is no outage, and an answer stays as it is."""
    with raw_server(answer(424, b'{"message": "SERVICE:-Campaign not found"}')) as server:
        raised = shown_by(lambda: metrics(hook_for(server.url, key="a")))
    assert "CampaignNotFound" in raised
    with raw_server(answer(200, b'{"data": "a"}', "X-Data: a")) as server:
        hook = hook_for(server.url, key="a")
        assert metrics(hook).body == b'{"data": "a"}'
        assert hook.look("/v1/anything", {}).headers["x-data"] == "a"


def test_the_key_is_in_no_file_of_the_budget(sim: Simulator, hook_for: HookFor, airflow_home) -> None:
    """It knows a refused key by a hash."""
    shown_by(lambda: list_page(hook_for(sim.url)))
    shown_by(lambda: list_page(hook_for(sim.url, key=f"{KEY}-wrong")))
    files = list(airflow_home.glob("insider_web_push_budget*"))
    assert files
    assert all(KEY.encode() not in file.read_bytes() for file in files)
