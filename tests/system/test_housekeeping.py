"""The deployment's own DAG under a real Airflow: it is off, and cleans when it is turned on."""

import os
import time
from pathlib import Path

import pendulum
import pytest
from sqlalchemy import create_engine, text

from insider_web_push.vocabulary import HOUSEKEEPING

pytestmark = pytest.mark.system


def test_a_run_keeps_the_last_days_of_the_database_and_of_the_logs(system):
    """Rows and files that are older are gone, younger ones stay; nothing ran before somebody asked."""
    api = system.airflow.api
    api.wait_for_dag(HOUSEKEEPING)
    assert api.get(f"/dags/{HOUSEKEEPING}")["is_paused"]
    assert api.get(f"/dags/{HOUSEKEEPING}/dagRuns")["total_entries"] == 0
    logs = Path(system.airflow.env["AIRFLOW__LOGGING__BASE_LOG_FOLDER"])
    old, new = logs / "dag_id=gone" / "run_id=a" / "old.log", logs / "dag_id=gone" / "run_id=a" / "new.log"
    old.parent.mkdir(parents=True)
    for path, days in ((old, 41), (new, 39)):
        path.write_text("a line\n")
        os.utime(path, (time.time() - days * 86400,) * 2)
    engine = create_engine(system.airflow.env["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"])
    with engine.begin() as database:
        for event, days in (("planted_old", 41), ("planted_new", 39)):
            database.execute(
                text("insert into log (dttm, event) values (:at, :event)"),
                {"at": pendulum.now("UTC").subtract(days=days), "event": event},
            )
    api.pause(HOUSEKEEPING, paused=False)
    try:
        run_id = api.trigger(HOUSEKEEPING, logical_date=None, conf={"keep_days": 40})
        assert api.wait_for_run(HOUSEKEEPING, run_id)["state"] == "success"
        states = {task["task_id"]: task["state"] for task in api.task_instances(HOUSEKEEPING, run_id)}
        assert states == {"clean_database": "success", "clean_logs": "success"}
        assert not old.exists()
        assert new.exists()
        with engine.begin() as database:
            left = set(database.execute(text("select event from log where event like 'planted%'")).scalars())
            archives = database.execute(
                text("select count(*) from information_schema.tables where table_name like '_airflow_deleted%'")
            ).scalar()
        assert left == {"planted_new"}
        assert archives == 0
    finally:
        api.pause(HOUSEKEEPING, paused=True)
        engine.dispose()
