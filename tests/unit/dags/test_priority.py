"""Who goes first in the pool."""

import pytest
from airflow.serialization.serialized_objects import BaseSerialization

from insider_web_push.dags.priority import WEIGHT_RULE, RunKindStrategy, weight_of

DAILY, REFRESH = "insider_web_push_campaign_metrics", "insider_web_push_refresh"


def test_runs_go_by_their_kind() -> None:
    """Triggered by hand, daily, refresh, backfill."""
    runs = [
        (DAILY, "backfill__2026-11-22T22:00:00+00:00"),
        (f"{REFRESH}__brand2", "scheduled__2026-11-22T22:00:00+00:00"),
        (f"{DAILY}__brand2", "scheduled__2026-11-22T22:00:00+00:00"),
        (REFRESH, "manual__2026-11-22T22:00:00+00:00"),
    ]
    weights = [weight_of(dag_id=dag_id, run_id=run_id) for dag_id, run_id in runs]
    assert weights == sorted(set(weights))


@pytest.mark.parametrize("run_id", ["manual__x", "my own run", "asset_triggered__x"])
def test_any_other_run_was_wanted_now(run_id: str) -> None:
    """People name runs as they like."""
    assert weight_of(dag_id=DAILY, run_id=run_id) == weight_of(dag_id=DAILY, run_id="manual__x")


def test_the_rule_is_the_import_string_of_the_strategy() -> None:
    """An instance on a mapped task ends the scheduler."""
    assert f"{RunKindStrategy.__module__}.{RunKindStrategy.__qualname__}" == WEIGHT_RULE
    assert BaseSerialization.serialize(WEIGHT_RULE) == WEIGHT_RULE
