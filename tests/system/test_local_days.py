"""One run, one day, one event, and the right day: also where a day has 23 or 25 hours, or no midnight."""

from datetime import date, timedelta

import pendulum
import pytest

from insider_web_push.dags.priority import weight_of
from tests.system.conftest import ACCOUNTS, CONSUMER

pytestmark = pytest.mark.system


@pytest.mark.parametrize(
    ("account", "first", "last"),
    [
        pytest.param("istanbul", date(2026, 11, 1), date(2026, 11, 2), id="istanbul"),
        pytest.param("berlin", date(2026, 3, 28), date(2026, 3, 30), id="berlin-spring"),
        pytest.param("berlin_autumn", date(2025, 10, 25), date(2025, 10, 27), id="berlin-autumn"),
        pytest.param("sao_paulo", date(2018, 11, 3), date(2018, 11, 5), id="sao-paulo-without-midnight"),
    ],
)
def test_a_backfill_makes_one_run_and_one_event_of_each_local_day(system, account, first, last):
    """Airflow's own backfill over a change of clocks."""
    system.sim.patch(campaigns=1, quiet_campaigns=0)
    zone, dag = ACCOUNTS[account][0], system.dag(account)
    days = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    for paused in (dag, system.dag(account, of=CONSUMER)):
        system.airflow.api.pause(paused, paused=False)
    start, end = (pendulum.datetime(day.year, day.month, day.day, 1, tz=zone) for day in (first, last))
    system.airflow.api.backfill(dag, first=start, last=end)
    runs = [run for run in system.airflow.api.runs(dag) if run["run_type"] == "backfill"]
    runs = [run for run in runs if start <= pendulum.parse(run["logical_date"]) <= end]
    assert len(runs) == len(days)
    assert {system.wait(run["dag_run_id"], account) for run in runs} == {"success"}
    weights = {task["priority_weight"] for run in runs for task in system.tasks(run["dag_run_id"], account)}
    assert weights == {weight_of(dag_id=dag, run_id="backfill__any")}
    swept = [work for run in runs for work in system.airflow.api.xcom(dag, run["dag_run_id"], "discover")]
    assert sorted(work["day"] for work in swept) == [day.isoformat() for day in days]
    assert [len(system.events(day, account)) for day in days] == [1] * len(days)
    assert [system.reader(account).read(day).num_rows for day in days] == [1] * len(days)
