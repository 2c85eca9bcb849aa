"""What a task that starts makes of its DAG file."""

import runpy
from pathlib import Path

import pytest
from airflow.sdk import DAG, get_parsing_context

from tests.conftest import PROJECT_ROOT
from tests.dags.conftest import THREE

DAILY = PROJECT_ROOT / "dags" / "insider_web_push_campaign_metrics.py"


@pytest.mark.parametrize(
    ("started", "made"),
    [
        ("insider_web_push_campaign_metrics__brand2", ["brand2"]),
        ("insider_web_push_campaign_metrics", ["default"]),
        (None, ["default", "brand2", "brand3"]),
    ],
)
def test_it_makes_the_dag_that_it_was_started_for(
    started: str | None, made: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fifty accounts cost a task no more than one; the DAG processor makes them all."""
    accounts_file = tmp_path / "accounts.yaml"
    accounts_file.write_text(THREE)
    monkeypatch.setenv("AIRFLOW__INSIDER_WEB_PUSH__ACCOUNTS_FILE", str(accounts_file))
    entered: list[DAG] = []
    enter = DAG.__enter__
    monkeypatch.setattr(DAG, "__enter__", lambda dag: (entered.append(dag), enter(dag))[1])
    # As Airflow's task runner says it. Its context manager does not take it back where there was nothing before.
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", started or "")
    assert (get_parsing_context().dag_id or None) == started
    runpy.run_path(str(DAILY))
    assert [dag.dag_id.partition("__")[2] or "default" for dag in entered] == made
