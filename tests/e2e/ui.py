"""What an operator does in Airflow's UI, by the names on its buttons. Waits for conditions, never for time."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.e2e.office import DAILY, Office

_WIDTH, _HEIGHT = 1280, 900
WINDOW: ViewportSize = {"width": _WIDTH, "height": _HEIGHT}
_SWITCHES = {"dry_run": "Dry run", "rebuild": "Rebuild only", "accept_fall": "Accept a fall"}
_CHOICES = {"mode": "Mode", "depth": "Depth"}
_FOLDED = {
    "mode": "What is done with them",
    "depth": "What is done with them",
    "rebuild": "What is done with them",
    "accept_missing": "What may be missing",
    "accept_fall": "What may be missing",
}
"""Section of the form, which is opened by its name and folds when another one opens."""


def log_in(page: Page, password: str) -> None:
    """Fill in Airflow's own login form."""
    page.goto("/")
    page.locator("input[name=username]").fill("admin")
    page.locator("input[name=password]").fill(password)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Home").first.wait_for()


@dataclass(frozen=True)
class Ui:
    """A page of Airflow's UI, and what there is to do on it."""

    page: Page
    office: Office
    pictures: Path

    def picture(self, name: str, of: Locator | None = None, *, height: int = _HEIGHT) -> None:
        """Keep a picture of a part of the page, whole, or of the page in a window of a height in pixels."""
        self.page.mouse.move(0, 0)
        self.page.set_viewport_size({"width": _WIDTH, "height": 2 * _HEIGHT if of else height})
        (of or self.page).screenshot(path=self.pictures / f"{name}.png", animations="disabled")
        self.page.set_viewport_size(WINDOW)

    def trigger_form(self, dag_id: str) -> Locator:
        """Open a DAG's trigger dialog."""
        self.page.goto(f"/dags/{dag_id}")
        self.page.get_by_role("button", name="Trigger Dag").click()
        dialog = self.page.get_by_role("dialog").filter(has_text=dag_id)
        dialog.get_by_role("button", name="Trigger", exact=True).wait_for()
        return dialog

    def refresh_form(self, dag_id: str, **form: object) -> Locator:
        """Open the refresh's dialog and fill in fields by their names: days, lists of ids, switches, choices."""
        dialog = self.trigger_form(dag_id)
        opened = None
        for name, value in sorted(form.items(), key=lambda item: _FOLDED.get(item[0], "")):
            section = _FOLDED.get(name)
            if section != opened:
                dialog.get_by_role("button", name=section).click()
                opened = section
            self._fill(dialog, name, value)
        return dialog

    def _fill(self, dialog: Locator, name: str, value: object) -> None:
        if name in _SWITCHES:
            # Chakra's switch hides the input that it is made of: the keyboard reaches it, a click does not.
            dialog.get_by_role("checkbox", name=_SWITCHES[name]).press("Space")
        elif name in _CHOICES:
            dialog.get_by_role("combobox", name=_CHOICES[name]).click()
            self.page.get_by_role("option", name=re.compile(f"^{value}")).click()
        else:
            text = "\n".join(value) if isinstance(value, list) else str(value)
            dialog.locator(f"#element_{name}").fill(text)

    def send(self, dialog: Locator, dag_id: str) -> str:
        """Press Trigger; gives the id of the run that it made."""
        before = self.office.run_ids(dag_id)
        dialog.get_by_role("button", name="Trigger", exact=True).click()
        dialog.wait_for(state="hidden")
        return self.office.newest_run(dag_id, besides=before)

    def refresh(self, dag_id: str, **form: object) -> str:
        """Fill in the refresh's form, send it and wait for the end; gives the run's id."""
        run_id = self.send(self.refresh_form(dag_id, **form), dag_id)
        self.office.airflow.api.wait_for_run(dag_id, run_id)
        return run_id

    def open_task(self, dag_id: str, run_id: str, task: str) -> None:
        """Look at a task's log; *task* as in the address: `plan`, `fetch/mapped/3`."""
        self.page.goto(f"/dags/{dag_id}/runs/{run_id}/tasks/{task}")

    def fold_log(self) -> None:
        """Wrap the lines of the log that is shown, and fold the tracebacks in it."""
        self.page.keyboard.press("w")
        self.page.locator("summary").filter(has_text=re.compile("^[A-Za-z]+: ")).first.click()

    def log_line(self, text: str | re.Pattern[str]) -> Locator:
        """Find a line of the log that is shown."""
        return self.page.locator("code").get_by_text(text).first

    def open_clear_dialog(self) -> Locator:
        """Press Clear on the run or task that is shown."""
        self.page.get_by_role("button", name="Press shift+c to clear", exact=True).click()
        return self._clear_dialog()

    def select_failed(self) -> Locator:
        """Tick the failed tasks of the list that is shown, and press Clear in the bar that appears."""
        failed = self.page.get_by_role("row").filter(has_text="Failed")
        failed.first.wait_for()
        for row in failed.all():
            row.get_by_role("checkbox").press("Space")
        self.picture("failed-selected", height=640)
        self.page.get_by_role("button", name="Clear Task Instances").click()
        return self._clear_dialog()

    def _clear_dialog(self) -> Locator:
        return self.page.get_by_role("dialog").filter(has_text="Affected Tasks")

    def confirm(self, dialog: Locator) -> None:
        """Clear."""
        dialog.get_by_role("button", name="Confirm").click()
        dialog.wait_for(state="hidden")

    def backfill_form(self, first: date, last: date, *, reprocess: str, active: int = 2) -> Locator:
        """Open the backfill dialog of the daily DAG and fill it in; *reprocess* as it is written there."""
        dialog = self.trigger_form(DAILY)
        dialog.get_by_role("radio", name="Backfill").check(force=True)
        self._when(dialog, "From", first, "00:00")
        self._when(dialog, "To", last, "23:59")
        dialog.get_by_role("radio", name=reprocess, exact=True).check(force=True)
        dialog.locator("input[name=max_active_runs]").fill(str(active))
        return dialog

    def run_backfill(self, dialog: Locator) -> None:
        """Start it, and wait until Airflow says that it is complete."""
        with self.office.one_more_backfill():
            dialog.get_by_role("button", name="Run Backfill").click()
            dialog.wait_for(state="hidden")

    def _when(self, dialog: Locator, label: str, day: date, time: str) -> None:
        field = dialog.get_by_role("group").filter(has_text=re.compile(f"^{label}"))
        field.get_by_role("paragraph").click()
        picker = self.page.get_by_role("dialog").filter(has=self.page.get_by_placeholder("HH:mm"))
        picker.get_by_placeholder("YYYY/MM/DD").fill(f"{day:%Y/%m/%d}")
        picker.get_by_placeholder("HH:mm").fill(time)
        self.page.keyboard.press("Escape")
        picker.wait_for(state="hidden")
        expect(field).to_contain_text(f"{day:%b %d, %Y} {time}")
