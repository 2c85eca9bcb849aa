"""The buttons of *Web push coverage*, in Airflow's frame: what they ask, what they start, what they say of it."""

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import FrameLocator, Locator, expect

from tests.e2e.office import REFRESH

LACKING, LATER = date(2026, 6, 10), date(2026, 6, 12)
BRAND_REFRESH = f"{REFRESH}__brand_b"
SEND = """([runs, kind, mode]) => fetch(runs, {
    method: "POST", mode, credentials: "include", headers: {"Content-Type": kind}, body: '{"logical_date": null}',
}).then((answer) => answer.type, (error) => error.name)"""

NO_RUN = re.compile("Not authenticated|Input should be a valid")
"""For two minutes, Chromium sends along the cookie of Airflow's login, which says nothing of SameSite."""
SUBMIT = """(runs) => {
    const form = document.createElement("form");
    Object.assign(form, { method: "post", action: runs, enctype: "text/plain" });
    form.innerHTML = `<input name='{"logical_date": null, "x": "' value='"}'>`;
    document.body.append(form);
    form.submit();
}"""


@pytest.fixture(scope="module")
def days(office) -> list[date]:
    """Three days of the first account: of the first, the API does not know a campaign that the list has."""
    office.sims["default"].fault("not_found", campaign_id=office.campaigns[0])
    office.run_day(LACKING, expected="failed")
    office.sims["default"].clear()
    found = [LACKING + timedelta(days=number) for number in range(3)]
    for day in found[1:]:
        office.run_day(day)
    return found


@pytest.fixture
def evil() -> Iterator[str]:
    """The address of another site; on loopback as well, since browsers keep the rest of the world from it anyway."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/"
        server.shutdown()


def open_coverage(ui, path: str = "") -> FrameLocator:
    """Open the page where Airflow shows it."""
    ui.page.goto(f"/plugin/web-push-coverage/{path}")
    frame = ui.page.frame_locator("iframe")
    frame.get_by_role("heading", level=1).wait_for()
    return frame


def open_day(ui, day: date) -> FrameLocator:
    """Open a day's page from the calendar."""
    frame = open_coverage(ui)
    frame.get_by_role("link", name=re.compile(f"^{day} ")).first.click()
    frame.get_by_role("heading", name="What you can start").wait_for()
    return frame


def button(frame: FrameLocator, label: str) -> Locator:
    return frame.get_by_role("button", name=label, exact=True)


def newest(office, dag_id: str = REFRESH) -> dict:
    """The newest run of a DAG."""
    (run, *_) = office.airflow.api.runs(dag_id)
    return run


def test_what_is_missing_is_fetched_and_its_end_is_seen(ui, office, days):
    """One press: the run is linked, its state changes without a reload, and the day is there."""
    frame = open_day(ui, days[0])
    fetch = button(frame, "Fetch what is missing")
    expect(frame.get_by_role("listitem").filter(has=fetch)).to_contain_text("3 calls, less than a minute.")
    ui.picture("page-buttons", height=640)
    office.sims["default"].clear_log()
    fetch.click()
    status = frame.get_by_role("listitem").filter(has=fetch).get_by_role("status")
    expect(status).to_contain_text(re.compile("is (queued|running)"))
    expect(fetch).to_have_attribute("aria-disabled", "true")
    expect(status).to_contain_text("has ended: success", timeout=60_000)
    ui.picture("page-run-ended", height=640)
    run = newest(office)
    assert run["conf"] == {"first_day": str(days[0]), "last_day": str(days[0]), "mode": "missing"}
    assert (run["triggering_user_name"], run["note"]) == ("admin", "Web push coverage: Fetch what is missing")
    assert office.calls() == [(office.campaigns[0], str(days[0]))]
    status.get_by_role("link", name="Show what there is now").click()
    expect(frame.get_by_role("heading", level=1)).not_to_contain_text("incomplete")
    expect(button(frame, "Fetch what is missing")).to_have_count(0)


def test_the_link_of_a_run_leads_out_of_the_frame(ui, days):
    """To the run in Airflow's own pages."""
    frame = open_day(ui, days[1])
    button(frame, "Look again").click()
    link = frame.get_by_role("status").get_by_role("link").first
    run_id = link.inner_text()
    link.click()
    expect(ui.page.get_by_role("heading", name=run_id)).to_be_visible(timeout=60_000)


def test_what_is_published_is_decided_by_a_question_at_the_keyboard(ui, office, days):
    """Enter asks, Escape and Cancel send nothing, and the focus comes back; only the answer sends it."""
    frame = open_day(ui, days[2])
    before = office.run_ids(REFRESH)
    rebuild = button(frame, "Rebuild")
    rebuild.focus()
    for refuse in ("Escape", "Enter"):  # the focus is on Cancel
        ui.page.keyboard.press("Enter")
        dialog = frame.get_by_role("dialog", name="Rebuild?")
        expect(dialog).to_contain_text(f"{days[2]} is made anew from stored answers")
        expect(dialog).to_contain_text("No call.")
        expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
        ui.picture("page-question", height=700)
        ui.page.keyboard.press(refuse)
        expect(dialog).to_be_hidden()
        expect(rebuild).to_be_focused()
        expect(rebuild).to_have_attribute("aria-disabled", "false")
    assert office.run_ids(REFRESH) == before
    office.sims["default"].clear_log()
    ui.page.keyboard.press("Enter")
    ui.page.keyboard.press("Tab")
    ui.page.keyboard.press("Enter")
    expect(frame.get_by_text("has ended: success")).to_be_visible(timeout=60_000)
    assert newest(office)["conf"] == {"first_day": str(days[2]), "last_day": str(days[2]), "rebuild": True}
    assert office.sims["default"].requests() == []


