"""What a task that starts makes of the DAG files."""

from typing import Any

import pytest

from insider_web_push.vocabulary import HOUSEKEEPING
from tests.dags.conftest import THREE, Job, load_each

DAILY = "insider_web_push_campaign_metrics"
STARTED = {"brand2": f"{DAILY}__brand2", "default": DAILY}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What becomes of the files where a task of each account starts."""
    # As Airflow's task runner says which DAG it wants of a file.
    jobs = {account: Job(THREE, env={"_AIRFLOW_PARSING_CONTEXT_DAG_ID": dag_id}) for account, dag_id in STARTED.items()}
    return load_each(tmp_path_factory.mktemp("started"), jobs)


@pytest.mark.parametrize("account", STARTED)
def test_it_makes_the_dags_of_the_account_that_it_was_started_for(
    loaded: dict[str, dict[str, Any]], account: str
) -> None:
    """Fifty accounts cost a task no more than one. The DAG processor, without such a DAG, makes them all."""
    dags = loaded[account]["dags"].keys() - {HOUSEKEEPING}
    assert STARTED[account] in dags
    assert {dag_id.partition("__")[2] or "default" for dag_id in dags} == {account}
