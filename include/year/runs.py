"""What Airflow remembers: runs, the instances of their tasks, and asset events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple


class Where(NamedTuple):
    """A task instance of a run; -1 where the task is not mapped."""

    task_id: str
    map_index: int = -1

    @property
    def shown(self) -> str:
        """What Airflow calls it within its run."""
        return self.task_id if self.map_index < 0 else f"{self.task_id}_{self.map_index}"


@dataclass(slots=True, kw_only=True)
class Run:
    """
    One run of a DAG.

    Attributes:
        form: Its conf.
        interval: The data interval of a run that has one.
        returned: What tasks returned, by task.
        kept: The task state store.
        touched: Whether a process of it was killed, or it was cleared.
        errors: Why tasks of it failed for good.
    """

    dag_id: str
    run_id: str
    run_type: str
    form: Mapping[str, Any]
    run_after: datetime
    interval: tuple[datetime, datetime] | None = None
    states: dict[Where, str] = field(default_factory=dict)
    tries: dict[Where, int] = field(default_factory=dict)
    max_tries: dict[Where, int] = field(default_factory=dict)
    xcoms: dict[tuple[Where, str], Any] = field(default_factory=dict)
    returned: dict[str, Any] = field(default_factory=dict)
    kept: dict[Where, dict[str, Any]] = field(default_factory=dict)
    is_active: bool = True
    touched: bool = False
    errors: dict[Where, str] = field(default_factory=dict)

    def state_of(self, task_id: str) -> str | None:
        """Give the state of a task; of a mapped one, the worst of its instances."""
        found = [state for where, state in self.states.items() if where.task_id == task_id]
        return next((state for state in ("failed", "upstream_failed", "success", "skipped") if state in found), None)


class AssetEvent(NamedTuple):
    """An event that Airflow sent; its partition is a day."""

    at: float
    partition_key: str
    run_id: str
    extra: Mapping[str, Any]
