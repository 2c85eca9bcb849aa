"""Days with more campaigns than a run may map, and with campaigns that the API cannot answer."""

import pendulum
import pytest

from include.simulator.campaigns import seeded_campaign
from tests.system.conftest import MAX_MAP_LENGTH, REFRESH, connect

pytestmark = pytest.mark.system

ACCOUNT = "asking"
TODAY = pendulum.today("Europe/Istanbul").date()


@pytest.fixture(autouse=True)
def _many(system):
    """Far more campaigns a day than a run may map."""
    connect(system.airflow, system.sim, ACCOUNT, requests_per_minute=10_000)
    system.sim.patch(campaigns=400, quiet_campaigns=0, limit_requests=100_000)
    yield
    system.sim.patch(limit_requests=1000)


def refresh(system, day, **form):
    """Refresh a day; gives the run's state."""
    dag = system.dag(ACCOUNT, of=REFRESH)
    form |= {"first_day": day.isoformat(), "last_day": day.isoformat()}
    run_id = system.airflow.api.trigger(dag, logical_date=pendulum.now("UTC"), conf=form)
    return system.airflow.api.wait_for_run(dag, run_id)["state"]


def test_a_run_puts_several_campaign_days_into_a_task(system):
    """One bad campaign fails its task; when that is cleared, it fetches all of its own again, and nothing else."""
    system.sim.patch(campaigns=60)
    day = TODAY.subtract(days=6)
    bad = campaigns(system)[50]
    system.sim.fault("not_found", campaign_id=bad)
    run_id, state = system.run_day(day, ACCOUNT)
    assert state == "failed"
    tasks = system.tasks(run_id, ACCOUNT, task_id="fetch")
    assert len(tasks) == 30 <= MAX_MAP_LENGTH
    assert all("and 1 more" in task["rendered_map_index"] for task in tasks)
    assert sorted(system.calls(day)) == sorted(campaigns(system)[:60])
    (failed,) = [task for task in tasks if task["state"] == "failed"]
    system.sim.clear()
    system.airflow.api.clear(system.dag(ACCOUNT), run_id, tasks=[("fetch", failed["map_index"])])
    assert system.wait(run_id, ACCOUNT) == "success"
    again = system.calls(day)
    assert len(again) == 2
    assert bad in again
    assert system.reader(ACCOUNT).manifest(day).is_complete


def campaigns(system):
    """Name the simulator's campaigns."""
    seed = int(system.sim.settings()["seed"])
    return [str(seeded_campaign(seed, index, TODAY).builder_id) for index in range(400)]


def test_a_day_that_lacks_a_campaign_is_partial_at_its_deadline_and_complete_once_that_is_accepted(system):
    """One campaign that the API never answers though it was active, one that vanishes, and a reload of five at once."""
    day = TODAY.subtract(days=5)
    broken, vanishing, *reloaded = campaigns(system)[:7]
    system.sim.fault("not_found", campaign_id=broken)
    first = system.trigger(day, ACCOUNT)
    refresh(system, day, campaigns=reloaded, mode="all")
    assert system.wait(first, ACCOUNT) == "failed"
    manifest = system.reader(ACCOUNT).manifest(day)
    assert (str(manifest.status), str(manifest.campaigns[broken].status)) == ("partial", "missing")
    assert len(manifest.campaigns) == 400
    assert system.events(day, ACCOUNT) == []

    system.sim.campaign(vanishing, listed=False)
    assert refresh(system, day, accept_missing=[broken]) == "success"
    manifest = system.reader(ACCOUNT).manifest(day)
    assert (str(manifest.status), len(manifest.campaigns)) == ("complete", 400)
    assert manifest.campaigns[broken].accepted_by
    assert not manifest.campaigns[vanishing].listed
    assert len(system.events(day, ACCOUNT)) == 1
