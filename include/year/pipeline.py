"""The DAGs as the model runs them: the real operators, wired as `dags.tasks` wires them."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import partial
from typing import Any

from airflow.sdk import Asset

from include.year.airflow import Airflow, Run
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
from insider_web_push.operators.base import InsiderOperator
from insider_web_push.vocabulary import PURGE, REFRESH

_ASSET = Asset(name="campaign_day", uri="x-insider-web-push://year/campaign_day")
_PLAIN = Asset(name="any_day", uri="x-insider-web-push://year/any_day")
TASKS = ("choose", "discover", "plan", "fetch", "publish", "verify")


class Pipeline:
    """
    Runs the DAGs of one account.

    Args:
        ended: Called when a run has ended.
    """

    def __init__(self, airflow: Airflow, *, timezone: str, rules: Rules, ended: Callable[[Run], None]) -> None:
        self._airflow = airflow
        self._ended = ended
        self._account: dict[str, Any] = {
            "conn_id": "year", "storage": "memory://lake", "timezone": timezone, "rules": rules
        }  # fmt: skip
        self._announcing: dict[str, Any] = {"asset": _ASSET, "plain_asset": _PLAIN}
        self._fetch = CampaignMetricsOperator(task_id="fetch", campaign_id="", day="", retries=4, **self._account)

    def go(self, run: Run) -> None:
        """Run what is not done of a run."""
        if run.dag_id == PURGE:
            purge = partial(PurgeOperator, task_id="purge", **self._announcing, **self._account)
            self._airflow.once(run, "purge", purge,
                               pool="publish")  # fmt: skip
        else:
            self._fetching(run)
        run.is_active = False
        self._ended(run)

    def _fetching(self, run: Run) -> None:
        once, account = partial(self._airflow.once, run), self._account
        went_well = True
        if run.dag_id == REFRESH:
            went_well = once("choose", partial(ChooseDaysOperator, task_id="choose", **account)) == "success"
        if went_well:
            days = run.returned["choose"] if run.dag_id == REFRESH else None
            discover = partial(DiscoverCampaignsOperator, task_id="discover", days=days, **account)
            went_well = once("discover", discover, pool="api") == "success"
        swept: Any = run.returned["discover"] if went_well else None
        if went_well:
            plan = partial(PlanFetchOperator, task_id="plan", swept=swept, choose="choose", **account)
            if once("plan", plan) == "success":
                planned = [partial(self._fetch_of, item) for item in run.returned["plan"]]
                self._airflow.mapped(run, "fetch", planned, pool="api")
        # Both have the trigger rule all_done (A1).
        publish = partial(PublishDaysOperator, task_id="publish", swept=swept, **self._announcing, **account)
        once("publish", publish, pool="publish")
        watched = ["choose", "discover", "plan", "fetch", "publish"]
        once("verify", partial(VerifyDaysOperator, task_id="verify", swept=swept, watched=watched, **account),
             pool="publish")  # fmt: skip

    def _fetch_of(self, planned: dict[str, Any]) -> InsiderOperator:
        """Make an instance of fetch: a copy, since making an operator costs more than a call."""
        operator = copy.copy(self._fetch)
        vars(operator).update(planned)
        return operator
