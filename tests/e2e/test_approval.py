"""A run that would spend hours of the budget waits for a person."""

from datetime import date

import pytest
from playwright.sync_api import expect

from tests.e2e.office import LIMIT, REFRESH

BRAND_REFRESH = f"{REFRESH}__brand_b"
FIRST, LAST = date(2026, 2, 2), date(2026, 2, 6)
SLOW = 10
"""Requests a minute: 60 calls then take 5 minutes, which is above the account's 3."""


@pytest.fixture
def waiting(ui, office) -> str:
    """A run of five days that waits for approval; its lists are read."""
    office.connect("brand_b", requests_per_minute=SLOW)
    run_id = ui.send(ui.refresh_form(BRAND_REFRESH, first_day=FIRST, last_day=LAST, mode="all"), BRAND_REFRESH)
    ui.open_task(BRAND_REFRESH, run_id, "approve")
    ui.page.get_by_role("link", name="Required Action").click(timeout=90_000)
    expect(ui.page.get_by_role("button", name="Approve")).to_be_visible()
    assert office.calls(account="brand_b") == []
    return run_id


def test_rejected_it_fetches_and_publishes_nothing(ui, office, waiting):
    """The run is not red: somebody decided."""
    ui.picture("approval", height=520)
    ui.page.get_by_role("button", name="Reject").click()
    assert office.airflow.api.wait_for_run(BRAND_REFRESH, waiting)["state"] == "success"
    assert list((office.storage / "brand_b").glob("manifests/*/day=2026-02-0[2-6].json")) == []
    assert office.calls(account="brand_b") == []


def test_approved_it_goes_on_at_the_limit_that_holds_then(ui, office, waiting):
    """The limit was raised meanwhile: the next request uses it, and nothing was restarted."""
    office.connect("brand_b", requests_per_minute=LIMIT)
    ui.page.get_by_role("button", name="Approve").click()
    assert office.airflow.api.wait_for_run(BRAND_REFRESH, waiting)["state"] == "success"
    assert len(office.calls(account="brand_b")) == 50
