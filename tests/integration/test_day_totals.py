"""The consumer's task, of the DAG file itself: by an event, by a form, and by a hand that filled in neither."""

import runpy
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from insider_web_push.errors import IncompleteDay, InvalidRequest
from tests.conftest import PROJECT_ROOT
from tests.integration.pipeline import DAY, Pipeline

Totals = Callable[[str | None, str | None], dict[str, Any]]
"""Runs the task for a partition, and for a form's day."""


@pytest.fixture
def totals(day: Pipeline, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Totals:
    """A day that is published, and the task that adds it up."""
    day.run()
    file = tmp_path / "accounts.yaml"
    file.write_text(
        yaml.safe_dump({"accounts": [{"name": "default", "timezone": day.timezone, "storage": day.storage}]})
    )
    monkeypatch.setenv("AIRFLOW__INSIDER_WEB_PUSH__ACCOUNTS_FILE", str(file))
    task = runpy.run_path(str(PROJECT_ROOT / "dags" / "insider_web_push_day_totals.py"))["totals"].function

    def run(partition: str | None, form_day: str | None) -> dict[str, Any]:
        run = SimpleNamespace(partition_key=partition)
        return dict(task(day.storage, day.conn_id, dag_run=run, params={"day": form_day}))

    return run


@pytest.mark.parametrize(("partition", "form_day"), [(DAY, None), (None, DAY), ("2020-01-01", DAY)])
def test_a_day_of_an_event_or_of_the_form_is_added_up(totals: Totals, partition: str | None, form_day: str) -> None:
    """What a person filled in comes first."""
    found = totals(partition, form_day)
    assert found["day"] == DAY
    assert found["campaigns"] == 4


def test_a_run_that_somebody_triggered_without_a_day_says_what_to_fill_in(totals: Totals) -> None:
    """It has no event, and so no day."""
    with pytest.raises(InvalidRequest, match="no day: fill in Day of the form, for example 2026-11-22"):
        totals(None, None)


def test_a_day_that_is_not_there_is_named(totals: Totals) -> None:
    """As for every reader."""
    with pytest.raises(IncompleteDay, match="2020-01-01"):
        totals(None, "2020-01-01")
