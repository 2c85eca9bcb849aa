"""
What Airflow's database holds of version 0.1.0 when the present one is installed: DAGs that were not parsed again yet,
and what the tasks of runs that are under way have handed on.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from airflow.models import TaskInstance
from airflow.serialization.serialized_objects import DagSerialization

from include.simulator.process import running_simulator
from insider_web_push.operators import CampaignMetricsOperator
from insider_web_push.operators.approve import question_of
from tests.builders import DATA
from tests.compatibility.old_lake import NOBODY, PARTNER, OldLake, Run, is_kept, nov

SERIALIZED = json.loads((DATA / "airflow_v1" / "serialized_dags.json").read_text(encoding="utf-8"))
OLD_RUNS = json.loads((DATA / "airflow_v1" / "xcoms.json").read_text(encoding="utf-8"))
ARRANGED_BY_US = sorted(set(SERIALIZED) - {"insider_web_push_day_totals"})
KEY = "k3y-of-the-next-version"
BEGAN = datetime(2026, 11, 18, 2, tzinfo=UTC)
"""When the old daily run began."""
WEIGHTS = [
    ("manual__2026-11-18T04:00:00+00:00", 400, 400),
    ("asset_triggered__2026-11-18T04:00:00+00:00", 400, 400),
    ("scheduled__2026-11-18T02:00:00+00:00", 300, 200),
    ("backfill__2026-11-18T02:00:00+00:00", 100, 100),
]
"""Run id, its weight, and its weight in the refresh."""


@pytest.mark.parametrize("dag_id", SERIALIZED)
def test_an_old_dag_is_read_by_the_scheduler(dag_id: str) -> None:
    """All of its tasks, from the database alone."""
    dag = DagSerialization.from_dict(SERIALIZED[dag_id])
    assert dag.dag_id == dag_id
    assert {task.task_id for task in dag.tasks} == {
        task["__var"]["task_id"] for task in SERIALIZED[dag_id]["dag"]["tasks"]
    }


@pytest.mark.parametrize("dag_id", ARRANGED_BY_US)
@pytest.mark.parametrize(("run_id", "weight", "of_refresh"), WEIGHTS)
def test_the_tasks_of_an_old_dag_get_their_weight(dag_id: str, run_id: str, weight: int, of_refresh: int) -> None:
    """When the scheduler makes them; a strategy that no plugin registers by its old name would end the scheduler."""
    dag = DagSerialization.from_dict(SERIALIZED[dag_id])
    weights = {TaskInstance(task, run_id=run_id, dag_version_id=uuid4()).priority_weight for task in dag.tasks}
    assert weights == {of_refresh if dag_id == "insider_web_push_refresh" else weight}


def of_old(name: str, task_id: str, key: str = "return_value") -> Any:
    """Give what a task of an old run handed on."""
    return json.loads(json.dumps(OLD_RUNS[name]["xcoms"][task_id][key]))


def continued(run: Run, name: str) -> Run:
    """Go on with an old run, in which nothing has failed yet."""
    old = OLD_RUNS[name]
    run.dag_id, run.run_id, run.form = old["dag_id"], old["run_id"], old["params"]
    publish = run.instance("publish")
    run.airflow.xcoms = {(publish, key): value for key, value in old["xcoms"]["publish"].items()}
    fetches = [run.instance("fetch", map_index) for map_index in range(len(of_old(name, "plan")))]
    run.airflow.states = dict.fromkeys([run.instance("discover"), run.instance("plan"), *fetches, publish], "success")
    assert {at.shown for at in run.airflow.states} <= old["states"].keys()
    return run


def test_a_run_that_had_just_ended_is_verified(run: Run) -> None:
    """By what its own discover and publish said."""
    assert continued(run, "verified").verify(of_old("verified", "discover")) == {"days": 1}


def test_a_run_that_had_published_acknowledges_its_event(lake: OldLake, run: Run) -> None:
    """By what its publish said: the event is not owed any more, and no other run sends it again."""
    assert lake.manifest(9).event is not None
    continued(run, "published").had_sent(run.dag_id, run.run_id, "publish", 9)
    assert run.verify(of_old("published", "discover")) == {"days": 1}
    assert lake.manifest(9).event is None


def test_a_run_that_is_cleared_goes_on_from_its_list(run: Run) -> None:
    """Its plan finds everything fetched since, and its publish nothing moved; both say so in the same shape."""
    swept = of_old("verified", "discover")
    assert continued(run, "verified").plan(swept) == []
    assert of_old("verified", "plan", "estimate").keys() <= run.xcom("plan", "estimate").keys()
    assert run.publish(swept) == {"2026-11-10": "unmoved"}
    (then,), (now,) = of_old("verified", "publish", "days"), run.xcom("publish", "days")
    assert then.keys() <= now.keys()


def test_what_choose_handed_on_is_what_it_hands_on(run: Run) -> None:
    """To a discover of either version; the present one may say more."""
    assert is_kept(of_old("verified", "choose"), continued(run, "verified").choose())


def test_an_old_estimate_is_approved() -> None:
    """The question names what the old plan has counted."""
    asked = question_of(of_old("under_way", "plan", "estimate") | {"seconds": 9000.0}, was_decided=False, above_h=2)
    assert asked is not None
    assert "- 6 calls: 1 sweep, 5 new" in asked[1]


def test_a_plan_that_is_made_again_is_the_old_one(lake: OldLake, run: Run) -> None:
    """Of the campaigns that were not fetched yet: one, or all where the answers are gone."""
    planned, swept = of_old("under_way", "plan"), of_old("under_way", "discover")
    left = [fetch for fetch in planned if fetch["campaign_id"] == "40008"]
    assert is_kept(left, continued(run, "under_way").plan(swept))
    for answer in lake.root.glob("raw/campaign_metrics/*/day=2026-11-17/*/*.gz"):
        answer.unlink()
    assert is_kept(planned, run.plan(swept))


def test_a_run_that_is_under_way_is_finished(lake: OldLake, run: Run, connect: Callable[..., None], clock: Any) -> None:
    """What the old plan handed on is fetched, published and verified; its event is announced."""
    continued(run, "under_way")
    clock.move_to(BEGAN + timedelta(minutes=10))
    (left,) = [fetch for fetch in of_old("under_way", "plan") if fetch["campaign_id"] == "40008"]
    with running_simulator(api_key=KEY, partner_id=PARTNER, now=BEGAN, campaigns=5, quiet_campaigns=1) as sim:
        connect(sim.url, key=KEY)
        (key,) = run.task(CampaignMetricsOperator, "fetch", **left)
    connect(NOBODY)
    swept = of_old("under_way", "discover")
    assert run.publish(swept) == {"2026-11-17": "published"}
    assert run.announced == {"2026-11-17"}
    assert run.verify(swept) == {"days": 1}
    manifest = lake.manifest(17)
    assert (manifest.revision, manifest.campaigns["40008"].snapshot, manifest.event) == (1, key, None)
    assert lake.reader.read(nov(17)).num_rows == 6