def test_pressed_twice_it_starts_one_run(ui, office, days):
    """A double click is one wish."""
    frame = open_day(ui, days[1])
    before = office.run_ids(REFRESH)
    button(frame, "Look again").dblclick()
    expect(frame.get_by_text("has ended: success")).to_be_visible(timeout=60_000)
    assert len(office.run_ids(REFRESH) - before) == 1


@pytest.mark.parametrize("how", ["mouse", "keyboard", "arrows", "fields"])
def test_several_days_are_chosen_in_the_calendar(ui, days, how):
    """Shift on the first and on the last one, or by typing both."""
    frame = open_coverage(ui)
    first, last = (frame.get_by_role("link", name=re.compile(f"^{day} ")).first for day in (days[0], days[-1]))
    account = frame.get_by_role("group", name="Several days of default")
    show = account.get_by_role("button", name="Show these days")
    if how == "mouse":
        first.click(modifiers=["Shift"])
        last.click(modifiers=["Shift"])
    elif how == "keyboard":
        first.press("Shift+Enter")
        last.press("Shift+Enter")
        expect(show).to_be_focused()
    elif how == "arrows":
        first.press("Shift+ArrowRight")
        ui.page.keyboard.press("Shift+ArrowRight")
        expect(last).to_be_focused()
    else:
        account.get_by_label("From").fill(str(days[0]))
        account.get_by_label("to", exact=True).fill(str(days[-1]))
    if how != "fields":
        expect(account.get_by_role("status")).to_have_text("3 days are chosen")
        assert frame.locator("a.chosen").count() == 3
    if how == "mouse":
        ui.picture("page-days-chosen", height=900)
    show.press("Enter")
    expect(frame.get_by_role("heading", level=1)).to_have_text(f"{days[0]} to {days[-1]}: 3 days")


def test_several_days_are_one_run(ui, office, days):
    """From the first to the last."""
    frame = open_coverage(ui)
    for day in (days[0], days[-1]):
        frame.get_by_role("link", name=re.compile(f"^{day} ")).first.click(modifiers=["Shift"])
    ui.page.keyboard.press("Enter")
    look = button(frame, "Look again")
    expect(frame.get_by_role("listitem").filter(has=look)).to_contain_text("to 36 calls, less than a minute.")
    ui.picture("page-several-days", height=900)
    look.click()
    expect(frame.get_by_text("has ended: success")).to_be_visible(timeout=90_000)
    assert newest(office)["conf"] == {"first_day": str(days[0]), "last_day": str(days[-1]), "mode": "changed"}


def test_a_run_that_waits_for_approval_says_so(ui, office):
    """At 10 requests a minute, five days of 10 active campaigns are more than the account's three minutes."""
    api = office.airflow.api
    tried = api.trigger(BRAND_REFRESH, logical_date=None, conf={"first_day": "2026-06-09", "last_day": "2026-06-09"})
    api.wait_for_run(BRAND_REFRESH, tried)
    office.connect("brand_b", requests_per_minute=10)
    frame = open_coverage(ui)
    account = frame.get_by_role("group", name="Several days of brand_b")
    account.get_by_label("From").fill("2026-06-01")
    account.get_by_label("to", exact=True).fill("2026-06-05")
    account.get_by_role("button", name="Show these days").click()
    fetch = button(frame, "Fetch what is missing")
    item = frame.get_by_role("listitem").filter(has=fetch)
    expect(item).to_contain_text("published days; the run waits for approval")
    fetch.click()
    expect(item.get_by_role("status")).to_contain_text("is waiting for approval", timeout=90_000)
    ui.picture("page-waits-for-approval", height=900)
    run_id = newest(office, BRAND_REFRESH)["dag_run_id"]
    ui.open_task(BRAND_REFRESH, run_id, "approve")
    ui.page.get_by_role("link", name="Required Action").click(timeout=90_000)
    ui.page.get_by_role("button", name="Reject").click()
    assert api.wait_for_run(BRAND_REFRESH, run_id)["state"] == "success"
    assert office.calls(account="brand_b")[10:] == []


def test_a_refusal_is_said_where_it_was_pressed(ui, office, days):
    """Airflow's own words, when the login is over or the configuration is none that the form takes."""
    frame = open_day(ui, days[1])
    before = office.run_ids(REFRESH)
    look = button(frame, "Look again")
    status = frame.get_by_role("listitem").filter(has=look).get_by_role("status")
    look.evaluate("(button, conf) => { button.dataset.conf = conf }", json.dumps({"mode": "everything"}))
    look.click()
    expect(status).to_contain_text("Airflow refused it (400)")
    ui.page.context.clear_cookies()
    look.click()
    expect(status).to_contain_text("You are not logged in any more")
    ui.picture("page-refusal", height=900)
    assert office.run_ids(REFRESH) == before


def test_another_site_starts_nothing(ui, office, days, evil):
    """With the operator's session in the same browser: neither a form nor a request by script becomes a run."""
    del days
    before = office.run_ids(REFRESH)
    runs = f"{office.airflow.url}/api/v2/dags/{REFRESH}/dagRuns"
    assert "127.0.0.1" in runs
    ui.page.goto(evil)
    for kind, mode, seen in (("application/json", "cors", "TypeError"), ("text/plain", "no-cors", "opaque")):
        assert ui.page.evaluate(SEND, [runs, kind, mode]) == seen
    with ui.page.expect_navigation():
        ui.page.evaluate(SUBMIT, runs)
    expect(ui.page.locator("body")).to_contain_text(NO_RUN)
    assert office.run_ids(REFRESH) == before
