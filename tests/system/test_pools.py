"""The accounts' pools: by the init step of a deployment, and by the scheduler while it runs."""

import subprocess
import sys
from pathlib import Path

import pendulum
import pytest

from tests.system.conftest import ACCOUNTS, PROJECT

pytestmark = pytest.mark.system


def test_what_the_command_prints_is_what_airflow_imports(system, tmp_path):
    """`python -m insider_web_push pools`, then `airflow pools import`: every account's two pools, with their slots."""

    def run(*command: str) -> str:
        done = subprocess.run(  # noqa: S603 — our own interpreter
            [sys.executable, "-m", *command],
            cwd=PROJECT,
            env=system.airflow.env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    file = tmp_path / "pools.json"
    file.write_text(run("insider_web_push", "pools"))
    assert f"Uploaded {2 * len(ACCOUNTS)} pool(s)" in run("airflow", "pools", "import", str(file))
    slots = slots_by_pool(system)
    assert {slots[f"insider_web_push__{name}"] for name in ACCOUNTS if name != "default"} == {9}
    assert slots["insider_web_push_publish"] == 1


def test_a_run_that_starts_finds_its_pools_as_the_accounts_file_has_them(system):
    """A missing pool is made, changed slots are followed, and those that somebody set by hand are left alone."""
    file, api = Path(system.airflow.env["AIRFLOW__INSIDER_WEB_PUSH__ACCOUNTS_FILE"]), system.airflow.api
    accounts, name = file.read_text(), "insider_web_push__{}".format
    api.delete_pool(name("late"))
    api.set_slots(name("empty"), 3)
    file.write_text(accounts.replace("  schedule: null", "  pool_slots: 7\n  schedule: null"))
    run_id = system.trigger(pendulum.yesterday("Europe/Istanbul").date().subtract(days=20))
    try:
        api.wait_for(lambda: [pool for pool in slots_by_pool(system) if pool == name("late")], "the pool is made again")
        slots = slots_by_pool(system)
        assert [slots[name(account)] for account in ("late", "alerted", "empty")] == [7, 7, 3]
    finally:
        file.write_text(accounts)
        system.wait(run_id)
        api.set_slots(name("empty"), 9)


def slots_by_pool(system):
    """Airflow's pools."""
    return {pool["name"]: pool["slots"] for pool in system.airflow.api.get("/pools", limit=100)["pools"]}
