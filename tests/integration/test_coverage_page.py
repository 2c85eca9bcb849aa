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
from airflow.models.dagrun import DagRun
from airflow.models.taskinstance import TaskInstance
from airflow.models.team import Team
from airflow.utils.db import initdb
from airflow.utils.session import create_session
from fastapi import FastAPI
from fastapi.testclient import TestClient
from markupsafe import escape
from sqlalchemy import delete, insert

from insider_web_push.budget.lease import RateLimit
from insider_web_push.budget.sqlite_store import SQLiteStore
from insider_web_push.coverage.index import unpublished_entry
from insider_web_push.coverage.keeping import keep, rebuild_index
from insider_web_push.coverage.mounted import FASTAPI_APP
from insider_web_push.links import PAGE, page_path
from tests.builders import DAY, sample, swept
from tests.lake import RUN, Lake

GRID, DAY_PAGE = f"{PAGE}/", page_path("default", DAY.isoformat())
OTHER_DAY_PAGE = page_path("other", DAY.isoformat())
EVERY_PAGE = [GRID, page_path("default"), DAY_PAGE, f"{DAY_PAGE}/manifest", f"{DAY_PAGE}/11111"]
SCRIPT = "<script>alert('clicked')</script>"
KEY = "k3y-of-the-coverage-tests"
DAILY = "insider_web_push_campaign_metrics"


@pytest.fixture(scope="module", autouse=True)
def _database() -> None:
    """Airflow's own tables, and the daily DAGs of two accounts, each of a team of its own."""
    initdb()
    with create_session() as session:
        for name, dag_id in (("default", DAILY), ("other", f"{DAILY}__other")):
            bundle = DagBundleModel(name=f"bundle_{name}")
            bundle.teams.append(Team(name=f"team_{name}"))
            session.add(bundle)
            session.flush()
            session.add(DagModel(dag_id=dag_id, bundle_name=bundle.name))


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """The account `default`, with a published day: one campaign is called like a script, one was not fetched."""
    lake = Lake(tmp_path / "lake")
    lake.list_day([swept("11111", SCRIPT), swept("22222"), swept("33333", sent=0)])
    lake.answer("11111", body=json.dumps(sample("campaign_metrics_older") | {"name": SCRIPT}).encode())
    lake.answer("22222")
    lake.publish()
    rebuild_index(lake.store)
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
    airflow.mount(PAGE, FASTAPI_APP["app"])
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


@pytest.mark.parametrize("page", EVERY_PAGE)
def test_without_a_login_nothing_is_shown(stranger: TestClient, page: str) -> None:
    """401, and none of the account's words."""
    answer = stranger.get(page)
    assert answer.status_code == 401
    assert "11111" not in answer.text


@pytest.mark.parametrize("page", EVERY_PAGE)
def test_who_may_read_no_dag_sees_nothing(stranger: TestClient, page: str) -> None:
    """A user whose role is none."""
    answer = login(stranger, role=None).get(page)
    assert answer.status_code == 403
    assert "11111" not in answer.text


def test_who_may_read_one_accounts_dag_sees_that_account(stranger: TestClient) -> None:
    """The other one is left out of the grid, and its pages are refused."""
    viewer = login(stranger, role="VIEWER", teams=("team_default",))
    assert viewer.get(DAY_PAGE).status_code == 200
    grid = viewer.get(GRID)
    assert (grid.status_code, "other" in grid.text) == (200, False)
    for page in (page_path("other"), OTHER_DAY_PAGE, f"{OTHER_DAY_PAGE}/manifest", f"{OTHER_DAY_PAGE}/11111"):
        answer = viewer.get(page)
        assert (answer.status_code, "You may not read" in answer.text) == (403, True)


@pytest.mark.parametrize("page", EVERY_PAGE)
def test_whoever_may_sees_the_page(admin: TestClient, page: str) -> None:
    """Otherwise the refusals above would say nothing."""
    assert admin.get(page).status_code == 200


def test_script_in_a_campaigns_name_is_shown_as_text(admin: TestClient, lake: Lake) -> None:
    """On the grid, where an error names the campaign; on the day; on its answer."""
    keep(lake.store, {DAY: unpublished_entry("incomplete", why=f"11111 {SCRIPT!r} is missing")})
    for page in (GRID, DAY_PAGE, f"{DAY_PAGE}/11111"):
        text = admin.get(page).text
        assert SCRIPT not in text
        assert shown(SCRIPT) in text


