"""The coverage page in a real API server, of a day that a real run published."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pendulum
import pytest

from insider_web_push.coverage.addresses import page_path
from insider_web_push.vocabulary import PAGES
from tests.system.conftest import DAILY, KEY, System

pytestmark = pytest.mark.system

DAY = pendulum.yesterday("Europe/Istanbul").subtract(days=60).date()
DAY_PAGE = page_path("default", DAY.isoformat())
EVERY_PAGE = [f"{PAGES}/", page_path("default"), DAY_PAGE, f"{DAY_PAGE}/manifest"]
SCRIPT = "<script>alert('push')</script>"
"""What the simulator's sixth campaign is called."""


@pytest.fixture(scope="module")
def run_id(system: System) -> str:
    """One good run of a day with such a campaign."""
    system.sim.patch(campaigns=6)
    run_id, state = system.run_day(DAY)
    system.sim.patch(campaigns=4)
    assert state == "success"
    return run_id


@contextmanager
def browser(system: System, user: str | None) -> Iterator[httpx.Client]:
    """Open a browser, logged in by Airflow's own way unless nobody is."""
    with httpx.Client(base_url=system.airflow.url, trust_env=False, timeout=30) as client:
        if user:
            password = json.loads(system.airflow.home.passwords_file.read_text())[user]
            login = client.post("/auth/token", json={"username": user, "password": password})
            client.cookies.set("_token", login.json()["access_token"])
        yield client


@pytest.mark.usefixtures("run_id")
@pytest.mark.parametrize("page", EVERY_PAGE)
def test_the_page_is_behind_the_login_and_the_permissions(system: System, page: str) -> None:
    """401 for a stranger; for who may read no DAG 403, or 404 as of an account that is none; the page for an admin."""
    statuses = []
    for user in (None, "nobody", "admin"):
        with browser(system, user) as client:
            statuses.append(client.get(page).status_code)
    assert statuses == [401, 403 if page == f"{PAGES}/" else 404, 200]


@pytest.mark.usefixtures("run_id")
def test_a_script_in_a_name_is_text(system: System) -> None:
    """On the day's page, which the run published, and on the stored answer's."""
    with browser(system, "admin") as admin:
        page = admin.get(DAY_PAGE).text
        script = next(
            key for key, campaign in system.reader().manifest(DAY).campaigns.items() if campaign.name == SCRIPT
        )
        for text in (page, admin.get(f"{DAY_PAGE}/{script}").text):
            assert SCRIPT not in text
            assert "&lt;script&gt;alert(&#39;push&#39;)&lt;/script&gt;" in text


def test_the_day_links_to_its_run_and_the_grid_to_the_day(system: System, run_id: str) -> None:
    """Publish has kept the index, and Airflow's database says which DAG the run is of."""
    with browser(system, "admin") as admin:
        assert f'href="/dags/{DAILY}/runs/{run_id.replace(":", "%3A").replace("+", "%2B")}"' in admin.get(DAY_PAGE).text
        assert f'href="{DAY_PAGE}"' in admin.get(page_path("default")).text


@pytest.mark.usefixtures("run_id")
def test_the_budget_is_told_and_the_key_is_not(system: System) -> None:
    """The API server reads the connection from Airflow's database, and the machine's own budget store."""
    with browser(system, "admin") as admin:
        for page in EVERY_PAGE:
            assert KEY not in admin.get(page).text
        assert "of 1000 requests a minute are used" in admin.get(page_path("default")).text


def test_airflows_navigation_has_the_page(system: System) -> None:
    """As a view of its own below Browse."""
    (plugin,) = [
        plugin for plugin in system.airflow.api.get("/plugins")["plugins"] if plugin["name"] == "insider_web_push"
    ]
    (view,) = plugin["external_views"]
    assert (view["name"], view["href"], view["destination"]) == ("Web push coverage", f"{PAGES}/", "nav")
