"""
What the buttons send, to Airflow's own public API: who may, who may not, and what is forged.

The pages and the API are those of a whole API server; the login is its cookie, as in a browser.
"""

import html
import json
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from airflow.api_fastapi.app import create_app
from airflow.models import DagModel
from airflow.models.dagrun import DagRun
from airflow.models.log import Log
from airflow.models.serialized_dag import SerializedDagModel
from airflow.serialization.serialized_objects import LazyDeserializedDAG
from airflow.utils.session import create_session
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import delete, select, update

from insider_web_push.accounts.file import Account
from insider_web_push.coverage.addresses import page_path
from insider_web_push.dags import forms
from insider_web_push.dags.account_dag import account_dag
from insider_web_push.dags.tasks import refresh_tasks
from tests.builders import DAY, SWEPT_AT, swept
from tests.integration.coverage.conftest import DAY_PAGE, GRID, REFRESH, SCRIPT, login, shown
from tests.lake import Lake

RUNS = f"/api/v2/dags/{REFRESH}/dagRuns"
SITE = "https://airflow.example"


@pytest.fixture(scope="module")
def airflow() -> FastAPI:
    """The API server, which knows the refresh of the account `default` as if its DAG file had been read."""
    account = Account(name="default", timezone="UTC", storage="lake")
    with account_dag(account, REFRESH, schedule=None, params=forms.REFRESH) as dag:
        refresh_tasks(account)
    with create_session() as session:
        SerializedDagModel.write_dag(LazyDeserializedDAG.from_dag(dag), bundle_name="bundle_default", session=session)
    return create_app(apps="core")


@pytest.fixture(autouse=True)
def _no_run_is_left() -> Iterator[None]:
    yield
    with create_session() as session:
        for table in (DagRun, Log):
            session.execute(delete(table))
        refreshes = update(DagModel).where(DagModel.dag_id == REFRESH)
        session.execute(refreshes.values(is_paused=False, is_stale=False))


@pytest.fixture
def browser(airflow: FastAPI) -> Iterator[TestClient]:
    """A browser without a login; like one, it says where its requests come from."""
    with TestClient(airflow, base_url=SITE, headers={"Origin": SITE}) as client:
        yield client


def runs() -> list[DagRun]:
    with create_session() as session:
        return list(session.scalars(select(DagRun)))


def confs(page: str) -> dict[str, dict]:
    """Read what the buttons of a page send, by their labels."""
    buttons = re.findall(r'<button type="button" hidden [^>]*data-conf="([^"]*)"[^>]*>([^<]*)</button>', page)
    return {label: json.loads(html.unescape(conf)) for conf, label in buttons}


def sent(conf: dict) -> dict:
    """Give what the page's script sends."""
    return {"logical_date": None, "conf": conf, "note": "Web push coverage: a test"}


def test_what_each_button_sends_becomes_a_run_of_whoever_pressed_it(browser: TestClient, lake: Lake) -> None:
    """Airflow checks it against the form of the refresh, and notes the name and what was asked."""
    lake.store.write_manifest(lake.manifest().model_copy(update={"held": {"11111": "sent fell"}}))
    login(browser, role="USER", teams=("team_default",))
    found = confs(browser.get(DAY_PAGE).text)
    assert list(found) == ["Look again", "Accept the fall", "Rebuild"]
    for number, conf in enumerate(found.values(), start=1):
        answer = browser.post(RUNS, json=sent(conf))
        assert answer.status_code == 200, answer.text
        assert len(runs()) == number
    (first, *_) = runs()
    assert (first.conf, first.triggering_user_name) == (found["Look again"], "anna")
    state = browser.get(f"{RUNS}/{first.run_id}").json()["state"]
    assert state == "queued"
    assert (
        browser.get(f"{RUNS}/{first.run_id}/hitlDetails", params={"response_received": False}).json()["total_entries"]
        == 0
    )


def test_who_may_only_read_gets_no_button_and_is_refused(browser: TestClient) -> None:
    """Hidden on the page, and refused by Airflow whatever the page shows."""
    login(browser, role="VIEWER", teams=("team_default",))
    page = browser.get(DAY_PAGE).text
    assert confs(page) == {}
    assert f"You may not trigger {REFRESH}" in page
    answer = browser.post(RUNS, json=sent({"mode": "all"}))
    assert (answer.status_code, runs()) == (403, [])


def test_who_may_trigger_for_another_team_is_refused(browser: TestClient) -> None:
    """Rights are those of each account's DAG."""
    login(browser, role="USER", teams=("team_other",))
    assert browser.get(DAY_PAGE).status_code == 404  # as an account that is none
    assert browser.post(RUNS, json=sent({})).status_code == 403


def test_without_a_login_nothing_starts(browser: TestClient) -> None:
    """401."""
    assert browser.post(RUNS, json=sent({})).status_code == 401
    assert runs() == []


@pytest.mark.parametrize(
    "forged",
    [
        pytest.param({"data": {"logical_date": "", "conf": "{}"}}, id="form"),
        pytest.param({"files": {"conf": b"{}"}}, id="multipart"),
        pytest.param({"content": b'{"logical_date": null}', "headers": {"Content-Type": "text/plain"}}, id="text"),
        pytest.param({"content": b'{"logical_date": null}'}, id="no-type"),
    ],
)
def test_what_another_site_can_make_a_browser_send_is_no_run(browser: TestClient, forged: dict) -> None:
    """
    Even with the cookie, which Airflow's simple login sets without SameSite, so that a browser may send it along.

    These are all the bodies that a browser sends for another site without asking the server first.
    """
    login(browser, role="ADMIN")
    answer = browser.post(RUNS, **forged | {"headers": {"Origin": "https://evil.example"} | forged.get("headers", {})})
    assert (answer.status_code, runs()) == (422, [])


