"""The links on the tasks, as the worker writes them."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from insider_web_push.coverage.addresses import page_path
from insider_web_push.operators import CampaignMetricsOperator
from insider_web_push.operators.links import DayLink, PanelLink, StoredAnswerLink

PANEL = "https://brand.example.com/web-push/{campaign_id}/report"


@pytest.fixture(autouse=True)
def _accounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    accounts = [
        {"name": "default", "timezone": "Europe/Istanbul", "storage": "a"},
        {"name": "brand", "conn_id": "insider_brand", "timezone": "Europe/Istanbul", "storage": "b"},
    ]
    file = tmp_path / "accounts.yaml"
    file.write_text(yaml.safe_dump({"accounts": accounts}))
    monkeypatch.setenv("AIRFLOW__INSIDER_WEB_PUSH__ACCOUNTS_FILE", str(file))
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", "https://airflow.example.com/team/")


def task(**attributes: Any) -> Any:
    """Make what a link reads of a task."""
    return SimpleNamespace(**({"conn_id": "insider_brand"} | attributes))


def link(kind: Any, operator: Any) -> str:
    """Ask one kind of link."""
    return str(kind().get_link(operator, ti_key=None))


def test_a_fetch_links_to_what_it_stored() -> None:
    """Below the address that browsers know Airflow by."""
    fetch = task(day="2026-11-22", campaign_id="40006")
    assert link(StoredAnswerLink, fetch) == "/team/insider-web-push/brand/2026-11-22/40006"
    assert link(DayLink, fetch) == "/team/insider-web-push/brand/2026-11-22"  # of whoever adds that one


@pytest.mark.parametrize(
    ("swept", "path"),
    [
        ([{"day": "2026-11-22"}], "/team/insider-web-push/brand/2026-11-22"),
        ([{"day": "2026-11-22"}, {"day": "2026-11-23"}], "/team/insider-web-push/brand"),
        (None, "/team/insider-web-push/brand"),
    ],
)
def test_publish_links_to_its_day(swept: Any, path: str) -> None:
    """Of several, to the account's."""
    assert link(DayLink, task(swept=swept)) == path


@pytest.mark.parametrize(
    ("panel_url", "address"),
    [(PANEL, "https://brand.example.com/web-push/40006/report"), (None, "")],
)
def test_a_fetch_links_to_the_vendors_panel_where_the_account_says_how(panel_url: str | None, address: str) -> None:
    """Its address is documented nowhere."""
    assert link(PanelLink, task(panel_url=panel_url, campaign_id="40006")) == address


@pytest.mark.parametrize(("panel_url", "names"), [(PANEL, 2), (None, 1)])
def test_a_task_has_no_link_that_leads_nowhere(panel_url: str | None, names: int) -> None:
    """Each is a request of the task to Airflow's API server, and a row of its database."""
    fetch = CampaignMetricsOperator(
        task_id="fetch", storage="a", timezone="UTC", campaign_id="1", day="2026-11-22", panel_url=panel_url
    )
    assert len(fetch.operator_extra_links) == names


def test_a_dag_of_somebodys_own_has_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its connection is in no accounts file; or there is no such file."""
    other = task(conn_id="elsewhere", day="2026-11-22", campaign_id="1")
    assert link(StoredAnswerLink, other) == ""
    monkeypatch.setenv("AIRFLOW__INSIDER_WEB_PUSH__ACCOUNTS_FILE", "/nowhere.yaml")
    assert link(StoredAnswerLink, other) == ""


def test_a_path_holds_nothing_that_leads_elsewhere() -> None:
    """Whatever a campaign is called."""
    assert page_path("brand", "../x?y") == "/team/insider-web-push/brand/..%2Fx%3Fy"
