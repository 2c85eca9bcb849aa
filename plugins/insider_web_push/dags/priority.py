"""
Who goes first in the pool: a run somebody triggered, then the daily one, then the refresh, then a backfill.

Give a DAG `weight_rule=WEIGHT_RULE`, the import string: of mapped tasks an instance is serialised as its repr, and
the next run ends the scheduler ("Unknown priority strategy", Airflow 3.3.2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.task.priority_strategy import PriorityWeightStrategy

from insider_web_push.vocabulary import REFRESH

if TYPE_CHECKING:
    from airflow.models.taskinstance import TaskInstance

WEIGHT_RULE = "insider_web_push.priority.RunKindStrategy"
"""
Airflow keeps this name in its database, in every version of every DAG, and a scheduler that does not know it ends. So
the name stays, wherever the class lies.
"""
_TRIGGERED, _SCHEDULED, _REFRESH, _BACKFILL = 400, 300, 200, 100


def weight_of(*, dag_id: str, run_id: str) -> int:
    """
    Weigh a run by its id, the only thing that is known of it when its tasks are made.

    A run keeps the kind it was born with: a scheduled run that is cleared, or that a backfill reprocesses, stays
    `scheduled__…`.
    """
    if run_id.startswith("backfill__"):
        return _BACKFILL
    if run_id.startswith("scheduled__"):
        return _REFRESH if dag_id.startswith(REFRESH) else _SCHEDULED
    return _TRIGGERED


class RunKindStrategy(PriorityWeightStrategy):
    """Weighs a task by the kind of its run."""

    __module__ = WEIGHT_RULE.rpartition(".")[0]  # by this Airflow finds it, among what the plugin registers

    def get_weight(self, ti: TaskInstance) -> int:
        """Give the weight; higher goes first."""
        return weight_of(dag_id=ti.dag_id, run_id=ti.run_id)
