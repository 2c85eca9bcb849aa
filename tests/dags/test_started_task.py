"""What a task that starts makes of the DAG files."""

import json
from pathlib import Path

import pytest

from insider_web_push.vocabulary import HOUSEKEEPING
from tests.dags.conftest import THREE, load_dags

DAILY = "insider_web_push_campaign_metrics"


@pytest.mark.parametrize("account", ["brand2", "default"])
def test_it_makes_the_dags_of_the_account_that_it_was_started_for(account: str, tmp_path: Path) -> None:
    """Fifty accounts cost a task no more than one. The DAG processor, without such a DAG, makes them all."""
    accounts_file, result = tmp_path / "accounts.yaml", tmp_path / "result.json"
    accounts_file.write_text(THREE)
    started = DAILY if account == "default" else f"{DAILY}__{account}"
    # As Airflow's task runner says which DAG it wants of a file.
    loaded = load_dags(accounts_file, result, _AIRFLOW_PARSING_CONTEXT_DAG_ID=started)
    output, _ = loaded.communicate()
    assert loaded.returncode == 0, output
    dags = json.loads(result.read_text())["dags"].keys() - {HOUSEKEEPING}
    assert started in dags
    assert {dag_id.partition("__")[2] or "default" for dag_id in dags} == {account}
