"""The two plain ways that an Airflow user would go: `HttpOperator.expand` with retries, in a pool of 30 or of 1."""

import json
from datetime import timedelta
from typing import Any

from airflow.providers.http.operators.http import HttpOperator
from airflow.sdk import DAG, task


@task
def bodies(dag_run: Any = None) -> list[str]:
    """Give the request bodies that the run was triggered with."""
    return [json.dumps(body) for body in dag_run.conf["bodies"]]


for slots in (30, 1):
    with DAG(f"plain_pool_of_{slots}", schedule=None):
        HttpOperator.partial(
            task_id="fetch",
            http_conn_id="plain_http",
            endpoint="/v1/statistics/campaign-metrics",
            headers={
                "Content-Type": "application/json",
                "Authorization": "Bearer {{ conn.plain_http.password }}",
            },
            pool=f"plain_{slots}",
            retries=20,
            retry_delay=timedelta(seconds=20),
        ).expand(data=bodies())
