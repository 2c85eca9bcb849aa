"""The coverage pages as Airflow mounts them, with Airflow's own login and permissions, over real stored days."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from airflow.api_fastapi.app import create_auth_manager
from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
from airflow.models import DagModel
from airflow.models.dagbundle import DagBundleModel
from airflow.models.team import Team
from airflow.utils.db import initdb
from airflow.utils.session import create_session
from fastapi import FastAPI
from fastapi.testclient import TestClient
from markupsafe import escape

from insider_web_push.coverage.addresses import page_path
from insider_web_push.coverage.keeping import keep
from insider_web_push.coverage.mounted import FASTAPI_APP
from insider_web_push.vocabulary import PAGES
from tests.builders import DAY, sample, swept
from tests.lake import Lake

GRID, DAY_PAGE = f"{PAGES}/", page_path("default", DAY.isoformat())
OTHER_DAY_PAGE = page_path("other", DAY.isoformat())
EVERY_PAGE = [GRID, page_path("default"), DAY_PAGE, f"{DAY_PAGE}/manifest", f"{DAY_PAGE}/11111"]
SCRIPT = "<script>alert('clicked')</script>"
KEY = "k3y-of-the-coverage-tests"
DAILY = "insider_web_push_campaign_metrics"
REFRESH = "insider_web_push_refresh"


@pytest.fixture(scope="session", autouse=True)
def _database() -> None:
    """Airflow's own tables, and the daily DAGs and refreshes of two accounts, each of a team of its own."""
    initdb()
    with create_session() as session:
        for name, of in (("default", ""), ("other", "__other")):
            bundle = DagBundleModel(name=f"bundle_{name}")
            bundle.teams.append(Team(name=f"team_{name}"))
            session.add(bundle)
            session.flush()
            for dag_id in (DAILY, REFRESH):
                session.add(DagModel(dag_id=f"{dag_id}{of}", bundle_name=bundle.name, is_paused=False, is_stale=False))


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """The account `default`, with a published day: one campaign is called like a script, one was not fetched."""
    lake = Lake(tmp_path / "lake")
    lake.list_day([swept("11111", SCRIPT), swept("22222"), swept("33333", sent=0)])
    lake.answer("11111", body=json.dumps(sample("campaign_metrics_older") | {"name": SCRIPT}).encode())
    lake.answer("22222")
    lake.publish()
    keep(lake.store, {})
    return lake


@pytest.fixture
def other(tmp_path: Path) -> Lake:
    """The account `other`, with nothing published."""
    return Lake(tmp_path / "other")


@pytest.fixture(autouse=True)
def _settings(lake: Lake, other: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_accounts(tmp_path, monkeypatch, default=lake.root.as_uri(), other=other.root.as_uri())
    connection = {"conn_type": "insider_web_push", "password": KEY, "extra": {"partner_id": "brand"}}
    monkeypatch.setenv("AIRFLOW_CONN_INSIDER_DEFAULT", json.dumps(connection))
    monkeypatch.setenv("AIRFLOW_CONN_INSIDER_OTHER", json.dumps(connection))
    monkeypatch.setenv("AIRFLOW__API_AUTH__JWT_SECRET", "signs the tests' logins, and is as long as it should be " * 2)
    monkeypatch.setenv("AIRFLOW__CORE__MULTI_TEAM", "True")


def write_accounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **storages: str) -> None:
    """Write the accounts file: account and storage by name."""
    accounts = [
        {"name": name, "conn_id": f"insider_{name}", "timezone": "UTC", "storage": storage}
        for name, storage in storages.items()
    ]
    file = tmp_path / "accounts.yaml"
    file.write_text(yaml.safe_dump({"accounts": accounts}))
    monkeypatch.setenv("AIRFLOW__INSIDER_WEB_PUSH__ACCOUNTS_FILE", str(file))


def shown(text: str) -> str:
    """Give a text as it stands in a page."""
    return str(escape(text))


@pytest.fixture
def stranger() -> Iterator[TestClient]:
    """A browser without a login."""
    create_auth_manager()
    airflow = FastAPI()
    airflow.mount(PAGES, FASTAPI_APP["app"])
    with TestClient(airflow) as client:
        yield client


def login(client: TestClient, *, role: str | None, teams: tuple[str, ...] = ()) -> TestClient:
    """Log in as Airflow's login form does: with its cookie."""
    user = SimpleAuthManagerUser(username="anna", role=role, teams=list(teams))
    client.cookies.set("_token", create_auth_manager().generate_jwt(user))
    return client


@pytest.fixture
def admin(stranger: TestClient) -> TestClient:
    return login(stranger, role="ADMIN")
