"""The DAG files load, and make the DAGs that they promise."""

import json
import runpy
from pathlib import Path
from typing import Any

import pytest
from airflow.serialization.serialized_objects import DagSerialization

from insider_web_push.errors import ConfigurationError
from insider_web_push.iceberg.operator import ICEBERG
from insider_web_push.vocabulary import HOUSEKEEPING
from tests.conftest import PROJECT_ROOT
from tests.dags.conftest import ICEBERG_ON, restored

DAILY, CONSUMER = "insider_web_push_campaign_metrics", "insider_web_push_day_totals"
REFRESH, PURGE = "insider_web_push_refresh", "insider_web_push_purge"
WEEKLY = "insider_web_push_weekly_report"
CHECK = "insider_web_push_check_account"
ALL_DAGS = {DAILY, CONSUMER, REFRESH, PURGE, WEEKLY, CHECK}
ACCOUNTS = ["", "__brand2", "__brand3"]
DAG_FILES = sorted(set((PROJECT_ROOT / "dags").glob("*.py")) - {PROJECT_ROOT / "dags" / f"{HOUSEKEEPING}.py"})


def test_the_files_load_for_one_account(one_account: dict[str, Any]) -> None:
    """Without an error, and each makes its DAG."""
    assert one_account["import_errors"] == {}
    assert set(one_account["dags"]) == {*ALL_DAGS, HOUSEKEEPING}


def test_the_files_load_for_three_accounts(three_accounts: dict[str, Any]) -> None:
    """Each account gets DAGs of its own; only the default one goes without its name. The deployment has one."""
    assert three_accounts["import_errors"] == {}
    of_accounts = {f"{dag}{account}" for dag in ALL_DAGS for account in ACCOUNTS}
    assert of_accounts | {HOUSEKEEPING} == set(three_accounts["dags"])


def test_loading_looks_for_no_network_and_no_database(three_accounts: dict[str, Any]) -> None:
    """The DAG processor loads these files every few seconds."""
    assert three_accounts["looked_for"] == []


@pytest.mark.parametrize("account", ACCOUNTS)
def test_iceberg_has_a_dag_where_its_connection_is_named(three_with_iceberg: dict[str, Any], account: str) -> None:
    """Until then there is none, and nothing is said of it; it waits for its account's days, as other consumers do."""
    assert three_with_iceberg["import_errors"] == {}
    assert three_with_iceberg["looked_for"] == []
    dag = three_with_iceberg["dags"][f"{ICEBERG}{account}"]
    assert f'"insider_web_push_campaign_day{account}"' in json.dumps(dag["serialized"]["dag"]["timetable"])
    (task,) = dag["tasks"].values()
    assert (task["operator"], task["retry_policy"], task["outlets"]) == ("IcebergOperator", "InsiderRetryPolicy", [])
    assert task["timeout_s"]


@pytest.mark.parametrize("account", ACCOUNTS)
def test_the_daily_dag_has_its_tasks_in_their_order(three_accounts: dict[str, Any], account: str) -> None:
    """discover, plan, fetch, publish, verify; only fetch is mapped."""
    tasks = three_accounts["dags"][f"{DAILY}{account}"]["tasks"]
    assert {task_id: task["upstream"] for task_id, task in tasks.items()} == {
        "discover": [],
        "plan": ["discover"],
        "approve": ["plan"],
        "fetch": ["approve", "plan"],
        "publish": ["discover", "fetch"],
        "verify": ["discover", "fetch", "publish"],
    }
    assert [task_id for task_id, task in tasks.items() if task["mapped"]] == ["fetch"]


def test_publish_and_verify_run_whatever_failed_before_them(one_account: dict[str, Any]) -> None:
    """The guards of publish are its own; verify, a leaf, makes the run red."""
    tasks = one_account["dags"][DAILY]["tasks"]
    assert {task_id: task["trigger_rule"] for task_id, task in tasks.items()} == {
        "discover": "all_success",
        "plan": "all_success",
        "approve": "all_success",
        "fetch": "all_success",
        "publish": "all_done",
        "verify": "all_done",
    }


@pytest.mark.parametrize("account", ACCOUNTS)
def test_the_refresh_has_the_same_tasks_behind_a_choice(three_accounts: dict[str, Any], account: str) -> None:
    """The daily DAG knows nothing of ladders, ranges or forms."""
    daily, refresh = (three_accounts["dags"][f"{dag}{account}"]["tasks"] for dag in (DAILY, REFRESH))
    assert {task_id: task["upstream"] for task_id, task in refresh.items()} == {
        "choose": [],
        **{task_id: task["upstream"] for task_id, task in daily.items()},
        "discover": ["choose"],
    }
    for task_id, task in daily.items():
        assert {**refresh[task_id], "upstream": []} == {**task, "upstream": []}


@pytest.mark.parametrize("account", ACCOUNTS)
def test_purge_commits_where_publish_does(three_accounts: dict[str, Any], account: str) -> None:
    """One at a time, and with the same events."""
    tasks = three_accounts["dags"][f"{PURGE}{account}"]["tasks"]
    publish = three_accounts["dags"][f"{DAILY}{account}"]["tasks"]["publish"]
    assert list(tasks) == ["purge"]
    assert (tasks["purge"]["pool"], tasks["purge"]["outlets"]) == (publish["pool"], publish["outlets"])


@pytest.mark.parametrize("account", ACCOUNTS)
def test_each_account_has_its_own_pools(three_accounts: dict[str, Any], account: str) -> None:
    """One for what talks to the API, one of one slot for what commits."""
    tasks = three_accounts["dags"][f"{DAILY}{account}"]["tasks"]
    api, publish = f"insider_web_push{account}", f"insider_web_push_publish{account}"
    pools = {task_id: task["pool"] for task_id, task in tasks.items() if task_id not in {"plan", "approve"}}
    assert pools == {"discover": api, "fetch": api, "publish": publish, "verify": publish}


