"""What the deployment's own DAG does: old rows leave Airflow's database, old log files their folder."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from airflow.sdk import BaseOperator
from airflow.sdk.configuration import conf
from airflow.sdk.exceptions import AirflowSkipException

from insider_web_push.errors import ConfigurationError

if TYPE_CHECKING:
    from airflow.sdk import Context

KEEP_DAYS = "keep_days"
"""The field of the form that says how many days stay."""
DATABASE_OPTION = "metadata_sql_alchemy_conn"


class CleanDatabaseOperator(BaseOperator):
    """
    Run `airflow db clean`, without archive tables, on what is older than the form's days.

    Airflow takes the address of its database away from tasks, and Celery's workers need none. So this task has it from
    an option of its own, `[insider_web_push] metadata_sql_alchemy_conn`, where the deployment sets it.

    Raises:
        AirflowSkipException: the option is empty here.
        ConfigurationError: `airflow db clean` failed; what it said is in the log.
    """

    def execute(self, context: Context) -> None:
        """Clean; what the command prints goes into the task's log."""
        url = conf.get("insider_web_push", DATABASE_OPTION, fallback="")
        if not url:
            raise AirflowSkipException(
                f"[insider_web_push] {DATABASE_OPTION} is empty for this worker, so the database stays as it is: run "
                "airflow db clean where the scheduler runs (docs/deploy/housekeeping.md)"
            )
        before = _oldest_kept(context)
        command = [sys.executable, "-m", "airflow", "db", "clean", "--clean-before-timestamp", before.isoformat()]
        # In a task's environment there is one that leads nowhere.
        env = os.environ | {"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": url}
        done = subprocess.run(  # noqa: S603 — our own interpreter
            [*command, "--skip-archive", "--yes", "--error-on-cleanup-failure"],
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        for line in done.stdout.splitlines():
            self.log.info("%s", line)
        if done.returncode:
            raise ConfigurationError(f"airflow db clean ended with {done.returncode}: see the lines above")
        self.log.info("Rows from before %s are gone", before)


class CleanLogsOperator(BaseOperator):
    """
    Remove log files that nobody has written to for the form's days, and the folders that they leave empty.

    Only below `[logging] base_log_folder`, only names that end in `.log`, through no symbolic link. Where workers have
    log folders of their own, it cleans that of the worker that it runs on.

    Raises:
        ConfigurationError: some files cannot be removed; the others are gone.
    """

    def execute(self, context: Context) -> int:
        """Remove; gives the number of files."""
        folder, before = Path(conf.get("logging", "base_log_folder")), _oldest_kept(context)
        removed, kept = remove_old_logs(folder, before=before)
        self.log.info("%d log files from before %s were removed from %s", removed, before, folder)
        if kept:
            raise ConfigurationError(f"{len(kept)} log files could not be removed, as {kept[0]}")
        return removed


def remove_old_logs(folder: Path, *, before: datetime) -> tuple[int, list[str]]:
    """Remove log files last written before a moment; gives how many, and of each that stayed: the path, and why."""
    return _remove(folder, before=before.timestamp(), depth=0)


def _remove(folder: Path, *, before: float, depth: int) -> tuple[int, list[str]]:
    removed = 0
    kept: list[str] = []
    # Looked at first: what is removed makes the folder a new one.
    is_old = folder.stat().st_mtime < before
    for entry in list(os.scandir(folder)):
        try:
            if entry.is_dir(follow_symlinks=False):
                below = _remove(Path(entry.path), before=before, depth=depth + 1)
                removed, kept = removed + below[0], kept + below[1]
            elif entry.name.endswith(".log") and _is_old_file(entry, before):
                Path(entry.path).unlink()
                removed += 1
        except FileNotFoundError:  # another run, or the chart's own cleaner, was there first
            continue
        except OSError as error:
            kept.append(f"{entry.path}: {error.strerror}")
    # A DAG's own folder stays: a run that starts now may be about to make its own in there.
    if is_old and depth > 1 and not any(os.scandir(folder)):
        folder.rmdir()
    return removed, kept


def _is_old_file(entry: os.DirEntry[str], before: float) -> bool:
    return entry.is_file(follow_symlinks=False) and entry.stat(follow_symlinks=False).st_mtime < before


def _oldest_kept(context: Context) -> datetime:
    return datetime.now(UTC) - timedelta(days=int(context["params"][KEEP_DAYS]))
