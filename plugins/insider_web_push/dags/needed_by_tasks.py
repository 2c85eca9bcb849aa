"""
What tasks and DAG files need, loaded: what a process forks after this need not load it again, each for itself.

    LocalExecutor     the scheduler imports it when it starts: `preload`
    DAG processor     likewise
    CeleryExecutor    a worker does before it forks, as docker-compose.yaml tells it: `[celery] extra_celery_config`

What is forked runs the package as it was when that process started, so an upgrade restarts them all.
"""

from contextlib import suppress
from importlib import import_module

from airflow.sdk.api.client import Client
from airflow.sdk.io.fs import has_fs
from airflow.sdk.listener import get_listener_manager

MODULES = (
    "insider_web_push.dags.account_dag",
    "insider_web_push.dags.forms",
    "insider_web_push.dags.housekeeping",
    "insider_web_push.dags.tasks",
    # What Airflow leaves to each task, though each task needs it.
    "airflow.dag_processing.bundles.local",
    "airflow.dag_processing.dagbag",
    "airflow.providers.http.hooks.http",
    "airflow.providers.standard.decorators.python",
    "airflow.sdk.execution_time.supervisor",
    "airflow.sdk.execution_time.task_runner",
    "jinja2.ext",
    "pyarrow.compute",
    "pyarrow.parquet",
    "upath.implementations.local",
)
OF_EXTRAS = ("airflow.providers.redis.hooks.redis", "s3fs")
"""Only where they are installed: a storage on S3, a budget in Valkey or Redis."""

for module in MODULES:
    import_module(module)
for module in OF_EXTRAS:
    with suppress(ImportError):
        import_module(module)

Client(base_url="http://127.0.0.1", token="").close()  # reads the machine's certificates
get_listener_manager()  # looks for the plugins of all that is installed
has_fs("file")  # imports the file systems of all providers: for files too, those of Amazon with botocore
