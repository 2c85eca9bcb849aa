"""Who may see the coverage pages, by Airflow's own login and permissions, and that nothing foreign gets into them."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from insider_web_push.coverage.addresses import page_path
from insider_web_push.coverage.index import unpublished_entry
from insider_web_push.coverage.keeping import keep
from tests.builders import DAY
from tests.integration.coverage.conftest import DAY_PAGE, EVERY_PAGE, GRID, OTHER_DAY_PAGE, SCRIPT, login, shown
from tests.lake import Lake


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
    assert answer.status_code == (403 if page == GRID else 404)
    assert "11111" not in answer.text


@pytest.mark.parametrize(
    "rest", ["", "/2026-11-22", "/2026-11-22/manifest", "/2026-11-22/11111", "/days", "/nonsense", "?days=0"]
)
def test_an_account_that_one_may_not_read_is_like_none(stranger: TestClient, rest: str) -> None:
    """The same words and status, whatever else is wrong with the address: names of accounts are not told."""
    for user in (login(stranger, role=None), login(stranger, role="VIEWER", teams=("team_default",))):
        answers = [user.get(f"{page_path(account)}{rest}") for account in ("other", "nobody")]
        assert [answer.status_code for answer in answers] == [404, 404]
        said = [answer.text.replace(account, "…") for answer, account in zip(answers, ("other", "nobody"), strict=True)]
        assert said[0] == said[1]


@pytest.mark.parametrize("role", [None, "ADMIN"])
def test_a_mistake_in_the_accounts_file_is_told_to_nobody(
    stranger: TestClient, role: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    """Who may read which account is unknown then. The log says where the mistake is, and not what stands there."""
    path = tmp_path / "wrong.yaml"
    token = "https://hooks.example.com/T0/s3cr3t"
    path.write_text(
        "accounts: [{name: brand, timezone: UTC, storage: data, notifyer: {path: a.B, kwargs: {url: '" + token + "'}}}]"
    )
    monkeypatch.setenv("AIRFLOW__INSIDER_WEB_PUSH__ACCOUNTS_FILE", str(path))
    user = login(stranger, role=role)
    for page in (GRID, DAY_PAGE, page_path("nobody")):
        answer = user.get(page)
        assert answer.status_code == 503
        for never in ("s3cr3t", "brand", "notifyer", str(path)):
            assert never not in answer.text
    assert "accounts.0.notifyer: Extra inputs are not permitted" in caplog.text
    assert "s3cr3t" not in caplog.text


def test_who_may_read_one_accounts_dag_sees_that_account(stranger: TestClient) -> None:
    """The other one is left out of the grid, and its pages are refused."""
    viewer = login(stranger, role="VIEWER", teams=("team_default",))
    assert viewer.get(DAY_PAGE).status_code == 200
    grid = viewer.get(GRID)
    assert (grid.status_code, "other" in grid.text) == (200, False)
    for page in (page_path("other"), OTHER_DAY_PAGE, f"{OTHER_DAY_PAGE}/manifest", f"{OTHER_DAY_PAGE}/11111"):
        answer = viewer.get(page)
        assert (answer.status_code, "whose daily DAG you may read" in answer.text) == (404, True)


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
