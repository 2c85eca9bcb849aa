"""`make demo`: the main job once, under a real Airflow, from nothing to a table of the day's campaigns."""

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.text import Text

from include.local.account import CONSUMER_DAG, DAILY_DAG, account_api, put_connection, write_accounts_file
from include.local.api import FINAL_RUN_STATES, AirflowApi, AirflowApiError
from include.local.failures import REFUSED_FOR_ITS_CALLS, Failure, first_failure
from include.local.home import PROJECT, Home, shown
from include.local.lock import refuse_second
from include.local.processes import ComponentDiedError
from include.local.progress import RunWatch, Screen, cost_in_words, estimate
from include.local.report import PublishedDay, campaign_table, read_day, show_written
from include.local.settings import DemoSettings
from include.local.stack import LocalAirflow

_DAGS = (DAILY_DAG, CONSUMER_DAG)
_CALLS_WITHOUT_ASKING = 100
_CONSUMER_DEADLINE_S = 20.0
_CLOCK_RESOLUTION_S = 2.0
"""Of make's start time, which is in whole seconds, and of this interpreter's own start."""

DONE, FAILED, NOT_STARTED = 0, 1, 2
"""Exit codes; the last is for whatever the person who started it has to say first."""


class NeedsConsentError(Exception):
    """The run would spend more calls than may be spent unasked, and there is nobody to ask."""


def demo(settings: DemoSettings, home: Home, console: Console, *, setup_s: float) -> int:
    """
    Run the main job once.

    Args:
        setup_s: How long the environment took to install, for the closing lines.

    Returns:
        The exit code.
    """
    began = time.monotonic()
    screen = Screen(console)
    refuse_second(home.lock)
    write_accounts_file(home.accounts_file, settings, schedule=None)
    airflow = LocalAirflow(
        home=home.root, dags_folder=PROJECT / "dags", accounts_file=home.accounts_file, purpose="make demo"
    )
    with screen.working():
        screen.doing("Airflow", "starting PostgreSQL, scheduler, DAG processor, triggerer and API server")
        with account_api(settings) as api_url, airflow:
            screen.done("API", f"{'' if settings.api_url else 'the bundled simulator, '}{api_url}")
            screen.done("Airflow", f"ready after {time.monotonic() - began:.0f} s, {airflow.url}")
            with _let_run(airflow.api, settings, api_url):
                failure = _run_with_consent(airflow, settings, screen)
            if failure is None:
                screen.doing("reading", "the day back from Parquet")
                published = _read_back(airflow, settings)
                _show_day(console, settings, published)
            screen.doing("Airflow", "stopping")
    if failure is not None:
        _show_failure(console, failure)
        return FAILED
    _show_closing(console, settings, published, setup_s=setup_s, run_s=time.monotonic() - began)
    return DONE


@contextlib.contextmanager
def _let_run(api: AirflowApi, settings: DemoSettings, api_url: str) -> Iterator[None]:
    """Prepare the account and let the two DAGs run; afterwards pause them, so that nothing runs unasked later."""
    put_connection(api, settings, api_url)
    for dag_id in _DAGS:
        api.wait_for_dag(dag_id)
        for run in api.runs(dag_id):
            if run["state"] not in FINAL_RUN_STATES:  # an earlier demo was interrupted
                api.end_run(dag_id, run["dag_run_id"])
        api.pause(dag_id, paused=False)
    try:
        yield
    except BaseException:
        # Whatever went wrong is the news; where Airflow itself is gone, it is also out of reach.
        with contextlib.suppress(AirflowApiError, ComponentDiedError):
            _pause(api)
        raise
    _pause(api)


def _pause(api: AirflowApi) -> None:
    for dag_id in _DAGS:
        api.pause(dag_id)


def _run_with_consent(airflow: LocalAirflow, settings: DemoSettings, screen: Screen) -> Failure | None:
    """Run the day; where it was refused for its calls, ask, and run it again without the bound."""
    max_calls = None if settings.spend_without_asking else _CALLS_WITHOUT_ASKING
    run_id, failure = _run(airflow, settings, screen, max_calls)
    if max_calls is not None and failure is not None and failure.kind == REFUSED_FOR_ITS_CALLS:
        cost = estimate(airflow.api, run_id)
        question = f"{settings.day} takes more than {max_calls} calls{cost_in_words(cost)}."
        if not sys.stdin.isatty():
            raise NeedsConsentError(f"{question} YES=1 allows it.")
        if not screen.ask(f"{question} Go on?"):
            raise NeedsConsentError("Nothing more was spent.")
        run_id, failure = _run(airflow, settings, screen, None)
    if failure is None:
        _follow_consumer(airflow.api, screen, run_id)
    return failure


