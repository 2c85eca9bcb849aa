"""`make check`: some 20 calls to the account's API, and where it does otherwise than the code takes for granted."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from include.local.account import CONNECTION, account_api, connection_fields
from include.local.airflow_env import without_airflow
from include.local.demo import DONE, FAILED, NOT_STARTED, NeedsConsentError
from include.local.home import Home
from include.local.settings import DemoSettings
from insider_web_push.errors import InsiderError
from insider_web_push.probing.course import MOST_CALLS

if TYPE_CHECKING:
    from insider_web_push.probing.report import AccountReport, Finding

_STYLES = {"as assumed": "green", "noted": "cyan", "differs": "bold red", "could not tell": "yellow"}
_SHORTEST_PARTNER_ID = 4


def check(settings: DemoSettings, home: Home, console: Console) -> int:
    """
    Check the account that the environment names, or the bundled simulator.

    No scheduler runs: Airflow's hook is used in this process. The budget is that of `make demo` and `make up`, so that
    the limit holds also while they run.

    Returns:
        0 if nothing differs that the code depends on, 1 if something does, 2 if the account could not be checked.

    Raises:
        NeedsConsentError: nobody has agreed to the calls.
    """
    if settings.api_url is not None:
        _ask_for_consent(settings, console)
    with account_api(settings) as api_url:
        console.print(f"Asking {api_url}, at most {MOST_CALLS} calls\n", markup=False)
        try:
            report, kept = _checked(settings, home, api_url)
        except InsiderError as error:
            console.print(f"{type(error).__name__}: {error}", markup=False, soft_wrap=True)
            return NOT_STARTED
    if console.is_terminal:
        console.print(findings_table(report))
        console.print(report.conclusion, markup=False)
    else:
        for line in report.lines():
            console.print(line, markup=False, soft_wrap=True)
    console.print(f"Kept as {kept}. What each finding means: docs/know-the-account.md", markup=False, soft_wrap=True)
    return FAILED if report.differing else DONE


def findings_table(report: AccountReport) -> Table:
    """Lay out the findings, with what to do about them."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for header in ("", "what", "found"):
        table.add_column(header, overflow="fold")
    for finding in report.findings:
        verdict = str(finding.verdict)
        table.add_row(Text(verdict, style=_STYLES[verdict]), Text(finding.topic), _found(finding))
    return table


def _found(finding: Finding) -> Text:
    found = Text(finding.found)
    if finding.verdict == "differs":
        found.append(f"\nassumed: {finding.assumed}")
    if finding.do:
        found.append(f"\ndo: {finding.do}", style="bold")
    return found


def _ask_for_consent(settings: DemoSettings, console: Console) -> None:
    if settings.spend_without_asking:
        return
    question = f"This takes at most {MOST_CALLS} calls of partner {settings.partner_id}'s budget."
    if not sys.stdin.isatty():
        raise NeedsConsentError(f"{question} YES=1 allows it.")
    if console.input(f"{question} Go on? [y/N] ", markup=False).strip().lower() not in {"y", "yes"}:
        raise NeedsConsentError("Nothing was spent.")


def _checked(settings: DemoSettings, home: Home, api_url: str) -> tuple[AccountReport, str]:
    """Check by Airflow's hook, which finds its connection in this process's environment."""
    home.prepare()
    connection = connection_fields(settings, api_url)
    # Airflow takes an empty extra for a secret, and says that it is too short to be masked.
    connection["extra"] = {name: value for name, value in json.loads(connection["extra"]).items() if value != ""}
    for name in os.environ.keys() - without_airflow(os.environ).keys():
        del os.environ[name]
    os.environ["AIRFLOW_HOME"] = str(home.airflow)
    # The bundled simulator's partner id is shorter than what Airflow masks without a warning.
    os.environ["AIRFLOW__LOGGING__MIN_LENGTH_MASKED_SECRET"] = str(_SHORTEST_PARTNER_ID)
    os.environ[f"AIRFLOW_CONN_{CONNECTION.upper()}"] = json.dumps(connection)
    # Airflow reads its environment when it is imported.
    from insider_web_push.accounts.file import Account  # noqa: PLC0415 — as above
    from insider_web_push.hook import InsiderWebPushHook  # noqa: PLC0415 — as above
    from insider_web_push.lake.storage import Storage  # noqa: PLC0415 — as above
    from insider_web_push.probing.account import check_api  # noqa: PLC0415 — as above

    hook = InsiderWebPushHook(CONNECTION, max_wait_s=None)
    store = Storage(settings.storage, settings.partner_id)
    slots = Account.model_fields["pool_slots"].default
    report = check_api(hook, store, timezone=settings.timezone, pool_slots=slots)
    return report, store.url(store.at.account_check)
