"""Each hostile name on each way out of the process: a way out relies on what was cleaned where it came in."""

import io
import json
import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime

import pytest
from jinja2 import Environment
from rich.console import Console

from include.local.failures import last_error
from include.local.progress import Screen
from include.local.report import campaign_table
from insider_web_push.accounts import Account
from insider_web_push.alerts.message import FailedRun, alert_of, failure_of
from insider_web_push.answers.day_list import ListedCampaign, read_list_page
from insider_web_push.answers.shapes import read_campaign_metrics
from insider_web_push.answers.texts import clean_name
from insider_web_push.errors import IncompleteDay
from insider_web_push.lake.manifest import PublishedCampaign
from insider_web_push.reports.weekly_html import weekly_html
from insider_web_push.tables.files import from_parquet, to_arrow, to_parquet
from insider_web_push.tables.schemas import TABLES
from tests import weeks
from tests.builders import DAY, FETCHED_AT, campaign_day, rows_of, sample
from tests.hostile_texts import HOSTILE, ORDINARY, as_json, unfit

NOW = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)
EVERY = pytest.mark.parametrize("name", [*HOSTILE.values(), *ORDINARY], ids=[*HOSTILE, *map(ascii, ORDINARY)])


def listed(name: str) -> ListedCampaign:
    """Read a campaign of this name out of the list's bytes."""
    body = f'{{"total": 1, "data": [{{"builderId": 1, "campName": {as_json(name)}, "sent": 5}}]}}'
    return read_list_page(body.encode()).data[0]


@EVERY
def test_parquet(name: str) -> None:
    """Of all tables, with the name wherever an answer has a text."""
    answer = sample("campaign_metrics_older") | {"name": name, "undocumented": {name: name}, "goalMenu": {"x": name}}
    answer["deviceMetrics"][0]["device"] = answer["unsuccessfulMessages"]["dropped"][0]["label"] = name
    said = read_campaign_metrics(json.dumps(answer).encode())
    day = campaign_day(said, name=clean_name(str(said.name)), swept=listed(name))
    stamp = {"revision": 1, "schema_version": 3}
    for table, rows in rows_of([day]).items():
        file = to_parquet(to_arrow(TABLES[table], [row | stamp for row in rows]))
        read = from_parquet(file).to_pylist()
        assert len(read) == len(rows)
        for value in (value for row in read for value in row.values() if isinstance(value, str)):
            assert unfit(value) == []
            assert not re.search(r"\\u00[01]|\\ud8", value) or "\\" in name


@EVERY
def test_manifest(name: str) -> None:
    """Also one that an older version wrote with the name as it came."""
    plain = {"listed": True, "status": "fetched", "fetched_at": FETCHED_AT}
    campaign = PublishedCampaign(name=name, reason=name, **plain)
    assert unfit(f"{campaign.name}{campaign.reason}") == []
    assert PublishedCampaign.model_validate_json(campaign.model_dump_json()) == campaign


@EVERY
def test_xcom_and_label(name: str) -> None:
    """As PostgreSQL takes them: no U+0000, and as many characters as the label's column holds."""
    handed = json.dumps({"campaign_name": listed(name).name})
    assert "\\u0000" not in handed or "\\\\u0000" in handed
    assert len(handed) < 5_000
    label = Environment().from_string("{{ name[:160] }}").render(name=listed(name).name)  # noqa: S701 — not HTML
    assert unfit(label) == []


@EVERY
def test_alert(name: str) -> None:
    """As text, for Slack, and for mail."""
    account = Account(name="brand", timezone="Europe/Istanbul", storage="lake")
    run = FailedRun(account=account, dag_id="dag", run_id="run", days=("2026-11-22",), base_url="http://localhost")
    words = f"campaign 1 {listed(name).name!r} is missing"
    alert = alert_of(run, failure_of("verify", IncompleteDay(words, days=("2026-11-22",))), [])
    for shown in (alert.text, alert.slack, alert.html):
        assert unfit(shown, lines=True) == []
    assert "<!channel>" not in alert.slack
    assert "<script>" not in alert.html
    assert len(alert.text) < 10_000


@EVERY
def test_html_and_svg(name: str) -> None:
    """The weekly report: no element of the name's, and drawings that an XML parser takes."""
    rows = [weeks.campaign_day("1", day, name=name) for day in range(7)]
    # Rows as an older version published them.
    report = weeks.report(rows, unsuccessful=[weeks.loss("dropped", name or "x", 5)])
    page = weekly_html(report, account="brand", built_at=NOW)
    assert unfit(page, lines=True) == []
    for never in ("<script>alert", "<img", "<svg onload"):
        assert never not in page
    drawings = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert drawings
    for drawing in drawings:
        ET.fromstring(drawing)  # noqa: S314 — our own drawing, which is what is tested


@EVERY
def test_terminal(name: str, tmp_path) -> None:
    """The demo's table, its lines, and an error out of a task's log: text, and neither markup nor control."""
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, color_system=None, width=100)
    figures = dict.fromkeys(
        ("sent", "delivered", "delivery_rate", "clicks", "ctr", "conversions", "revenue", "currency")
    )
    # An older version published the name as it came.
    console.print(campaign_table(DAY, [figures | {"campaign_id": "1", "name": name}], width=100))
    log = tmp_path / "attempt=1.log"
    log.write_text(json.dumps({"error_detail": [{"exc_type": "ValueError", "exc_value": name}]}))
    Screen(console).done("fetch", ": ".join(last_error(log)))
    assert unfit(out.getvalue(), lines=True) == []
    if "[/b]" in name:
        assert "Sale [/b] [red]now[/]" in out.getvalue()
