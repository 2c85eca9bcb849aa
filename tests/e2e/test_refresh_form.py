"""The refresh form: what it costs is said first, and what cannot be right costs nothing."""

from datetime import date

import pytest
from playwright.sync_api import expect

from tests.e2e.office import REFRESH

FIRST, LAST = date(2026, 6, 1), date(2026, 6, 2)


def test_a_dry_run_says_the_cost_and_fetches_nothing(ui, office):
    """Two days of 12 campaigns, 2 of them quiet: 2 lists, 2 account totals and 20 fetches, which are not made."""
    run_id = ui.refresh(REFRESH, first_day=FIRST, last_day=LAST, dry_run=True)
    ui.open_task(REFRESH, run_id, "plan")
    expect(ui.log_line("24 calls in all (4 sweep, 20 new)")).to_be_visible()
    expect(ui.log_line(f"{FIRST}: 12 listed, 10 to fetch (10 new), 2 quiet, 0 unmoved")).to_be_visible()
    ui.picture("dry-run", height=460)
    assert office.sims["default"].summary()["requests"] == 4
    assert office.calls() == []


def test_what_most_runs_need_is_open_and_the_rest_is_folded(ui):
    """Days, campaigns and dry run at once; work, exceptions and cost a click away, in this order."""
    dialog = ui.refresh_form(REFRESH, first_day=FIRST, last_day=LAST)
    expect(dialog.locator("#element_campaigns")).to_be_visible()
    expect(dialog.locator("#element_accept_missing")).to_be_hidden()
    ui.picture("refresh-form", dialog)
    folded = ["What is done with them", "What may be missing", "What it may cost"]
    shown = [section.inner_text() for section in dialog.get_by_role("button", expanded=False).all()]
    assert [text for text in shown if text in folded] == folded
    dialog.get_by_role("button", name=folded[0]).click()
    ui.picture("refresh-form-work", dialog)


@pytest.mark.parametrize(
    ("form", "refusal"),
    [
        pytest.param({"campaigns": ["40005", "summer sale"]}, "'summer sale' does not match", id="id-with-letters"),
        pytest.param({"accept_missing": ["40005, 40012"]}, "'40005, 40012' does not match", id="two-ids-in-a-line"),
    ],
)
def test_a_wrong_shape_is_refused_with_its_words(ui, office, form, refusal):
    """The server names the field and the value in the dialog; no run is made."""
    before = office.run_ids(REFRESH)
    dialog = ui.refresh_form(REFRESH, first_day=FIRST, last_day=LAST, **form)
    dialog.get_by_role("button", name="Trigger", exact=True).click()
    expect(dialog.get_by_text(refusal)).to_be_visible()
    assert office.run_ids(REFRESH) == before


def test_a_range_that_ends_before_it_begins_costs_no_call(ui, office):
    """A schema cannot say it: the first task does, in red."""
    run_id = ui.refresh(REFRESH, first_day=LAST, last_day=FIRST)
    ui.open_task(REFRESH, run_id, "choose")
    expect(ui.log_line(f"the last day {FIRST} is before the first day {LAST}: swap them")).to_be_visible()
    assert office.sims["default"].requests() == []
