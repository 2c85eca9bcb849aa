"""
`airflow scheduler`, with what every task needs imported before LocalExecutor forks its workers.

Otherwise each worker imports it at its first task, and reads the machine's certificates, and some of it is imported
anew by every task. On two cores that is the largest part of a short run. Nothing of this project is among it: a task
sees the code as it is when it starts.
"""

import runpy
import sys

import airflow.providers.http.hooks.http
import airflow.sdk.execution_time.supervisor
import airflow.sdk.execution_time.task_runner
import pyarrow.parquet
from airflow.sdk.api.client import Client

PRELOADED = (
    airflow.providers.http.hooks.http,
    airflow.sdk.execution_time.supervisor,
    airflow.sdk.execution_time.task_runner,
    pyarrow.parquet,
)


def main() -> None:
    """Run Airflow's own command line, under its own name."""
    Client(base_url="http://127.0.0.1", token="").close()
    sys.argv[0] = "airflow"
    runpy.run_module("airflow", run_name="__main__")


if __name__ == "__main__":
    main()