def _run(
    airflow: LocalAirflow, settings: DemoSettings, screen: Screen, max_calls: int | None
) -> tuple[str, Failure | None]:
    start, end = settings.data_interval
    screen.done("Day", f"{settings.day} in {settings.timezone}, {start.isoformat()} to {end.isoformat()}")
    run_id = airflow.api.trigger(
        DAILY_DAG, logical_date=datetime.now(UTC), data_interval=(start, end), conf={"max_calls": max_calls}
    )
    run = RunWatch(airflow, screen, run_id).follow()
    if run["state"] == "success":
        return run_id, None
    failure = first_failure(airflow.api, airflow.home, DAILY_DAG, run_id)
    return run_id, failure or Failure("the run", "", f"it ended as {run['state']}", airflow.home.logs, 0)


def _follow_consumer(api: AirflowApi, screen: Screen, run_id: str) -> None:
    """Wait until the consumer has read the day, if there is anything new for it to read."""
    if api.get(f"/dags/{DAILY_DAG}/dagRuns/{run_id}/taskInstances/publish")["state"] != "success":
        screen.done("consumer", "not needed: nothing has moved since the day was published")
        return
    began = api.run(DAILY_DAG, run_id)["start_date"]
    deadline = time.monotonic() + _CONSUMER_DEADLINE_S
    while time.monotonic() < deadline:
        screen.doing("consumer", f"{CONSUMER_DAG} waits for the day's event")
        for run in api.runs(CONSUMER_DAG):
            if run["run_after"] >= began and run["state"] in FINAL_RUN_STATES:
                screen.done("consumer", f"{CONSUMER_DAG} ran on the day's event: {run['state']}")
                return
        api.check()
        time.sleep(0.5)
    screen.done("consumer", f"{CONSUMER_DAG} has not run within {_CONSUMER_DEADLINE_S:.0f} s")


def _read_back(airflow: LocalAirflow, settings: DemoSettings) -> PublishedDay:
    # The reader runs in this process, and Airflow reads its configuration when it is imported.
    os.environ.update(airflow.env)
    return read_day(settings.storage, settings.partner_id, settings.day)


def _show_day(console: Console, settings: DemoSettings, published: PublishedDay) -> None:
    console.print()
    console.print(campaign_table(settings.day, published.rows, width=console.width))
    show_written(console, settings.storage, settings.partner_id, settings.day, published)


def _show_failure(console: Console, failure: Failure) -> None:
    others = f", and {failure.also_failed} more after it" if failure.also_failed else ""
    console.print(Text.assemble("\n", ("Failed:", "bold red"), f" {failure.task}{others}"))
    console.print(f"  {failure.kind}: {failure.message}" if failure.kind else f"  {failure.message}", markup=False)
    console.print(f"  Log: {shown(failure.log)}", markup=False, soft_wrap=True)


def _show_closing(
    console: Console, settings: DemoSettings, published: PublishedDay, *, setup_s: float, run_s: float
) -> None:
    setup = f"{setup_s:.0f} s" if setup_s > _CLOCK_RESOLUTION_S else "0 s, it was there"
    console.print(f"\nSet-up: {setup}. Run: {run_s:.0f} s. Everything is stopped.\n")
    main_copy = published.tables["campaign_day"][0]
    lines = ["Next:", "  make up      the same Airflow with its UI, until make down"]
    if "://" not in settings.storage:
        table = shown(Path(settings.storage) / main_copy)
        lines.append(f"  duckdb -c \"FROM '{table}' SELECT name, sent, clicks ORDER BY sent DESC\"")
    if settings.api_url is None:
        lines.append("  API_URL=https://web-push.api.useinsider.com API_KEY=… PARTNER_ID=… DAY=… make demo")
        lines.append("               the same with your own account")
    console.print("\n".join(lines), markup=False, soft_wrap=True)
