"""approve: a run that would spend hours of the budget asks a person first; any other passes through."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.sdk.execution_time import task_runner
from airflow.sdk.execution_time.comms import CreateHITLDetailPayload, HITLDetailRequestResult

from insider_web_push.days.cost import duration
from insider_web_push.days.handover import Estimate
from insider_web_push.errors import StaleQuestion, TooManyQuestions
from insider_web_push.operators.plan import ESTIMATE

if TYPE_CHECKING:
    from airflow.sdk import Context

_DECIDED = {"scheduled", "backfill"}
"""Types of runs that somebody decided on earlier; nobody may be there to answer when they run."""
_ANSWER_WITHIN = timedelta(days=1)
_ASKING = ["running", "awaiting_input", "deferred"]
"""States of the task in a run that waits for an answer, or is about to ask; before Airflow 3.3 it was deferred."""


class ApproveCostOperator(ApprovalOperator):
    """
    Wait for approval in the UI where the plan's estimate is above a threshold. It waits without a worker or a slot.

    Only runs that somebody triggered wait: at five in the morning nobody would answer a scheduled one, and a backfill
    was a decision. If it is rejected, or not answered within a day, nothing is fetched or published.

    To Airflow a run that waits is one of the DAG's active runs, and nothing tells it otherwise (3.3.2,
    `jobs/scheduler_job_runner.py`, `_start_queued_dagruns`). So at most half of `max_active_runs` may wait, and the
    scheduled run always finds room.

    Airflow keeps the first question of a task instance, also when it is cleared (3.3.2, apache/airflow#73235). The
    listener `dags.questions` drops it when the run starts again; where it could not, the task fails and does not ask.

    Args:
        above_h: Hours of budget, at the connection's present limit; None never asks.
        plan: Id of the task that made the estimate.

    Raises:
        TooManyQuestions: half of the DAG's active runs wait already.
        StaleQuestion: Airflow shows the question of an earlier plan.
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
        self._find_room(context)
        self.subject, self.body = question
        self.log.info("%s", self.subject)
        shown = self._shown(context)
        if shown != self.subject:
            message = (
                f"Airflow still shows {shown!r}, asked by an earlier plan; the present one asks {self.subject!r}. "
                "When this run has ended, clear this task with downstream: it asks anew"
            )
            raise StaleQuestion(message)
        return super().execute(context)

    def _shown(self, context: Context) -> str:
        """Ask, and give the question that people see. The base class asks as well, but does not look."""
        asked = CreateHITLDetailPayload(
            ti_id=context["ti"].id,
            options=self.options,
            subject=self.subject,
            body=self.body,
            defaults=self.defaults,
            multiple=False,
            params={},
            assigned_users=[],
        )
        shown: HITLDetailRequestResult = task_runner.SUPERVISOR_COMMS.send(asked)  # type: ignore[assignment]  # its answer to this message
        return shown.subject

    def _find_room(self, context: Context) -> None:
        """Count the runs that ask; of several that ask at once, the last one sees all others."""
        ti, active_runs = context["ti"], context["dag"].max_active_runs
        asking = ti.get_ti_count(dag_id=ti.dag_id, task_ids=[ti.task_id], states=_ASKING)
        others = asking - 1  # this task is running
        if active_runs and others >= most_waiting(active_runs):
            message = (
                f"{others} runs of {ti.dag_id} wait for approval already; one more could keep scheduled runs from "
                "starting. Answer them in Browse > Required Actions, then clear this task with downstream"
            )
            raise TooManyQuestions(message)


def most_waiting(active_runs: int) -> int:
    """Tell how many of the runs that a DAG may have at once may wait for a person."""
    return max(1, active_runs // 2)


def question_of(estimate: Estimate, *, was_decided: bool, above_h: float | None) -> tuple[str, str] | None:
    """
    Say what is to be decided: headline and details, the latter in Markdown. Another cost is another headline.

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
    return f"Spend {takes} of the request budget on {estimate['calls']:,} calls?", "\n".join(lines)
