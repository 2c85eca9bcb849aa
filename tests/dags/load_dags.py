"""
Run in a process of its own: load the DAG files as Airflow does, and write down what became of them.

    python -m tests.dags.load_dags RESULT.json [FOLDER]

Whatever looks for a network or a database on the way is noted, and refused.
"""

import json
import sys
from pathlib import Path
from typing import Any

from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import DAG
from airflow.serialization.serialized_objects import DagSerialization

REFUSED = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "sqlite3.connect")
DAGS_FOLDER = Path(__file__).resolve().parents[2] / "dags"


def described(dag: DAG) -> dict[str, Any]:
    """Describe a DAG: as it is serialised, and what serialisation does not say."""
    return {
        "serialized": DagSerialization.to_dict(dag),
        "tasks": {
            task.task_id: {
                "operator": task.task_type,
                "mapped": task.is_mapped,
                "trigger_rule": task.trigger_rule.value,
                "pool": task.pool,
                "retries": task.retries,
                "timeout_s": task.execution_timeout and task.execution_timeout.total_seconds(),
                "retry_policy": type(
                    task.partial_kwargs.get("retry_policy") if task.is_mapped else task.retry_policy
                ).__name__,
                "upstream": sorted(task.upstream_task_ids),
                "outlets": [str(outlet.name) for outlet in task.outlets],
            }
            for task in dag.tasks
        },
    }


def main(result: Path, folder: Path = DAGS_FOLDER) -> None:
    """Load and describe all DAGs of a folder."""
    looked_for: list[str] = []

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event in REFUSED:
            looked_for.append(f"{event} {arguments[1:]}")
            message = f"{event} while DAG files are loaded"
            raise OSError(message)

    sys.addaudithook(watch)
    bag = DagBag(folder)
    found = {
        "import_errors": bag.import_errors,
        "dags": {dag_id: described(dag) for dag_id, dag in bag.dags.items()},
        "looked_for": looked_for,
    }
    result.write_text(json.dumps(found))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
