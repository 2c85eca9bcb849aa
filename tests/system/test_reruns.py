"""What the person on call does: a red run, the cause, one map index cleared."""

import pendulum
import pytest

pytestmark = pytest.mark.system

DAY = pendulum.yesterday("Europe/Istanbul").subtract(days=5).date()


def test_a_failed_fetch_is_red_keeps_the_day_and_is_mended_by_clearing_it(system):
    """Red and named; the previous version stays; clearing that one map index refetches exactly it."""
    soon = pendulum.datetime(DAY.year, DAY.month, DAY.day, tz="Europe/Istanbul").add(days=1, hours=2)
    system.sim.patch(now=soon)
    _, state = system.run_day(DAY)
    assert state == "success"
    before = system.reader().read(DAY)
    broken = next(row["campaign_id"] for row in before.to_pylist() if row["detail_status"] == "fetched")

    system.sim.patch(now=soon.add(days=3))
    system.sim.fault("not_found", campaign_id=broken)
    run_id, state = system.run_day(DAY)
    assert state == "failed"
    assert system.reader().read(DAY).equals(before)
    assert len(system.events(DAY)) == 1
    (failed,) = [task for task in system.tasks(run_id, task_id="fetch") if task["state"] == "failed"]
    assert failed["try_number"] == 1
    assert broken in failed["rendered_map_index"]
    verify = system.airflow.api.log(system.dag(), run_id, "verify")
    assert f"1 campaign ({broken} " in verify
    assert "the day keeps revision 1" in verify

    said = {"key": "troubles", "map_index": failed["map_index"]}
    assert [trouble["campaign_id"] for trouble in system.airflow.api.xcom(system.dag(), run_id, "fetch", **said)] == [
        broken
    ]

    system.sim.clear()
    system.airflow.api.clear(system.dag(), run_id, tasks=[("fetch", failed["map_index"])])
    assert system.wait(run_id) == "success"
    # The year's assumption A4: what an earlier try pushed is gone.
    assert system.airflow.api.xcom(system.dag(), run_id, "fetch", **said) is None
    assert system.calls(DAY) == [broken]
    rows = [row for row in system.reader().read(DAY).to_pylist() if row["campaign_id"] == broken]
    assert [row["revision"] for row in rows] == [2]
    assert len(system.events(DAY)) == 2


def test_a_broken_answer_is_kept_and_its_place_is_named(system):
    """JSON of another shape with status 200: fetch fails without a retry, the body stays to look at."""
    day = DAY.subtract(days=1)
    system.sim.fault("list_200", endpoint="campaign-metrics", times=1)
    run_id, state = system.run_day(day)
    assert state == "failed"
    (failed,) = [task for task in system.tasks(run_id, task_id="fetch") if task["state"] == "failed"]
    assert failed["try_number"] == 1
    log = system.airflow.api.log(system.dag(), run_id, "fetch", map_index=failed["map_index"])
    assert "$: expected a JSON object, got list" in log
    kept = list((system.storage / "default").glob(f"raw/campaign_metrics/*/day={day}/*/*.rejected.json.gz"))
    assert len(kept) == 1


def test_too_large_a_plan_spends_nothing_on_it(system):
    """With max_calls the list is read, and no campaign is."""
    day = DAY.subtract(days=3)
    run_id, state = system.run_day(day, max_calls=3)
    assert state == "failed"
    assert system.calls(day) == []
    assert "needs 6 calls" in system.airflow.api.log(system.dag(), run_id, "plan")
