"""One run, one day: the daily timetable over changes of the clock, as the scheduler steps through it."""

from collections.abc import Callable
from copy import deepcopy
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pendulum
import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.serialization.definitions.dag import SerializedDAG
from airflow.serialization.serialized_objects import DagSerialization
from airflow.timetables import interval
from airflow.timetables.base import DagRunInfo, DataInterval, TimeRestriction
from pydantic import ValidationError

from insider_web_push.accounts.file import Account
from insider_web_push.dates import day_of_run
from insider_web_push.vocabulary import DAILY
from tests.conftest import PROJECT_ROOT

SCHEDULES = ["0 5 * * *", "0 1 * * *", "0 0 * * *", "30 2 * * *", "30 23 * * *"]
CHANGES = {
    "istanbul": ("Europe/Istanbul", date(2026, 11, 20), date(2026, 11, 25)),
    "berlin-spring": ("Europe/Berlin", date(2026, 3, 27), date(2026, 3, 31)),
    "berlin-autumn": ("Europe/Berlin", date(2026, 10, 23), date(2026, 10, 27)),
    "sao-paulo-without-midnight": ("America/Sao_Paulo", date(2018, 11, 1), date(2018, 11, 6)),
    "sao-paulo-with-two-23-hours": ("America/Sao_Paulo", date(2018, 2, 15), date(2018, 2, 20)),
    "london-without-one-o-clock": ("Europe/London", date(2026, 3, 27), date(2026, 3, 31)),
}
REFUSED = {
    ("Europe/Berlin", "30 2 * * *"),
    ("America/Sao_Paulo", "0 0 * * *"),
    ("Europe/London", "0 1 * * *"),
}
"""An account may not have these, since some day has no such time, and Airflow would lose the day before it."""
CASES = [
    pytest.param(zone, first, last, schedule, id=f"{name}-{schedule}")
    for name, (zone, first, last) in CHANGES.items()
    for schedule in SCHEDULES
    if (zone, schedule) not in REFUSED
]


@pytest.mark.parametrize(("zone", "schedule"), sorted(REFUSED))
def test_a_time_that_some_day_does_not_have_is_refused(zone: str, schedule: str) -> None:
    """Where the account is read, before a day can be lost."""
    with pytest.raises(ValidationError, match="jump over"):
        Account(name="default", timezone=zone, schedule=schedule, storage="file:///nowhere")


@pytest.fixture(scope="module")
def serialized(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Any]:
    """Load the daily DAG of an account, once for those that look at it, and serialise it."""
    accounts_file = tmp_path_factory.mktemp("timetable") / "accounts.yaml"

    @cache
    def of(zone: str, schedule: str) -> Any:
        accounts_file.write_text(
            f"accounts: [{{name: default, timezone: {zone}, schedule: {schedule!r}, storage: data}}]"
        )
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("AIRFLOW__INSIDER_WEB_PUSH__ACCOUNTS_FILE", str(accounts_file))
            bag = DagBag(PROJECT_ROOT / "dags" / f"{DAILY}.py")
        assert bag.import_errors == {}
        return DagSerialization.to_dict(bag.dags[DAILY])

    return of


@pytest.fixture
def daily_dag(serialized: Callable[[str, str], Any]) -> Callable[[str, str], SerializedDAG]:
    """Give the daily DAG of an account as the scheduler sees it."""
    return lambda zone, schedule: DagSerialization.from_dict(deepcopy(serialized(zone, schedule)))


def days_between(first: date, last: date) -> list[date]:
    """Give every day, both ends inclusive."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def day_of(run: DagRunInfo, zone: str) -> date:
    """Tell a run's day, as the operators do."""
    return day_of_run(data_interval_start=run.data_interval.start, run_after=run.run_after, timezone=zone)


@pytest.mark.parametrize(("zone", "first", "last", "schedule"), CASES)
def test_a_backfill_makes_one_run_for_each_day(daily_dag, zone: str, first: date, last: date, schedule: str) -> None:
    """Over a range of days, in their order."""
    timetable = daily_dag(zone, schedule).timetable
    earliest = pendulum.datetime(first.year, first.month, first.day, tz=zone)
    restriction = TimeRestriction(earliest=earliest, latest=None, catchup=True)
    runs: list[DagRunInfo] = []
    for _ in days_between(first, last):
        before = runs[-1].data_interval if runs else None
        runs.append(timetable.next_dagrun_info(last_automated_data_interval=before, restriction=restriction))
    assert [day_of(run, zone) for run in runs] == days_between(first, last)


@pytest.mark.parametrize(("zone", "first", "last", "schedule"), CASES)
def test_the_scheduler_makes_one_run_for_each_day(
    daily_dag, monkeypatch: pytest.MonkeyPatch, zone: str, first: date, last: date, schedule: str
) -> None:
    """
    Looking every half hour, without catch-up, as the DAG says; and each day is over when its run begins.

    At each look the next run is computed anew, as it is whenever the DAG file was parsed again.
    """
    dag = daily_dag(zone, schedule)
    restriction = TimeRestriction(earliest=pendulum.instance(dag.start_date), latest=None, catchup=dag.catchup)
    now = pendulum.datetime(first.year, first.month, first.day, 12, tz=zone).in_timezone("UTC")
    until = pendulum.datetime(last.year, last.month, last.day, 12, tz=zone).add(days=1)
    runs: list[DagRunInfo] = []
    while now < until:
        # Airflow takes no clock as an argument here; nothing of ours is replaced.
        monkeypatch.setattr(interval, "utcnow", lambda now=now: now)
        before: DataInterval | None = runs[-1].data_interval if runs else None
        due = dag.timetable.next_dagrun_info(last_automated_data_interval=before, restriction=restriction)
        if due and due.run_after <= now:
            runs.append(due)
        else:
            now = now.add(minutes=30)
    made = [day_of(run, zone) for run in runs]
    assert made == days_between(made[0], made[-1])
    assert made[0] < first
    assert made[-1] >= last - timedelta(days=1)
    for run in runs:
        after_midnight = datetime.combine(day_of(run, zone) + timedelta(days=1), datetime.min.time(), ZoneInfo(zone))
        assert after_midnight.timestamp() <= run.run_after.timestamp()
