"""approve: a run that would spend hours of the budget asks a person first; any other passes through."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.hitl import ApprovalOperator

from insider_web_push.days.cost import duration
from insider_web_push.days.handover import Estimate
from insider_web_push.operators.plan import ESTIMATE

if TYPE_CHECKING:
    from airflow.sdk import Context

_DECIDED = {"scheduled", "backfill"}
"""Types of runs that somebody decided on earlier; nobody may be there to answer when they run."""
_ANSWER_WITHIN = timedelta(days=1)


class ApproveCostOperator(ApprovalOperator):
    """
    Wait for approval in the UI where the plan's estimate is above a threshold. It waits without a worker or a slot.

    Only runs that somebody triggered wait: at five in the morning nobody would answer a scheduled one, and a backfill
    was a decision. If it is rejected, or not answered within a day, nothing is fetched or published.

    Args:
        above_h: Hours of budget, at the connection's present limit; None never asks.
        plan: Id of the task that made the estimate.
    """

    def __init__(self, *, above_h: float | None, plan: str = "plan", **kwargs: Any) -> None:
        super().__init__(
            subject="Spend the budget?",
            defaults=[ApprovalOperator.REJECT],
            response_timeout=_ANSWER_WITHIN,
            ignore_downstream_trigger_rules=True,
            **kwargs,
        )
        self.above_h = above_h
        self.plan = plan

    def execute(self, context: Context) -> Any:
        """Ask, or pass through."""
        estimate: Estimate = context["ti"].xcom_pull(task_ids=self.plan, key=ESTIMATE)
        question = question_of(estimate, was_decided=context["dag_run"].run_type in _DECIDED, above_h=self.above_h)
        if question is None:
            self.log.info("%d calls, at least %.0f s: no approval is needed", estimate["calls"], estimate["seconds"])
            return None
        self.subject, self.body = question
        self.log.info("%s", self.subject)
        return super().execute(context)


def question_of(estimate: Estimate, *, was_decided: bool, above_h: float | None) -> tuple[str, str] | None:
    """
    Say what is to be decided: headline and details, the latter in Markdown.

    Args:
        was_decided: Whether the run needs no approval, whatever it costs.

    Returns:
        None if there is nothing to decide.
    """
    if above_h is None or was_decided or estimate["seconds"] <= above_h * 3600:
        return None
    takes = duration(estimate["seconds"])
    calls = ", ".join(f"{number} {cause}" for cause, number in estimate["by_cause"].items() if number)
    lines = [
        f"- {estimate['calls']} calls: {calls}",
        f"- at least {takes} at {estimate['limit']} calls a minute; approval is asked for above {above_h:g} hours",
        f"- {estimate['queued']} fetches of other runs wait for the same budget; a triggered run goes before them",
    ]
    if estimate["refused"]:
        lines.append(f"- days that cannot be had: {', '.join(estimate['refused'])}")
    lines.append("\nReject, and nothing is fetched or published; what the lists took is spent. Or ask for fewer days.")
    return f"Spend {takes} of the request budget?", "\n".join(lines)
