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

from insider_web_push.accounts.file import Account
from insider_web_push.dags.account_dag import account_dag
from insider_web_push.dags.tasks import campaign_metrics_tasks
from insider_web_push.errors import ConfigurationError
from insider_web_push.vocabulary import DAILY

MODULES = (
    "insider_web_push.dags.forms",
    "insider_web_push.dags.housekeeping",
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

# A DAG and a template are made once as each task makes them: whether the package is installed, the patterns that
# templates are read by, and more of which Python and libraries keep what they found. The account is nobody's.
_example = Account(name="example", timezone="UTC", storage="example")
with suppress(ConfigurationError), account_dag(_example, DAILY, schedule=None) as _dag:  # each task says what is wrong
    campaign_metrics_tasks(_example)
    _dag.get_template_env().from_string("{{ task.label }}")
