"""The wheel in an environment of its own: what Airflow finds of it, and one run of the daily DAG."""

import json
import tarfile
from datetime import date, timedelta
from pathlib import Path

from include.simulator.process import Simulator
from tests.dist.conftest import DIST, Machine

YESTERDAY = date.today() - timedelta(days=1)  # noqa: DTZ011 — any day that is over somewhere


def test_what_is_installed_agrees(machine: Machine) -> None:
    """With each other, by what each says that it needs."""
    assert "No broken requirements found" in machine.run("pip", "check")


def test_airflow_finds_the_provider_and_its_connection_type(machine: Machine) -> None:
    """By its entry points."""
    home = {"AIRFLOW_HOME": str(machine.folder / "home")}
    providers = json.loads(machine.run("airflow", "providers", "list", "--output", "json", env=home))
    assert {"airflow-provider-insider-web-push"} <= {provider["package_name"] for provider in providers}
    hooks = json.loads(machine.run("airflow", "providers", "hooks", "--output", "json", env=home))
    assert {
        "connection_type": "insider_web_push",
        "class": "insider_web_push.hook.InsiderWebPushHook",
    }.items() <= next(hook for hook in hooks if hook["connection_type"] == "insider_web_push").items()


def test_its_types_are_for_those_who_import_it(machine: Machine) -> None:
    """PEP 561."""
    found = "import insider_web_push, pathlib; print(pathlib.Path(insider_web_push.__file__).with_name('py.typed').exists())"
    assert machine.run("python", "-c", found).strip() == "True"


def test_the_daily_dag_fetches_a_day(machine: Machine, simulator: Simulator) -> None:
    """With the files that `init` writes, and nothing of the repository."""
    home = machine.folder / "project"
    connection = {
        "conn_type": "insider_web_push",
        "host": simulator.url,
        "password": simulator.api_key,
        "extra": {"partner_id": simulator.partner_id},
    }
    env = {"AIRFLOW_HOME": str(home), "AIRFLOW_CONN_INSIDER_WEB_PUSH_DEFAULT": json.dumps(connection)}
    machine.run("python", "-m", "insider_web_push", "init", str(home), env=env)
    machine.run("airflow", "db", "migrate", env=env)
    machine.run("airflow", "dags", "test", "insider_web_push_campaign_metrics", YESTERDAY.isoformat(), env=env)
    assert list((home / "storage" / "manifests").rglob("day=*.json"))
    assert list((home / "storage" / "tables" / "campaign_day").rglob("*.parquet"))
    assert simulator.summary()["throttled"] == 0


def test_the_source_has_what_the_wheel_is_built_from() -> None:
    """`make dist` builds the wheel from it; tests and tools stay in the repository."""
    (path,) = DIST.glob("*.tar.gz")
    with tarfile.open(path) as source:
        names = {name.partition("/")[2] for name in source.getnames()}
    assert {"pyproject.toml", "hatch_build.py", "README.md", "LICENSE", "CHANGELOG.md", "PKG-INFO"} <= names
    assert {Path(name).parts[0] for name in names if "/" in name} == {"plugins", "dags", "include"}
