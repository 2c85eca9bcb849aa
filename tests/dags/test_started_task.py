"""What a task that starts makes of the DAG files."""

from typing import Any

import pytest

from insider_web_push.vocabulary import HOUSEKEEPING
from tests.dags.conftest import STARTED


@pytest.mark.parametrize("account", STARTED)
def test_it_makes_the_dags_of_the_account_that_it_was_started_for(
    started: dict[str, dict[str, Any]], account: str
) -> None:
    """Fifty accounts cost a task no more than one. The DAG processor, without such a DAG, makes them all."""
    dags = started[account]["dags"].keys() - {HOUSEKEEPING}
    assert STARTED[account] in dags
    assert {dag_id.partition("__")[2] or "default" for dag_id in dags} == {account}
