"""The environment that a local Airflow's processes get: its whole configuration."""

import os
from collections.abc import Mapping
from pathlib import Path

from include.local.home import Home, Keys

_NOT_INHERITED = ("AIRFLOW__", "AIRFLOW_HOME", "AIRFLOW_CONFIG", "API_KEY", "PYTHONDONTWRITEBYTECODE")
"""Prefixes of variables that stay with the caller: another Airflow's configuration, and the API key, which is kept in
the connection alone. Without bytecode files every process would compile Airflow anew."""

QUIET_LOGGING = {
    # Airflow 3.3.2 warns each time that a connection is read whose type has an underscore (models/connection.py,
    # get_uri: the only warning of this logger). The type keeps its name, since connections have it.
    "namespace_levels": "airflow.models.connection.Connection=ERROR",
    # It also warns of values of a connection's extra that are shorter than this, though they are no secrets, such as
    # the partner id `demo`. Secrets are then masked from three characters on, instead of five.
    "min_length_masked_secret": "3",
}
"""What keeps warnings that nobody can do anything about out of the logs; deploy/airflow.env has the same."""

_LOOPBACK = "127.0.0.1,localhost"


def airflow_env(
    *,
    home: Home,
    keys: Keys,
    database_url: str,
    port: int,
    dags_folder: Path,
    accounts_file: Path,
    extra: Mapping[str, str],
) -> dict[str, str]:
    """
    Build the environment of every component.

    Args:
        database_url: SQLAlchemy URL for psycopg2.
        port: Of the API server, on loopback.
        extra: Wins over everything else; how a test changes one option.
    """
    url = f"http://127.0.0.1:{port}"
    options = {
        "core": {
            "executor": "LocalExecutor",
            "parallelism": "12",
            "dags_folder": str(dags_folder),
            "load_examples": "False",
            # No plugins folder but the default, which is not there: the package is installed, and found by its entry
            # points. Of ours Airflow would read .airflowignore, with a library that warns of itself, in each task.
            "fernet_key": keys.fernet_key,
            "simple_auth_manager_users": "admin:admin",
            "simple_auth_manager_passwords_file": str(home.passwords_file),
            "execution_api_server_url": f"{url}/execution/",
            "test_connection": "Enabled",
            # The default asks DNS for the host's full name, which can take seconds and is used by nobody here.
            "hostname_callable": "socket.gethostname",
        },
        # The stack migrates first; the API server builds its routes meanwhile, and would refuse to start.
        "database": {"sql_alchemy_conn": database_url, "check_migrations": "False"},
        "api": {"host": "127.0.0.1", "port": str(port), "base_url": url, "secret_key": keys.secret_key},
        "api_auth": {"jwt_secret": keys.jwt_secret},
        "logging": {
            "base_log_folder": str(home.logs / "tasks"),
            "colored_console_log": "False",
            # Airflow sets them whatever the umask is, by default for the group as well.
            "file_task_handler_new_folder_permissions": "0o700",
            "file_task_handler_new_file_permissions": "0o600",
            **QUIET_LOGGING,
        },
        "scheduler": {"scheduler_idle_sleep_time": "0.3"},
        "dag_processor": {"parsing_processes": "1"},
        # Also how late a worker may notice that its task has ended, by default 5 s: longer than most tasks here run.
        "workers": {"min_heartbeat_interval": "1"},
        "insider_web_push": {"accounts_file": str(accounts_file), "metadata_sql_alchemy_conn": database_url},
    }
    env = without_airflow(os.environ)
    env |= {
        f"AIRFLOW__{section.upper()}__{name.upper()}": value
        for section, settings in options.items()
        for name, value in settings.items()
    }
    no_proxy = ",".join(filter(None, [env.get("NO_PROXY") or env.get("no_proxy"), _LOOPBACK]))
    return {**env, "AIRFLOW_HOME": str(home.airflow), "NO_PROXY": no_proxy, "no_proxy": no_proxy, **extra}


def without_airflow(env: Mapping[str, str]) -> dict[str, str]:
    """Leave out what configures another Airflow, and the API key."""
    return {name: value for name, value in env.items() if not name.startswith(_NOT_INHERITED)}
