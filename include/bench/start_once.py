"""
What a task costs at its start, in processes that are forked as Airflow forks those of tasks.

    python -m include.bench.start_once DAY CAMPAIGN FORKS ACCOUNTS_FILE…

This process has loaded what the scheduler, or a Celery worker, loads before it forks, and nothing else of Airflow or of
the package. A fetch runs in a fork, from the DAG file to its last word, by Airflow's own task runner, with a supervisor
that grants all. Prints JSON, a line each: `imports`, the modules that the fetch has imported anew, and the CPU seconds
of importing them alone; `fetch`, those of all that it does; for each accounts file `dag_file`, those of building the
DAG file for a task of the first account; and `dag_files`, of the last accounts file, those of building it for all, as
the DAG processor does. Medians of so many forks.
"""

import gc
import json
import os
import statistics
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import insider_web_push.dags.needed_by_tasks  # noqa: F401 — what is forked has it

_PROJECT = Path(__file__).resolve().parents[2]
_DAGS = _PROJECT / "dags"
_FILE = "insider_web_push_campaign_metrics.py"
_DAG = "insider_web_push_campaign_metrics"
_BUNDLE = "dags-folder"
_OWN = ("include.", "__main__", "unusual_prefix_")
"""Modules that no import gives a task: the benchmark's, and DAG files, which Airflow loads by their place."""


def main(day: str, campaign: str, forks: int, files: Sequence[str]) -> None:
    """Measure."""
    gc.freeze()  # as LocalExecutor and the Celery executor do before they fork: nothing of the parent's is collected
    _in_fork(lambda: _fetch(day, campaign, files[0]))  # makes the budget's store, and compiles what nobody has yet
    anew = _in_fork(lambda: _fetch(day, campaign, files[0]))["anew"]
    imports = {"modules": len(anew), "names": anew}
    _tell("imports", files[0], [_in_fork(lambda: _cpu_of(lambda: _import(anew))) for _ in range(forks)], **imports)
    _tell("fetch", files[0], [_in_fork(lambda: _fetch(day, campaign, files[0]))["cpu_s"] for _ in range(forks)])
    for file in files:
        _tell("dag_file", file, [_in_fork(lambda: _built(file, _DAG)) for _ in range(forks)])  # noqa: B023 — it ends within the turn
    _tell("dag_files", files[-1], [_in_fork(lambda: _built(files[-1], None)) for _ in range(forks)])


def _tell(what: str, file: str, took_s: Sequence[float], **more: Any) -> None:
    row = {"what": what, "accounts": Path(file).stem, "cpu_s": round(statistics.median(took_s), 4)}
    print(json.dumps(row | {"most_cpu_s": round(max(took_s), 4), "forks": len(took_s)} | more), flush=True)


def _in_fork(measure: Callable[[], Any]) -> Any:
    """Do something in a child; gives what came of it."""
    reads, writes = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # a task's log
            os.write(writes, json.dumps(measure()).encode())
        except Exception:  # noqa: BLE001 — shown here, and the parent ends for it
            traceback.print_exc()
        finally:
            os._exit(0)
    os.close(writes)
    with os.fdopen(reads) as came:
        said = came.read()
    os.waitpid(child, 0)
    if not said:
        raise SystemExit("a fork failed: see above")
    return json.loads(said)


def _cpu_of(act: Callable[[], object]) -> float:
    began = time.process_time()
    act()
    return time.process_time() - began


def _import(names: Sequence[str]) -> None:
    for name in names:
        with suppress(ImportError):  # some module made it up
            import_module(name)


def _built(accounts_file: str, dag_id: str | None) -> float:
    """Build the DAG file, as for a task of that DAG."""
    from airflow.dag_processing.dagbag import BundleDagBag  # noqa: PLC0415 — the fork has it
    from airflow.sdk.definitions._internal.dag_parsing_context import _airflow_parsing_context_manager  # noqa: PLC0415 — as above

    os.environ["AIRFLOW__INSIDER_WEB_PUSH__ACCOUNTS_FILE"] = accounts_file
    began = time.process_time()
    with _airflow_parsing_context_manager(dag_id=dag_id, task_id=dag_id and "fetch"):
        bag = BundleDagBag(
            dag_folder=_DAGS / _FILE, safe_mode=False, load_op_links=False, bundle_path=_DAGS, bundle_name=_BUNDLE
        )
    took_s = time.process_time() - began
    assert not bag.import_errors, bag.import_errors
    assert (list(bag.dags) == [_DAG]) is (dag_id is not None), list(bag.dags)
    return took_s


def _fetch(day: str, campaign: str, accounts_file: str) -> dict[str, Any]:
    """Run a fetch as Airflow's child process does; tells its CPU seconds, and what it imported anew."""
    os.environ["AIRFLOW__INSIDER_WEB_PUSH__ACCOUNTS_FILE"] = accounts_file
    before = set(sys.modules)
    began = time.process_time()
    import_module("include.bench.fetch_task").run(_DAG, f"{_FILE}", day, campaign, bundle=_BUNDLE)
    took_s = time.process_time() - began
    return {"cpu_s": took_s, "anew": [name for name in sys.modules if name not in before and not name.startswith(_OWN)]}


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4:])
