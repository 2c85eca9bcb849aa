"""The runs of an account without an Airflow: the real operators, one after the other as their tasks would be."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from types import SimpleNamespace
from typing import Any

from airflow.sdk import Asset
from airflow.sdk.exceptions import AirflowSkipException
from airflow.sdk.execution_time.context import OutletEventAccessors

from insider_web_push.days.handover import unpacked
from insider_web_push.days.rules import Rules
from insider_web_push.operators import (
    CampaignMetricsOperator,
    ChooseDaysOperator,
    DiscoverCampaignsOperator,
    PlanFetchOperator,
    PublishDaysOperator,
    PurgeOperator,
    VerifyDaysOperator,
)
from insider_web_push.operators.events import REVISIONS
from insider_web_push.operators.plan import ESTIMATE

_ASSET, _PLAIN = Asset("bench", "x-bench://a"), Asset("plain", "x-bench://b")
_RETRIES = 4
"""As the DAGs have it: tasks with a try left ask more than the last one does."""
_RESULT = "return_value"


@dataclass
class Runner:
    """
    Runs the tasks of one account. Each succeeds, so that Airflow has what it handed on and announced.

    Attributes:
        every_day: Whether a refresh looks for days that nobody ever looked at.
        run_id: Of the present run, or the next one.
        running: Id of the task that runs.
        estimate: What the last plan estimated.
    """

    conn_id: str
    storage: str
    timezone: str
    every_day: bool = False
    run_id: str = ""
    running: str = ""
    estimate: dict[str, Any] = field(default_factory=dict)
    _events: list[Any] = field(default_factory=list)
    _xcoms: dict[tuple[str, str], list[Any]] = field(default_factory=lambda: defaultdict(list))

    def daily(self, day: date) -> None:
        """Run the daily DAG of a day."""
        self._xcoms.clear()
        self._fetch_and_publish(None, day)

    def refresh(self) -> None:
        """Run the refresh, for the days that are due now."""
        self._xcoms.clear()
        days = self._execute(ChooseDaysOperator(task_id="choose", every_day=self.every_day, **self._of_account))
        self._fetch_and_publish(days, datetime.now(UTC).date())

    def purge(self, first: date, last: date, campaigns: Sequence[str], *, partner_id: str) -> None:
        """Run the purge of some campaigns of a range of days."""
        self._xcoms.clear()
        form = {
            "first_day": str(first), "last_day": str(last), "campaigns": list(campaigns), "confirm": partner_id
        }  # fmt: skip
        purge = PurgeOperator(task_id="purge", asset=_ASSET, plain_asset=_PLAIN, **self._of_account)
        self._announcing(purge, last, form=form)

    @property
    def _of_account(self) -> dict[str, Any]:
        return {"conn_id": self.conn_id, "storage": self.storage, "timezone": self.timezone, "rules": Rules()}

    def _fetch_and_publish(self, days: Any, day: date) -> None:
        of_account = self._of_account
        swept = self._execute(DiscoverCampaignsOperator(task_id="discover", days=days, **of_account), day)
        choose = None if days is None else "choose"
        planned = self._execute(PlanFetchOperator(task_id="plan", swept=swept, choose=choose, **of_account), day)
        (self.estimate,) = self._xcoms["plan", ESTIMATE]
        for one in planned:
            self._execute(CampaignMetricsOperator(task_id="fetch", **unpacked(one), **of_account), day)
        publish = PublishDaysOperator(task_id="publish", swept=swept, asset=_ASSET, plain_asset=_PLAIN, **of_account)
        self._announcing(publish, day)
        self._execute(VerifyDaysOperator(task_id="verify", swept=swept, asset=_ASSET, **of_account), day)

    def _announcing(self, operator: Any, day: date, *, form: Mapping[str, Any] | None = None) -> None:
        context = self._context(operator.task_id, day, form or {})
        with suppress(AirflowSkipException):
            self._execute(operator, day, context=context)
            extra = context["outlet_events"][_ASSET].extra
            self._events += [SimpleNamespace(partition_key=day, extra=extra) for day in extra.get(REVISIONS, ())]

    def _execute(self, operator: Any, day: date | None = None, *, context: Any = None) -> Any:
        self.running = operator.task_id
        found = operator.execute(context or self._context(operator.task_id, day or datetime.now(UTC).date(), {}))
        self._xcoms[operator.task_id, _RESULT].append(found)
        return found

    def _context(self, task_id: str, day: date, form: Mapping[str, Any]) -> Any:
        starts = datetime.combine(day, time(12), UTC)
        return {
            "dag_run": SimpleNamespace(data_interval_start=starts, run_after=starts),
            "run_id": self.run_id,
            "params": dict(form),
            "ti": SimpleNamespace(
                dag_id="bench",
                run_id=self.run_id,
                task_id=task_id,
                try_number=1,
                max_tries=_RETRIES,
                xcom_push=lambda key, value: self._xcoms[task_id, key].append(value),
                xcom_pull=self._pulled,
                get_task_states=lambda **_: {},
            ),
            "outlet_events": OutletEventAccessors(),
            "inlet_events": defaultdict(lambda: SimpleNamespace(after=lambda _: self._events)),
        }

    def _pulled(self, *, task_ids: str | list[str], key: str = _RESULT) -> Any:
        """Give what a task handed on, or of several, which may be mapped, all that they did."""
        if isinstance(task_ids, str):
            return next(iter(self._xcoms[task_ids, key]), None)
        return [value for task_id in task_ids for value in self._xcoms[task_id, key]]
