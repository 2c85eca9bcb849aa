"""
One office for all tests; a page of its own, logged in, for each. Not part of `make test`: `make e2e` runs it.

A test that fails leaves its page and its trace in `.e2e/`: `playwright show-trace .e2e/NAME.zip`.
"""

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from include.local.home import PROJECT
from tests.e2e.office import LATENCY_S, ZONE, Office, running_chromium, running_office
from tests.e2e.ui import WINDOW, Ui, log_in

LEFT = PROJECT / ".e2e"
_PATIENCE_MS = 20_000
"""How long a condition may take to come true in the page: Airflow's UI asks for news every 3 s."""

expect.set_options(timeout=_PATIENCE_MS)
_failed = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    """Let the page's fixture know whether its test failed."""
    del call
    report = yield
    item.stash[_failed] = item.stash.get(_failed, False) or report.failed
    return report


@pytest.fixture(scope="session")
def pictures() -> Path:
    """Where pictures go: those in `docs/pictures/` were looked at and copied from here."""
    shutil.rmtree(LEFT, ignore_errors=True)
    (LEFT / "pictures").mkdir(parents=True)
    return LEFT / "pictures"


@pytest.fixture(scope="session")
def office() -> Iterator[Office]:
    # Not tmp_path: PostgreSQL has a user of its own, and another pytest of root would close the folder above to it.
    with tempfile.TemporaryDirectory(prefix="insider-web-push-e2e-") as folder, running_office(Path(folder)) as office:
        yield office


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def logged_in(chromium: Browser, office: Office) -> StorageState:
    """Log in once, by the form that everybody uses."""
    password = json.loads(office.airflow.home.passwords_file.read_text())["admin"]
    context = chromium.new_context(base_url=office.airflow.url)
    log_in(context.new_page(), password)
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def page(chromium: Browser, office: Office, logged_in: StorageState, pictures: Path, request) -> Iterator[Page]:
    """A window of 1280 px in the account's time zone, without anything of other tests."""
    context = chromium.new_context(
        base_url=office.airflow.url,
        storage_state=logged_in,
        viewport=WINDOW,
        timezone_id=ZONE,
        locale="en-GB",
        permissions=["clipboard-read", "clipboard-write"],
    )
    context.set_default_timeout(_PATIENCE_MS)
    context.tracing.start(screenshots=True, snapshots=True)
    page = context.new_page()
    yield page
    if request.node.stash.get(_failed, False):
        left = pictures.parent / request.node.name
        page.screenshot(path=left.with_suffix(".png"), full_page=True)
        context.tracing.stop(path=left.with_suffix(".zip"))
    context.close()


@pytest.fixture
def ui(page: Page, office: Office, pictures: Path) -> Ui:
    """What an operator can do, by name."""
    return Ui(page, office, pictures)


@pytest.fixture(autouse=True)
def _undisturbed(office: Office) -> Iterator[None]:
    """Each test finds an empty journal and no faults; what it moved goes with it."""
    for sim in office.sims.values():
        sim.clear()
    yield
    for account, sim in office.sims.items():
        sim.clear()
        sim.patch(latency_s=LATENCY_S)
        office.connect(account)
