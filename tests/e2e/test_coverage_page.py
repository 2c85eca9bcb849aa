"""The page `Web push coverage`, as it stands inside Airflow's UI: by mouse, and by keyboard."""

import re
from datetime import date

import pytest
from playwright.sync_api import FrameLocator, expect

from tests.e2e.office import REFRESH

DAY = date(2026, 5, 20)


@pytest.fixture(scope="module")
def run_id(office) -> str:
    """One published day."""
    return office.run_day(DAY)


@pytest.fixture
def coverage(ui, run_id) -> FrameLocator:
    """The page, opened from the navigation."""
    del run_id
    ui.page.goto("/")
    ui.page.get_by_role("button", name="Browse").click()
    ui.page.get_by_role("menuitem", name="Web push coverage").click()
    frame = ui.page.frame_locator("iframe")
    frame.get_by_role("heading", name="Web push coverage").wait_for()
    return frame


def test_each_account_has_its_days_and_its_queue(ui, coverage):
    """Both accounts; the day that was published is a link that says what it is, in more than a colour."""
    for account in ("default", "brand_b"):
        expect(coverage.get_by_role("heading", name=account)).to_be_visible()
    cell = coverage.get_by_role("link", name=re.compile(f"^{DAY} (complete|provisional|corrected)$"))
    expect(cell).to_have_text(re.compile("[CPR]$"))
    expect(coverage.get_by_text("Queue").first).to_be_visible()
    ui.picture("coverage")


def test_a_day_opens_to_its_campaigns_and_leads_to_its_run(ui, coverage, run_id):
    """12 campaigns, a name with a script in it as text, and the run, outside of the frame."""
    alerts = []
    ui.page.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    coverage.get_by_role("link", name=re.compile(f"^{DAY} ")).first.click()
    expect(coverage.get_by_role("heading", name="12 campaigns")).to_be_visible()
    expect(coverage.get_by_text("<script>alert('push')</script>")).to_be_visible()
    ui.picture("coverage-day")
    coverage.get_by_role("link", name="The run that published it").click()
    expect(ui.page.get_by_role("heading", name=run_id)).to_be_visible()
    assert alerts == []


def test_the_keyboard_reaches_a_day_and_shows_where_it_is(ui, coverage):
    """A cell takes the focus with an outline, and Enter opens it."""
    cell = coverage.get_by_role("link", name=re.compile(f"^{DAY} ")).first
    cell.focus()
    ui.page.keyboard.press("Shift+Tab")
    ui.page.keyboard.press("Tab")
    expect(cell).to_be_focused()
    assert cell.evaluate("cell => getComputedStyle(cell).outlineStyle") != "none"
    ui.page.keyboard.press("Enter")
    expect(coverage.get_by_role("heading", level=1)).to_contain_text("20 May 2026")


def test_what_the_page_says_to_paste_reruns_the_day(ui, coverage, office):
    """The configuration, pasted as the page says, is a refresh of that day with its list read once more."""
    coverage.get_by_role("link", name=re.compile(f"^{DAY} ")).first.click()
    look = coverage.get_by_role("listitem").filter(has=coverage.get_by_role("button", name="Look again", exact=True))
    look.get_by_text("By hand").click()
    conf = look.locator("pre.conf").inner_text()
    dialog = ui.trigger_form(REFRESH)
    dialog.get_by_role("button", name="Advanced Options").click()
    ui.page.evaluate("text => navigator.clipboard.writeText(text)", conf)
    dialog.locator(".monaco-editor .view-lines").click()
    ui.page.keyboard.press("ControlOrMeta+A")
    ui.page.keyboard.press("ControlOrMeta+V")
    run_id = ui.send(dialog, REFRESH)
    assert office.airflow.api.wait_for_run(REFRESH, run_id)["state"] == "success"
    assert [day for _, day in office.calls("overall-metrics")] == [str(DAY)]
