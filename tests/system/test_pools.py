"""The accounts' pools, by the init step of a deployment."""

import subprocess
import sys

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
    pools = {pool["name"]: pool["slots"] for pool in system.airflow.api.get("/pools", limit=100)["pools"]}
    assert {pools[f"insider_web_push__{name}"] for name in ACCOUNTS if name != "default"} == {6}
    assert pools["insider_web_push_publish"] == 1
