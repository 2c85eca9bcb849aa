"""What is loaded once by the process that forks the tasks."""

import json
import subprocess
import sys
from importlib import import_module

import pytest

from insider_web_push.dags import preload
from tests.conftest import PROJECT_ROOT

NEEDED = "insider_web_push.dags.needed_by_tasks"

AS_A_TASK_DOES = f"""
import importlib, json, re, runpy, sys, threading
from pathlib import Path
import {NEEDED}
from airflow.sdk import DAG, ObjectStoragePath
before = set(sys.modules)
importlib.invalidate_caches()  # as Airflow does before it reads a DAG file
listed, patterns, compile_pattern = [], [], re._compiler.compile
sys.addaudithook(lambda event, args: listed.append(str(args[0])) if event == "os.listdir" else None)
re._compiler.compile = lambda *args: patterns.append(str(args[0])) or compile_pattern(*args)
runpy.run_path("dags/insider_web_push_campaign_metrics.py")
DAG("its_templates").get_template_env().from_string("{{{{ task.label }}}}")
found_out_again = dict(listed=sorted(set(listed) & set(sys.path)), patterns=list(patterns))
for file in Path("dags").glob("*.py"):
    runpy.run_path(str(file))
ObjectStoragePath(Path.cwd().as_uri()).exists()
print(json.dumps([sorted(set(sys.modules) - before), threading.active_count(), found_out_again]))
"""


# The command line is set in the process: it is what the listener asks, and it would take an Airflow for each to have it
# really. `tests/system/test_preload.py` and `tests/distributed` see the real ones.


class Job:
    """Airflow's own is known by its name, too."""


@pytest.mark.parametrize(
    ("command", "executor", "is_loaded"),
    [
        ("scheduler", "LocalExecutor", True),
        ("scheduler", "CeleryExecutor,LocalExecutor", True),
        ("scheduler", "CeleryExecutor", False),
        ("dag-processor", "CeleryExecutor", True),
        ("triggerer", "LocalExecutor", False),
        ("api-server", "LocalExecutor", False),
    ],
)
def test_it_is_loaded_where_tasks_or_dag_files_get_a_process_each(
    monkeypatch: pytest.MonkeyPatch, command: str, executor: str, *, is_loaded: bool
) -> None:
    """And nowhere else."""
    monkeypatch.delitem(sys.modules, NEEDED, raising=False)
    monkeypatch.setattr(sys, "argv", ["airflow", command])  # a process tells what it is by nothing else
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", executor)
    preload.on_starting(Job())
    assert (NEEDED in sys.modules) is is_loaded


def test_a_task_that_starts_does_not_load_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has the scheduler's command line, and is no job."""
    monkeypatch.delitem(sys.modules, NEEDED, raising=False)
    monkeypatch.setattr(sys, "argv", ["airflow", "scheduler"])
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "LocalExecutor")
    preload.on_starting(object())
    assert NEEDED not in sys.modules


def test_it_leaves_nothing_of_the_package_or_of_a_storage_to_be_loaded_by_each() -> None:
    """
    A process that has loaded it does what a task begins with. A fork takes no thread along, so there is none.

    Only the tasks of one DAG need the room `iceberg`, of which nothing else knows.
    """
    command = [sys.executable, "-c", AS_A_TASK_DOES]
    done = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, check=True)  # noqa: S603 — our own
    loaded, threads, found_out_again = json.loads(done.stdout.splitlines()[-1])
    rooms = {name.partition(".")[0] for name in loaded if not name.startswith("insider_web_push.iceberg")}
    assert not rooms & {"insider_web_push", "botocore", "pyarrow", "requests", "upath"}
    assert threads == 1
    assert found_out_again == {"listed": [], "patterns": []}


def test_what_belongs_to_an_extra_has_no_misspelt_name() -> None:
    """Since what is not installed is passed over."""
    for name in import_module(NEEDED).OF_EXTRAS:
        import_module(name)
