"""The deployment's DAG: old log files on a real folder. tests/system/test_housekeeping.py has the database."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from airflow.sdk.exceptions import AirflowSkipException

from insider_web_push.errors import ConfigurationError
from insider_web_push.operators import CleanDatabaseOperator, CleanLogsOperator

NOW = datetime.now(UTC)
RUN = "dag_id=x/run_id=y/task_id=z"


def make(path: Path, *, days: float) -> Path:
    """Write a file, in folders, that nobody has touched for so many days."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("a line\n")
    age(path, days=days)
    return path


def age(path: Path, *, days: float) -> None:
    """Set when it was last written to."""
    os.utime(path, times=((NOW - timedelta(days=days)).timestamp(),) * 2)


@pytest.fixture
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Airflow's log folder."""
    folder = tmp_path / "logs"
    folder.mkdir()
    monkeypatch.setenv("AIRFLOW__LOGGING__BASE_LOG_FOLDER", str(folder))
    return folder


def clean() -> int:
    """Run the task with 90 days."""
    return CleanLogsOperator(task_id="clean_logs").execute({"params": {"keep_days": 90}})


def test_old_logs_go_and_the_others_stay(logs: Path) -> None:
    """By when they were last written to, wherever they lie."""
    old = [make(logs / RUN / "attempt=1.log", days=91), make(logs / "dag_processor/2026-01-01/a.py.log", days=200)]
    new = [make(logs / RUN / "attempt=2.log", days=89), make(logs / "dag_processor/2026-11-01/a.py.log", days=1)]
    assert clean() == 2
    assert not any(path.exists() for path in old)
    assert all(path.exists() for path in new)


def test_only_log_files_of_the_folder_go(logs: Path, tmp_path: Path) -> None:
    """Not what else lies there, and nothing that a link leads to."""
    other, outside = make(logs / "passwords.json", days=400), make(tmp_path / "elsewhere" / "a.log", days=400)
    (logs / "folder").symlink_to(outside.parent)
    (logs / "link.log").symlink_to(outside)
    assert clean() == 0
    assert other.exists()
    assert outside.exists()
    assert (logs / "link.log").is_symlink()


def test_old_empty_folders_go_but_a_dags_own(logs: Path) -> None:
    """A run that starts now makes its folder in that one."""
    folders = [logs / RUN, (logs / RUN).parent, (logs / RUN).parents[1]]
    make(logs / RUN / "attempt=1.log", days=91)
    for folder in folders:
        age(folder, days=91)
    clean()
    assert [folder.exists() for folder in folders] == [False, False, True]


def test_what_cannot_be_removed_is_named(logs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others are gone all the same."""
    stuck, other = make(logs / "a" / "stuck.log", days=91), make(logs / "b" / "other.log", days=91)
    real = Path.unlink

    def refuse(self: Path) -> None:  # root may remove everything, so there is no real folder that refuses
        if self == stuck:
            raise PermissionError(13, "Permission denied")
        real(self)

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(
        ConfigurationError, match=r"1 log files could not be removed, as .*stuck\.log: Permission denied"
    ):
        clean()
    assert not other.exists()


def test_without_a_database_of_its_own_the_task_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a Celery worker of docker-compose.yaml."""
    monkeypatch.delenv("AIRFLOW__INSIDER_WEB_PUSH__METADATA_SQL_ALCHEMY_CONN", raising=False)
    with pytest.raises(AirflowSkipException, match=r"metadata_sql_alchemy_conn is empty .* run airflow db clean where"):
        CleanDatabaseOperator(task_id="clean_database").execute({"params": {"keep_days": 90}})


def test_a_database_that_does_not_answer_fails_the_task(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command's words in the log."""
    nowhere = "postgresql+psycopg2://airflow@127.0.0.1:1/airflow"
    monkeypatch.setenv("AIRFLOW__INSIDER_WEB_PUSH__METADATA_SQL_ALCHEMY_CONN", nowhere)
    with pytest.raises(ConfigurationError, match="airflow db clean ended with 1"):
        CleanDatabaseOperator(task_id="clean_database").execute({"params": {"keep_days": 90}})