def test_the_grid_links_each_day_in_words_as_well_as_in_colour(admin: TestClient) -> None:
    """For those who see no colours, or nothing."""
    text = admin.get(GRID).text
    assert f'href="{DAY_PAGE}"' in text
    assert f'aria-label="{DAY} provisional"' in text


def test_a_day_shows_its_campaigns_and_where_to_go_on(admin: TestClient) -> None:
    """A campaign with an answer links to it; one without does not."""
    text = admin.get(DAY_PAGE).text
    assert f'href="{DAY_PAGE}/11111"' in text
    assert f'href="{DAY_PAGE}/33333"' not in text
    assert f'href="{DAY_PAGE}/manifest"' in text
    assert 'href="/dags/insider_web_push_refresh"' in text
    assert shown(json.dumps({"first_day": str(DAY), "last_day": str(DAY), "mode": "changed"})) in text


def test_a_day_links_to_the_run_that_published_it_while_airflow_has_it(admin: TestClient) -> None:
    """A manifest knows the run and not the DAG; Airflow's database does."""
    link = f'href="/dags/{DAILY}/runs/{RUN.run_id}"'
    text = admin.get(DAY_PAGE).text
    assert link not in text
    assert "Airflow has forgotten it" in text
    with create_session() as session:
        session.add(DagRun(dag_id=DAILY, run_id=RUN.run_id, run_type="manual"))
    assert link in admin.get(DAY_PAGE).text
    with create_session() as session:
        session.execute(delete(DagRun))


def test_the_manifest_is_given_as_it_is_stored(admin: TestClient, lake: Lake) -> None:
    """The same bytes, as JSON."""
    answer = admin.get(f"{DAY_PAGE}/manifest")
    assert answer.content == lake.store.read(lake.store.manifest_key(DAY))
    assert answer.headers["content-type"] == "application/json"


def test_an_answer_is_shown_indented_with_what_was_asked(admin: TestClient) -> None:
    """So that it can be read."""
    text = admin.get(f"{DAY_PAGE}/11111").text
    assert "&#34;campaign_id&#34;: &#34;11111&#34;" in text
    assert "\n  &#34;" in text


def test_a_campaign_without_an_answer_says_so(admin: TestClient) -> None:
    """A quiet one costs no call."""
    assert "no call was made" in admin.get(f"{DAY_PAGE}/33333").text


def test_an_answer_that_is_not_published_is_shown_as_such(admin: TestClient, lake: Lake) -> None:
    """Of a day that lacks other campaigns, or one that breaks the documented shape: that is when people look."""
    earlier = DAY.replace(day=20)
    lake.answer("44444", day=earlier)
    lake.answer("33333", outcome="rejected", reason="$.overview is missing", body=b"{}")
    for page, words in (
        (page_path("default", earlier.isoformat(), "44444"), "campaign_metrics/partner_id=brand/day=2026-11-20"),
        (f"{DAY_PAGE}/33333", "$.overview is missing"),
    ):
        text = admin.get(page).text
        assert words in text
        assert "stored, and not published" in text


def test_a_day_without_a_manifest_says_why(admin: TestClient, lake: Lake) -> None:
    """What the index noted, or that nobody looked at it."""
    page = page_path("default", "2026-11-20")
    assert "never published" in admin.get(page).text
    keep(lake.store, {DAY.replace(day=20): unpublished_entry("incomplete", why="2 of 3 missing")})
    assert "2 of 3 missing" in admin.get(page).text
    assert admin.get(f"{page}/manifest").status_code == 404


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (page_path("nobody"), "There is no account &#39;nobody&#39;"),
        (page_path("nobody", DAY.isoformat()), "There is no account"),
        (page_path("default", "2026-02-30"), "is not a day"),
        (page_path("default", "20261122"), "is not a day"),
        (page_path("default", "<b>"), "&#39;&lt;b&gt;&#39; is not a day"),
        (f"{DAY_PAGE}/99999", "is not published on 2026-11-22, and no answer about it is stored"),
        (page_path("default", "2026-11-20", "11111"), "is not published on 2026-11-20"),
        (f"{DAY_PAGE}/..%2F..%2F..%2Fetc%2Fpasswd", "Not Found"),
        (page_path("default", DAY.isoformat(), "11111 "), "is not a campaign"),
        (page_path("default", DAY.isoformat(), "٣"), "is not a campaign"),
    ],
)
def test_what_does_not_exist_is_named(admin: TestClient, page: str, words: str) -> None:
    """404, with a sentence; and no way out of the account's published answers."""
    answer = admin.get(page)
    assert (answer.status_code, words in answer.text) == (404, True)