def test_another_site_is_not_told_that_it_may_send_json(browser: TestClient) -> None:
    """A browser asks before it sends JSON for another site; Airflow does not allow it unless it is told to."""
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    answer = browser.options(RUNS, headers={"Origin": "https://evil.example", **asked})
    assert not answer.is_success
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("page", [GRID, DAY_PAGE, page_path("default"), page_path("default", "days")])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_no_page_takes_anything(browser: TestClient, page: str, method: str) -> None:
    """They only show: there is nothing to forge."""
    login(browser, role="ADMIN")
    assert browser.request(method, page).status_code == 405


def test_opening_pages_starts_nothing(browser: TestClient) -> None:
    """Whatever stands in the address."""
    login(browser, role="ADMIN")
    for page in (GRID, f"{DAY_PAGE}?conf=%7B%7D&start=1", page_path("default", "days") + f"?first={DAY}&last={DAY}"):
        assert browser.get(page).status_code == 200
    assert runs() == []


def test_the_pages_script_may_talk_to_airflow_alone(browser: TestClient) -> None:
    """And nobody may put the page with its buttons under something of their own."""
    login(browser, role="ADMIN")
    policy = browser.get(DAY_PAGE).headers["content-security-policy"]
    assert "connect-src 'self'; frame-ancestors 'self'" in policy
    assert "form-action 'none'" in policy


def test_names_are_text_in_buttons_and_questions(browser: TestClient, lake: Lake) -> None:
    """A campaign that is called like a script, and is held."""
    lake.store.write_manifest(lake.manifest().model_copy(update={"held": {"11111": f'"> {SCRIPT}'}}))
    login(browser, role="ADMIN")
    page = browser.get(DAY_PAGE).text
    assert SCRIPT not in page
    assert f'data-question="Of {DAY}, what says less replaces what is published: 11111 ' in page
    assert shown(f'"> {SCRIPT}') in page


def test_a_paused_refresh_is_named(browser: TestClient) -> None:
    """What is started would wait for ever."""
    login(browser, role="ADMIN")
    assert "is paused" not in browser.get(DAY_PAGE).text
    with create_session() as session:
        session.execute(update(DagModel).where(DagModel.dag_id == REFRESH).values(is_paused=True))
    assert f"{REFRESH} is paused: a run waits until somebody unpauses it" in browser.get(DAY_PAGE).text


def test_a_refresh_that_airflow_does_not_know_is_named(browser: TestClient) -> None:
    """Its file may be broken."""
    login(browser, role="ADMIN")
    with create_session() as session:
        session.execute(update(DagModel).where(DagModel.dag_id == REFRESH).values(is_stale=True))
    assert f"Airflow does not know {REFRESH}" in browser.get(DAY_PAGE).text


def test_several_days_are_shown_with_what_can_be_started(browser: TestClient) -> None:
    """One run for all of them; a day that nobody tried is priced like the one that is published."""
    login(browser, role="ADMIN")
    first = DAY - timedelta(days=1)
    page = browser.get(page_path("default", "days"), params={"first": str(first), "last": str(DAY)}).text
    assert f'href="{page_path("default", str(first))}"' in page
    assert confs(page)["Fetch what is missing"] == {"first_day": str(first), "last_day": str(DAY), "mode": "missing"}
    assert "About 6 calls, less than a minute, if the day that was never tried is as in the newest 1 " in page


def test_a_damaged_day_costs_the_others_nothing(browser: TestClient, lake: Lake) -> None:
    """It says so in its row."""
    login(browser, role="ADMIN")
    lake.list_day([swept("11111")], day=DAY - timedelta(days=1), at=SWEPT_AT)
    lake.store.write(lake.store.at.manifest(DAY - timedelta(days=1)), b"{")
    page = browser.get(page_path("default", "days"), params={"first": f"{DAY - timedelta(days=1)}", "last": f"{DAY}"})
    assert (page.status_code, "cannot be read" in page.text) == (200, True)
    assert "Fetch again, moved or not" in confs(page.text)


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2026-11-22", "2026-11-20", "is before the first day"),
        ("2026-02-30", "2026-11-20", "first &#39;2026-02-30&#39; is not a day"),
        ("2026-11-20", "2126-11-20", "is not over"),
        ("2026-01-01", "2026-11-20", "are 324 days; a page shows 92"),
        ("", "2026-11-20", "first &#39;&#39; is not a day"),
    ],
)
def test_impossible_days_are_refused_by_name(browser: TestClient, first: str, last: str, words: str) -> None:
    """With a sentence."""
    login(browser, role="ADMIN")
    answer = browser.get(page_path("default", "days"), params={"first": first, "last": last})
    assert (answer.status_code, words in answer.text) == (422, True)


def test_a_day_that_is_not_over_has_no_buttons(browser: TestClient) -> None:
    """The refresh would refuse it."""
    login(browser, role="ADMIN")
    page = browser.get(page_path("default", "2126-11-22")).text
    assert (confs(page), "is not over in UTC" in page) == ({}, True)