@pytest.mark.parametrize("account", ACCOUNTS)
def test_every_task_is_retried_as_its_error_says(three_accounts: dict[str, Any], account: str) -> None:
    """The mapped one as well."""
    tasks = three_accounts["dags"][f"{DAILY}{account}"]["tasks"]
    assert {task["retry_policy"] for task in tasks.values()} == {"InsiderRetryPolicy"}
    assert all(task["retries"] > 0 for task in tasks.values())


def test_every_task_ends_at_last(three_accounts: dict[str, Any]) -> None:
    """One that hangs would keep its slot for ever; the mapped one as well."""
    endless = {
        (dag_id, task_id)
        for dag_id, dag in three_accounts["dags"].items()
        for task_id, task in dag["tasks"].items()
        if not task["timeout_s"]
    }
    assert endless == set()


def test_only_publish_says_that_a_day_is_there(three_accounts: dict[str, Any]) -> None:
    """A mapped task with an outlet would say so for every map index; each account has its own assets."""
    outlets = {
        dag_id: {task_id: task["outlets"] for task_id, task in dag["tasks"].items() if task["outlets"]}
        for dag_id, dag in three_accounts["dags"].items()
        if dag_id.startswith((DAILY, REFRESH))
    }
    assert outlets == {
        f"{dag}{account}": {
            "publish": [f"insider_web_push_campaign_day{account}", f"insider_web_push_any_day{account}"]
        }
        for dag in (DAILY, REFRESH)
        for account in ACCOUNTS
    }


def test_every_dag_survives_serialisation(three_accounts: dict[str, Any]) -> None:
    """As the DAG processor writes it, by Airflow's own schema, and as the scheduler reads it."""
    for dag_id, dag in three_accounts["dags"].items():
        DagSerialization.validate_schema(dag["serialized"])
        found = restored(three_accounts, dag_id)
        assert found.dag_id == dag_id
        assert {task.task_id: sorted(task.upstream_task_ids) for task in found.tasks} == {
            task_id: task["upstream"] for task_id, task in dag["tasks"].items()
        }
        assert {task.pool for task in found.tasks} == {task["pool"] for task in dag["tasks"].values()}


def test_the_scheduler_knows_that_tasks_have_a_retry_policy(one_account: dict[str, Any]) -> None:
    """Else the worker's decision has no effect."""
    assert all(task.has_retry_policy for task in restored(one_account, DAILY).tasks)


def test_the_schedule_is_a_day_of_the_accounts_zone(three_accounts: dict[str, Any]) -> None:
    """Intervals, not a trigger: a run is about the day that is over."""
    schedules = {
        account: (type(dag.timetable).__name__, dag.timetable.summary, str(dag.timezone))
        for account in ACCOUNTS
        for dag in [restored(three_accounts, f"{DAILY}{account}")]
    }
    assert schedules == {
        "": ("CronDataIntervalTimetable", "0 5 * * *", "Europe/Istanbul"),
        "__brand2": ("CronDataIntervalTimetable", "30 4 * * *", "Europe/Berlin"),
        "__brand3": ("NullTimetable", "None", "America/Sao_Paulo"),
    }


def test_the_refresh_is_triggered_in_the_accounts_zone(three_accounts: dict[str, Any]) -> None:
    """A point in time and no interval: it is about whatever is due then. Without a schedule, by hand only."""
    schedules = {
        account: (type(dag.timetable).__name__, str(dag.timezone))
        for account in ACCOUNTS
        for dag in [restored(three_accounts, f"{REFRESH}{account}")]
    }
    assert schedules == {
        "": ("CronTriggerTimetable", "Europe/Istanbul"),
        "__brand2": ("CronTriggerTimetable", "Europe/Berlin"),
        "__brand3": ("NullTimetable", "America/Sao_Paulo"),
    }


@pytest.mark.parametrize("dag", [DAILY, REFRESH])
def test_old_days_are_not_fetched_unasked(one_account: dict[str, Any], dag: str) -> None:
    """Turning a DAG on must not spend the budget on years."""
    assert restored(one_account, dag).catchup is False


@pytest.mark.parametrize("consumer", [CONSUMER, WEEKLY])
def test_the_consumers_wait_for_their_accounts_days(three_accounts: dict[str, Any], consumer: str) -> None:
    """By partition, and never for another account's."""
    for account in ACCOUNTS:
        timetable = three_accounts["dags"][f"{consumer}{account}"]["serialized"]["dag"]["timetable"]
        assert "PartitionedAsset" in timetable["__type"]
        assert f'"insider_web_push_campaign_day{account}"' in json.dumps(timetable)


def test_housekeeping_is_off_until_somebody_turns_it_on(one_account: dict[str, Any]) -> None:
    """Where DAGs are not paused when they come, too: it removes things."""
    assert one_account["dags"][HOUSEKEEPING]["serialized"]["dag"]["is_paused_upon_creation"] is True


@pytest.mark.parametrize("path", DAG_FILES, ids=lambda path: path.stem)
def test_a_mistake_in_the_accounts_file_is_what_the_import_error_says(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The UI shows it above the list of DAGs."""
    accounts_file = tmp_path / "accounts.yaml"
    accounts_file.write_text("accounts: [{name: default, timezone: Istanbul, storage: data}]")
    for name, value in {"AIRFLOW__INSIDER_WEB_PUSH__ACCOUNTS_FILE": str(accounts_file), **ICEBERG_ON}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=r"accounts\.yaml, line 1: accounts\.0\.timezone = 'Istanbul'"):
        runpy.run_path(str(path))
