"""The DAG's task, of the DAG file itself: by an event, by a form, and by a hand that left the form empty."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from airflow.dag_processing.dagbag import DagBag
from airflow.providers.apache.iceberg.hooks.iceberg import IcebergHook
from airflow.sdk.exceptions import AirflowSkipException

from insider_web_push.errors import ConfigurationError, IncompleteDay, InvalidRequest
from insider_web_push.iceberg.operator import ICEBERG
from tests.builders import DAY
from tests.conftest import PROJECT_ROOT
from tests.integration.iceberg.lakehouse import Lakehouse, sql_catalog
from tests.supervisor import Supervisor, a_run

DAG_FILE = PROJECT_ROOT / "dags" / f"{ICEBERG}.py"
MONTH_BEFORE = DAY - timedelta(days=30)
Run = Callable[..., list[str]]
"""Runs the task for a partition and a form."""


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lakehouse:
    """Published days of two months, in the lake of the accounts file, and a catalog with a connection of Airflow."""
    accounts = {"accounts": [{"name": "default", "timezone": "Europe/Istanbul", "storage": str(tmp_path / "lake")}]}
    (tmp_path / "accounts.yaml").write_text(yaml.safe_dump(accounts))
    monkeypatch.setenv("AIRFLOW__INSIDER_WEB_PUSH__ACCOUNTS_FILE", str(tmp_path / "accounts.yaml"))
    monkeypatch.setenv("AIRFLOW__INSIDER_WEB_PUSH__ICEBERG_CONN_ID", "lakehouse")
    monkeypatch.setenv("AIRFLOW_CONN_LAKEHOUSE", json.dumps(sql_catalog(tmp_path)))
    account = {"conn_type": "insider_web_push", "password": "k3y", "extra": {"partner_id": "brand"}}
    monkeypatch.setenv("AIRFLOW_CONN_INSIDER_WEB_PUSH_DEFAULT", json.dumps(account))
    found = Lakehouse(tmp_path / "lake", IcebergHook("lakehouse").catalog)
    found.publish(MONTH_BEFORE)
    found.publish()
    return found


@pytest.fixture
def run(house: Lakehouse) -> Run:  # noqa: ARG001 — its settings are in the environment
    """Load the DAG file, and run its task as Airflow does."""

    def execute(partition: str | None = None, **form: str | None) -> list[str]:
        # Each time anew, as each task is: an operator keeps what it has opened.
        (task,) = DagBag(DAG_FILE).dags[ICEBERG].tasks
        supervisor = Supervisor()
        its_run = a_run(ICEBERG, "r", conf=form, run_after=datetime.now(UTC), partition_key=partition)
        return list(supervisor.execute(supervisor.context(task, its_run)))

    return execute


def test_an_event_s_day_is_written(house: Lakehouse, run: Run) -> None:
    """And no other month; when it is there already, the task is skipped."""
    assert f"campaign_day: {DAY}=1" in run(str(DAY))
    assert house.standing() == {DAY: 1}
    with pytest.raises(AirflowSkipException, match=f"the tables have {DAY} as it is"):
        run(str(DAY))


def test_the_form_s_day_comes_first(house: Lakehouse, run: Run) -> None:
    run(str(DAY), day=str(MONTH_BEFORE))
    assert house.standing() == {MONTH_BEFORE: 1}


def test_without_a_day_every_published_one_is_written(house: Lakehouse, run: Run) -> None:
    """As where a catalog is connected after a year."""
    run(day=None)
    assert house.standing() == {MONTH_BEFORE: 1, DAY: 1}
    with pytest.raises(AirflowSkipException, match="the tables have every published day as it is"):
        run()


def test_a_day_that_is_not_there_or_is_none_is_named(run: Run) -> None:
    with pytest.raises(IncompleteDay, match="2020-01-01 was never published"):
        run(day="2020-01-01")
    with pytest.raises(InvalidRequest, match="'yesterday' is not a day"):
        run("yesterday")


def test_a_connection_that_is_missing_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to do."""
    monkeypatch.delenv("AIRFLOW_CONN_LAKEHOUSE")
    with pytest.raises(ConfigurationError, match="connection 'lakehouse', the Iceberg catalog, does not exist: add it"):
        run(str(DAY))
