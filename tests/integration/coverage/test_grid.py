"""The coverage page itself: days, accounts in trouble, the budget's use and the queue."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from airflow.models.dagrun import DagRun
from airflow.models.taskinstance import TaskInstance
from airflow.utils.session import create_session
from fastapi.testclient import TestClient
from sqlalchemy import delete, insert

from insider_web_push.budget.lease import RateLimit
from insider_web_push.budget.sqlite_store import SQLiteStore
from insider_web_push.coverage.addresses import page_path
from insider_web_push.coverage.kept_backlog import keep_rest
from insider_web_push.days.backlog import Rest
from tests.builders import DAY
from tests.integration.coverage.conftest import DAILY, DAY_PAGE, GRID, KEY, OTHER_DAY_PAGE, write_accounts
from tests.lake import Lake


def test_the_grid_links_each_day_in_words_as_well_as_in_colour(admin: TestClient) -> None:
    """For those who see no colours, or nothing."""
    text = admin.get(GRID).text
    assert f'href="{DAY_PAGE}"' in text
    assert f'aria-label="{DAY} provisional"' in text


@pytest.mark.parametrize("days", ["0", "-1", "many", "99999999"])
def test_an_impossible_number_of_days_is_refused(admin: TestClient, days: str) -> None:
    """With a sentence."""
    answer = admin.get(GRID, params={"days": days})
    assert (answer.status_code, "days is a number" in answer.text) == (422, True)


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
    admin: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It needs the accounts file as the workers do. Who may read what is unknown then: the details are in the log."""
    monkeypatch.setenv("AIRFLOW__INSIDER_WEB_PUSH__ACCOUNTS_FILE", str(tmp_path / "nowhere.yaml"))
    for page in (GRID, DAY_PAGE):
        answer = admin.get(page)
        assert (answer.status_code, "cannot tell the accounts; its log says why" in answer.text) == (503, True)
        assert "nowhere" not in answer.text
    assert "nowhere.yaml cannot be read" in caplog.text


def test_what_the_refresh_left_over_is_shown_where_it_is_something(admin: TestClient, lake: Lake) -> None:
    """With how it was before."""
    assert "left over" not in admin.get(GRID).text
    keep_rest(lake.store, DAY, Rest(left=3, due=5))
    keep_rest(lake.store, DAY + timedelta(days=1), Rest(left=6, due=9))
    assert "6 of 9 due days were left over on 2026-11-23; the refreshes before left 3" in admin.get(GRID).text
    lake.store.write(lake.store.at.backlog, b"damaged")
    assert admin.get(GRID).status_code == 200
    keep_rest(lake.store, DAY, Rest(left=0, due=9))
    assert "left over" not in admin.get(GRID).text


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
                {"dag_id": DAILY, "task_id": f"fetch_{index}", "run_id": "manual__queue", "pool": pool, "state": state,
                 "pool_slots": 1, "try_number": 0}
                for index, (state, pool) in enumerate(rows)
            ],
        )  # fmt: skip
    text = admin.get(page_path("default")).text
    with create_session() as session:
        session.execute(delete(TaskInstance))
        session.execute(delete(DagRun))
    assert "6 running and 101 waiting tasks, about 3 min" in text
