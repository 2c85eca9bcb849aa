"""A day's page, its manifest and its campaigns' answers."""

import gzip
import json
import tracemalloc
from typing import Any

import pytest
from airflow.models.dagrun import DagRun
from airflow.utils.session import create_session
from fastapi.testclient import TestClient
from sqlalchemy import delete

from insider_web_push.coverage.addresses import SEVERAL_DAYS, page_path
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


def test_the_manifest_is_given_with_its_details(admin: TestClient, lake: Lake) -> None:
    """All that is stored of head and campaigns, as JSON."""
    answer = admin.get(f"{DAY_PAGE}/manifest")
    assert answer.content == lake.manifest().to_json()
    assert answer.headers["content-type"] == "application/json"
    assert answer.json().items() >= json.loads(lake.store.read(lake.store.at.manifest(DAY))).items()
    assert "11111" in answer.json()["campaigns"]


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


@pytest.mark.parametrize("snapshot", ["../other/secret.json.gz", "raw/campaign_metrics/partner_id=other/x.json.gz"])
def test_a_manifest_that_names_another_accounts_answer_shows_none_of_it(
    admin: TestClient, lake: Lake, other: Lake, snapshot: str
) -> None:
    """Whoever may write one account's manifests may not read the others' answers by its page."""
    answer = other.root / other.answer("11111", body=b'{"name": "of another account"}')
    where = lake.root / snapshot
    where.parent.mkdir(parents=True, exist_ok=True)
    where.write_bytes(answer.read_bytes())
    manifest = lake.whole_manifest()
    manifest["campaigns"]["11111"]["snapshot"] = snapshot
    lake.store_manifest(manifest)
    for address in (DAY_PAGE, f"{DAY_PAGE}/11111"):
        page = admin.get(address)
        assert (page.status_code, "of another account" in page.text) == (502, False)
        assert "which does not lie below raw of account brand" in page.text


@pytest.mark.parametrize("day", ["0001-01-01", "0001-01-02", "9999-12-30", "9999-12-31"])
def test_the_first_and_the_last_day_of_the_calendar_have_pages(admin: TestClient, day: str) -> None:
    """Without the day before, or after."""
    address = page_path("default", day)
    answer = admin.get(address)
    assert (answer.status_code, ": missing</h1>" in answer.text) == (200, True)
    assert admin.get(f"{address}/manifest").status_code == 404
    assert admin.get(f"{address}/11111").status_code == 404
    several = admin.get(page_path("default", SEVERAL_DAYS), params={"first": day, "last": day})
    assert several.status_code == (200 if day < "2000" else 422)


BODIES = {
    "half-an-emoji": (b'{"name": "half \\ud83d"}', "half ?"),
    "nested": (b"[" * 200_000, "[[[["),
    "nested-and-closed": (b"[" * 100_000 + b"]" * 100_000, "[[[["),
    "no-text": (b"\xff\xfe\x00", "\ufffd"),
    "endless": (b'{"a": "' + b"x" * 5_000_000 + b'"}', "of 5000009 bytes"),
    "wide-when-indented": (b"[" * 400 + b"1," * 100_000 + b"1" + b"]" * 400, "\n…"),
    "long-number": (b'{"a": ' + b"9" * 10_000 + b"}", "9999"),
}


@pytest.mark.parametrize(("body", "shown_as"), BODIES.values(), ids=BODIES)
def test_whatever_an_answer_is_it_is_shown(admin: TestClient, lake: Lake, body: bytes, shown_as: str) -> None:
    """In a page that a browser can take; the stored bytes stay as they are."""
    key = lake.answer("44444", body=body)
    page = admin.get(f"{DAY_PAGE}/44444")
    assert (page.status_code, shown_as in page.text) == (200, True)
    assert len(page.content) < 3_000_000
    assert lake.store.read_snapshots([key])[key].body == body


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../../etc/passwd", "x" * 100_000, "Europe/\0", "/etc/localtime"])
def test_a_time_zone_that_is_none_is_shown_in_utc(admin: TestClient, lake: Lake, zone: str) -> None:
    """A manifest may say anything; its page says UTC."""
    lake.store_manifest(lake.whole_manifest() | {"timezone": zone, "published_at": "9999-12-31T23:59:59Z"})
    page = admin.get(DAY_PAGE)
    assert (page.status_code, "9999-12-31 23:59 UTC" in page.text) == (200, True)


def test_an_instant_that_a_zone_does_not_have_and_a_move_of_no_figures_are_shown(admin: TestClient, lake: Lake) -> None:
    """Both only ever come from manifests that somebody else wrote."""
    odd: dict[str, Any] = {"timezone": "Europe/Istanbul", "published_at": "9999-12-31T23:59:59Z", "files": {}}
    odd["moved"] = {"11111": {"sent": [], "clicks": [1, 2, 3]}}
    lake.store_manifest(lake.whole_manifest() | odd)
    for address in (DAY_PAGE, f"{DAY_PAGE}/11111", f"{DAY_PAGE}/manifest"):
        assert admin.get(address).status_code == 200
    days = {"first": str(DAY), "last": str(DAY)}
    assert admin.get(page_path("default", SEVERAL_DAYS), params=days).status_code == 200


def test_a_small_object_that_unpacks_to_much_is_refused_by_its_page(admin: TestClient, lake: Lake) -> None:
    """306 kB of gzip cost the API server 602 MB."""
    key = lake.answer("44444")
    with gzip.open(lake.root / key, "wb") as file:
        for _ in range(300):
            file.write(b" " * 2**20)
    tracemalloc.start()
    page = admin.get(f"{DAY_PAGE}/44444")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (page.status_code, "unpacks to more than" in page.text) == (502, True)
    assert peak < 100 * 2**20
