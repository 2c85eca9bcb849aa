"""docs/notifiers.md: each of its settings sends a failed run's alert in the shape that its service documents."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.secrets.local_filesystem import load_connections_dict

from insider_web_push.accounts import Account
from insider_web_push.alerts.callbacks import TellOfFailure
from insider_web_push.errors import Unauthorized
from insider_web_push.vocabulary import DAILY
from tests.conftest import PROJECT_ROOT
from tests.integration.alert_receivers import TEAMS_HOST, Receivers, receivers
from tests.supervisor import Supervisor, a_run

PAGE = (PROJECT_ROOT / "docs" / "notifiers.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
RUN_ID = "scheduled__2026-11-23T02:00:00+00:00"
STARTS, ENDS = datetime(2026, 11, 21, 21, tzinfo=UTC), datetime(2026, 11, 22, 21, tzinfo=UTC)
"""Of 2026-11-22 in Istanbul."""
TITLE = "Insider web push, account marka, 2026-11-22: Unauthorized"
WORDS = "<!channel> [bak](https://evil.example) şöyle & 'böyle'"


def block(section: str, language: str) -> str:
    """Give the one block in a language of a section of the page."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", SECTIONS[section], re.MULTILINE | re.DOTALL)
    return found


@pytest.fixture
def taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receivers]:
    """The services, which whoever goes by the environment takes for the real ones."""
    with receivers(tmp_path) as services:
        monkeypatch.setenv("https_proxy", services.proxy)
        monkeypatch.setenv("SSL_CERT_FILE", str(services.authority))
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(services.authority))
        yield services


@pytest.fixture
def alert(taken: Receivers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let a run fail whose account is set as a section of the page says; a mail server is only elsewhere."""

    def fail(section: str) -> None:
        file = tmp_path / "connections.json"
        file.write_text(block(section, "json"))
        for conn_id, connection in load_connections_dict(str(file)).items():
            if connection.conn_type == "smtp":
                connection.host, connection.port = "localhost", taken.mail_port
            monkeypatch.setenv(f"AIRFLOW_CONN_{conn_id.upper()}", connection.as_json())
        account = Account(
            name="marka", conn_id="insider_marka", timezone="Europe/Istanbul", storage="lake",
            **yaml.safe_load(block(section, "yaml")),
        )  # fmt: skip
        run = a_run(f"{DAILY}__marka", RUN_ID, conf={}, run_after=ENDS, interval=(STARTS, ENDS))
        TellOfFailure(account)(
            Supervisor().context(EmptyOperator(task_id="verify"), run) | {"exception": Unauthorized(WORDS)}
        )

    return fail


def test_the_page_has_what_is_tried_here() -> None:
    """A section with settings has a test."""
    tried = {name for name, text in SECTIONS.items() if "```" in text}
    assert tried == {"Slack", "Microsoft Teams", "PagerDuty", "E-mail"}


def test_slack(alert: Callable[[str], None], taken: Receivers) -> None:
    """One text, in which a name calls nobody."""
    alert("Slack")
    assert taken.refused == []
    ((host, message),) = taken.posted
    assert host == "hooks.slack.com"
    assert message["text"].startswith(f"{TITLE}\nDAG {DAILY}__marka, run {RUN_ID}\n")
    assert "&lt;!channel&gt; [bak](https://evil.example) şöyle &amp; 'böyle'" in message["text"]


def test_teams(alert: Callable[[str], None], taken: Receivers) -> None:
    """A card, with a button for each page to look at."""
    alert("Microsoft Teams")
    assert taken.refused == []
    ((host, message),) = taken.posted
    assert host == TEAMS_HOST
    card = message["attachments"][0]["content"]
    shown = [run["text"] for part in card["body"] for run in part["inlines"]]
    assert shown[0] == TITLE
    assert f"Unauthorized in verify: {WORDS}" in shown
    assert [button["title"] for button in card["actions"]] == ["Run", "2026-11-22"]


def test_pagerduty(alert: Callable[[str], None], taken: Receivers) -> None:
    """Twice for one run, as when it is cleared and fails again: PagerDuty makes one alert of both."""
    alert("PagerDuty")
    alert("PagerDuty")
    assert taken.refused == []
    (host, event), (_, again) = taken.posted
    assert host == "events.pagerduty.com"
    assert event == again
    assert event["dedup_key"] == f"{DAILY}__marka {RUN_ID}"
    assert event["payload"]["summary"] == TITLE
    assert WORDS in event["payload"]["custom_details"]["message"]
    assert event["links"][0]["href"].endswith("/runs/scheduled__2026-11-23T02%3A00%3A00%2B00%3A00")


def test_e_mail(alert: Callable[[str], None], taken: Receivers) -> None:
    """By STARTTLS and with a login, which the server insists on."""
    alert("E-mail")
    assert taken.refused == []
    (mail,) = taken.mails
    assert (mail["From"], mail["To"], mail["Subject"]) == ("airflow@example.com", "on-call@example.com", TITLE)
    body = mail.get_body(("html",))
    assert body is not None
    assert "&lt;!channel&gt; [bak](https://evil.example) şöyle &amp; &#x27;böyle&#x27;" in body.get_content()


@pytest.mark.parametrize(
    ("host", "path", "body"),
    [
        ("hooks.slack.com", "/services/T0/B0/X", {"message": "no text"}),
        ("hooks.slack.com", "/services/T0", {"text": "a cut address"}),
        ("events.pagerduty.com", "/v2/enqueue", {"routing_key": "0" * 32, "event_action": "trigger"}),
        (TEAMS_HOST, "/powerautomate/invoke?a=1&sig=X", {"type": "message", "text": "of an old connector"}),
    ],
)  # fmt: skip
def test_the_receivers_refuse_what_the_services_do(
    taken: Receivers, host: str, path: str, body: dict[str, Any]
) -> None:
    """Or the tests above would say nothing."""
    status, _ = taken.take(host, path, "application/json", json.dumps(body).encode())
    assert status >= 400
    assert taken.refused
