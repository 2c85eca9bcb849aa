"""What our Airflows log of themselves: no warning that is nobody's business."""

import base64
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from include.deploy.compose import environment
from include.local.airflow_env import airflow_env
from include.local.home import PROJECT, Home

SCHEME, IGNORE_FILE, MASKING = "shall not contain '_'", "GitWildMatchPattern", "Skipping masking for a secret"
NOISE = """
import sys
import airflow.settings
airflow.settings.initialize()
from airflow import plugins_manager
from airflow.models.connection import Connection
from airflow.sdk.log import mask_secret
plugins_manager._get_plugins()
for _ in range(3):
    Connection(conn_id="c", conn_type="insider_web_push", host="https://api.example").get_uri()
mask_secret({"partner_id": "demo"})
print("plugins:", sorted(plugin.name for plugin in plugins_manager._get_plugins()[0]))
"""
"""What the API server does for each connection that a task asks for, what every process does when it starts, and what a
task does with the extras of a connection; Airflow 3.3.2."""


OTHERS = """
import airflow.settings, structlog
airflow.settings.initialize()
from airflow.models.connection import Connection
Connection(conn_id="c", conn_type="insider_web_push").log.error("an error of a connection")
structlog.get_logger("airflow.models.variable").warning("a warning of something else")
"""


AFTERWARDS = "== and of others =="
BOTH = f"{NOISE}\nfor end in (sys.stdout, sys.stderr):\n    print({AFTERWARDS!r}, file=end, flush=True)\n{OTHERS}"


@dataclass(frozen=True)
class Log:
    """What a process logged of itself, and then of others."""

    noise: str
    others: str


def said(env: Mapping[str, str]) -> Log:
    """Do all that in a process with these settings; gives what it logged."""
    done = subprocess.run(  # noqa: S603 — our own interpreter
        [sys.executable, "-c", BOTH], cwd=PROJECT, env=dict(env), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    (out, others_out), (err, others_err) = (text.split(AFTERWARDS) for text in (done.stdout, done.stderr))
    return Log(out + err, others_out + others_err)


def bare(home: Path) -> dict[str, str]:
    """Give a process nothing but what it needs to start."""
    path = os.pathsep.join([str(PROJECT / "plugins"), str(PROJECT)])
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "PYTHONPATH": path,
        "AIRFLOW_HOME": str(home / "airflow"),
        "AIRFLOW__CORE__FERNET_KEY": base64.urlsafe_b64encode(bytes(32)).decode(),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db",
    }


def local(home: Path) -> dict[str, str]:
    """Give a process what `make demo` and `make up` give to Airflow's."""
    place = Home(home)
    env = airflow_env(
        home=place,
        keys=place.prepare(),
        database_url=f"sqlite:///{home}/airflow.db",
        port=8080,
        dags_folder=PROJECT / "dags",
        accounts_file=place.accounts_file,
        extra={},
    )
    return env | {"PYTHONPATH": bare(home)["PYTHONPATH"]}


def deployed(home: Path) -> dict[str, str]:
    """Give a process what docker-compose.yaml gives to Airflow's."""
    return bare(home) | environment()


@pytest.fixture(scope="module", params=[local, deployed])
def log(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Log:
    """What a process logs that has our settings."""
    return said(request.param(tmp_path_factory.mktemp("home")))


def test_without_our_settings_airflow_says_it_all(tmp_path: Path) -> None:
    """Else the test below would prove nothing."""
    log = said(bare(tmp_path) | {"AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT / "plugins")}).noise
    assert log.count(SCHEME) == 3
    assert log.count(IGNORE_FILE) >= 1
    assert log.count(MASKING) == 1


def test_our_settings_leave_none_of_it(log: Log) -> None:
    """And the package's plugin is found all the same, by its entry point."""
    assert {noise: log.noise.count(noise) for noise in (SCHEME, IGNORE_FILE, MASKING, "[warning")} == {
        SCHEME: 0, IGNORE_FILE: 0, MASKING: 0, "[warning": 0
    }, log.noise  # fmt: skip
    assert re.search(r"plugins: \[.*'insider_web_push'", log.noise)


def test_what_else_a_connection_logs_stays(log: Log) -> None:
    """Only what nobody can do anything about is left out."""
    assert "an error of a connection" in log.others
    assert "a warning of something else" in log.others
