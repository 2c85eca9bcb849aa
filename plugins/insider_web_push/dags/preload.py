"""Loads what every task and every DAG file needs into the process that forks for each of them, when it starts."""

from __future__ import annotations

import logging
from importlib import import_module

from airflow.listeners import hookimpl

from insider_web_push.dags.jobs import is_job_of

log = logging.getLogger(__name__)


@hookimpl
def on_starting(component: object) -> None:
    """
    Import it in the DAG processor, and in a scheduler whose executor forks the tasks' workers from it.

    In other processes it would be memory that nobody uses. Celery's workers load no plugin: their settings name it.
    """
    from airflow.sdk.configuration import conf  # noqa: PLC0415 — no task needs it, and each loads this module

    forks_tasks = is_job_of(component, "scheduler") and "LocalExecutor" in conf.get("core", "executor")
    if forks_tasks or is_job_of(component, "dag-processor"):
        import_module("insider_web_push.dags.needed_by_tasks")
        log.info("Loaded insider_web_push once for all that this process forks: restart it after an upgrade")