@pytest.mark.parametrize("days", ["0", "-1", "many", "99999999"])
def test_an_impossible_number_of_days_is_refused(admin: TestClient, days: str) -> None:
    """With a sentence."""
    answer = admin.get(GRID, params={"days": days})
    assert (answer.status_code, "days is a number" in answer.text) == (422, True)


@pytest.mark.parametrize("page", [*EVERY_PAGE, page_path("nobody")])
def test_nothing_of_anybody_elses_gets_in(admin: TestClient, page: str) -> None:
    """Headers of pages and of refusals: not stored, no other source, framed by Airflow alone."""
    headers = admin.get(page).headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "http" not in policy
    assert "unsafe" not in policy


def test_one_accounts_trouble_is_shown_in_its_block(
    admin: TestClient, monkeypatch: pytest.MonkeyPatch, lake: Lake, tmp_path: Path
) -> None:
    """A missing connection, and a storage that does not answer: the other account is there, and no secret is."""
    monkeypatch.delenv("AIRFLOW_CONN_INSIDER_OTHER")
    text = admin.get(GRID).text
    assert "connection &#39;insider_other&#39; does not exist" in text
    assert f'href="{DAY_PAGE}"' in text

    write_accounts(tmp_path, monkeypatch, default=lake.root.as_uri(), other=f"nosuch://bucket/{KEY}")
    monkeypatch.setenv("AIRFLOW_CONN_INSIDER_OTHER", json.dumps({"conn_type": "insider_web_push", "password": KEY,
                                                                  "extra": {"partner_id": "brand"}}))  # fmt: skip
    text = admin.get(GRID).text
    assert "while reading; the API server" in text
    assert f'href="{DAY_PAGE}"' in text
    assert KEY not in text
    answer = admin.get(OTHER_DAY_PAGE)
    assert (answer.status_code, KEY in answer.text) == (502, False)


def test_accounts_that_the_api_server_does_not_have_are_a_sentence(
    admin: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It needs the accounts file as the workers do."""
    monkeypatch.setenv("AIRFLOW__INSIDER_WEB_PUSH__ACCOUNTS_FILE", str(tmp_path / "nowhere.yaml"))
    for page in (GRID, DAY_PAGE):
        answer = admin.get(page)
        assert (answer.status_code, "nowhere.yaml cannot be read" in answer.text) == (503, True)


def test_looking_at_the_budget_takes_nothing(admin: TestClient, budget_file: Path) -> None:
    """A file that is not there is not made; one that is tells the use."""
    assert "cannot be told here" in admin.get(GRID).text
    assert not budget_file.exists()
    SQLiteStore(budget_file).acquire("web-push.api.useinsider.com/brand", RateLimit())
    for _ in range(2):
        assert "1 of 30 requests a minute are used" in admin.get(GRID).text


def test_the_queue_is_the_accounts_pool(admin: TestClient) -> None:
    """With the time that the limit needs for it; tasks of other pools, and those that are over, do not count."""
    states = ["running"] * 6 + ["scheduled"] * 100 + ["up_for_reschedule"] + ["success"] * 9
    with create_session() as session:
        session.add(DagRun(dag_id=DAILY, run_id="manual__queue", run_type="manual"))
        session.flush()
        rows = [(state, "insider_web_push") for state in states] + [("running", "default_pool")]
        session.execute(
            insert(TaskInstance),
            [
                {"dag_id": DAILY, "task_id": "fetch", "run_id": "manual__queue", "map_index": index, "pool": pool,
                 "state": state, "pool_slots": 1, "try_number": 0}
                for index, (state, pool) in enumerate(rows)
            ],
        )  # fmt: skip
    text = admin.get(page_path("default")).text
    with create_session() as session:
        session.execute(delete(TaskInstance))
        session.execute(delete(DagRun))
    assert "6 running and 101 waiting tasks, about 3 min" in text
