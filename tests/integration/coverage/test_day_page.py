"""A day's page, its manifest and its campaigns' answers."""

import json

import pytest
from airflow.models.dagrun import DagRun
from airflow.utils.session import create_session
from fastapi.testclient import TestClient
from sqlalchemy import delete

from insider_web_push.coverage.addresses import page_path
from insider_web_push.coverage.index import unpublished_entry
from insider_web_push.coverage.keeping import keep
from tests.builders import DAY
from tests.integration.coverage.conftest import DAILY, DAY_PAGE, SCRIPT, shown
from tests.lake import RUN, Lake


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
    assert answer.content == lake.store.read(lake.store.at.manifest(DAY))
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


def test_what_is_wrong_with_a_day_stands_on_top_with_what_to_do(admin: TestClient, lake: Lake) -> None:
    """Held campaigns, checks, and the account's own totals; whatever it says, it is text."""
    manifest = lake.manifest()
    lake.store.write_manifest(
        manifest.model_copy(
            update={
                "held": {"11111": f"sent fell {SCRIPT}"},
                "day_checks": {"row_without_id": [f"row 3, {SCRIPT}"]},
                "account_totals": {"sent": 1_234_567},
            }
        )
    )
    text = admin.get(DAY_PAGE).text
    assert SCRIPT not in text
    assert shown(f"sent fell {SCRIPT}") in text
    assert shown(f"row 3, {SCRIPT}") in text
    assert "for 2026-11-22 with accept_fall" in text
    assert "account_totals" not in text
    assert "1,234,567" in text
    assert text.index("What is wrong with it") < text.index("Where to go") < text.index("1,234,567")


def test_a_day_without_troubles_has_no_such_section(admin: TestClient, lake: Lake) -> None:
    """An empty box would be a riddle."""
    lake.store.write_manifest(lake.manifest().model_copy(update={"checks": {}}))
    assert "What is wrong with it" not in admin.get(DAY_PAGE).text
