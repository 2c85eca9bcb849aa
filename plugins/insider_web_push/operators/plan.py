"""plan: which campaigns of each day need a call, and what they will cost, before anything is spent on them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from airflow.sdk.configuration import conf
from airflow.sdk.exceptions import AirflowSkipException

from insider_web_push.answers.day_list import ListedCampaign
from insider_web_push.days.census import census_of, said_of
from insider_web_push.days.cost import seconds_needed
from insider_web_push.days.days_to_look_at import Why
from insider_web_push.days.gathered_day import GatheredDay
from insider_web_push.days.handover import DiscoveredDay, Estimate, PlannedFetch, chunked, packed
from insider_web_push.days.looks import Cause
from insider_web_push.errors import ContractViolation, PlanTooLarge
from insider_web_push.operators.base import InsiderOperator
from insider_web_push.operators.left_over import count_left, left_by

if TYPE_CHECKING:
    from airflow.sdk import Context


ESTIMATE = "estimate"
"""XCom key."""
_WAITING = ["scheduled", "queued", "running", "up_for_reschedule", "up_for_retry"]


class PlanFetchOperator(InsiderOperator):
    """
    Choose the campaign days that need a call.

    Hands on, besides its result, the XCom `estimate` (`handover.Estimate`), also of a run that then stops; and, of days
    that were due, `left` (`handover.LeftOver`).

    Args:
        swept: What discover handed on.
        rivals: DAGs of the same account, whose fetches wait for the same budget.
        choose: Id of the task that chose the days; None if the run has just its own.
        per_task: How many campaign days a mapped fetch has, unless the run would have too many of them.

    Raises:
        PlanTooLarge: more calls than the run's `max_calls`, those of discover included.
        AirflowSkipException: a dry run ends here.
    """

    template_fields: Sequence[str] = (*InsiderOperator.template_fields, "swept")

    def __init__(
        self,
        *,
        swept: list[DiscoveredDay],
        rivals: Sequence[str] = (),
        choose: str | None = None,
        per_task: int = 1,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.per_task = per_task
        self.choose = choose
        self.swept = swept
        self.rivals = list(rivals)

    def execute(self, context: Context) -> list[str]:
        """Give the arguments of each mapped fetch, see `handover.packed`; say what they cost."""
        causes: Counter[str] = Counter(sweep=sum(work["calls"] for work in self.swept))
        planned: list[PlannedFetch] = []
        left: list[str] = []
        most = self.most_calls
        for work in self.swept:
            day = self._gathered(context, work)
            chosen = day.to_fetch(audit=_audit(context, work)) if day and not work["rebuild"] else []
            if work["why"] == Why.AGE and most and planned and len(planned) + len(chosen) > most:
                self.log.warning("%s is left to the next refresh: this one may take %d calls", work["day"], most)
                left.append(work["day"])
                continue
            causes.update(str(cause) for _, cause in chosen)
            planned += [_planned(work, day, swept) for swept, _ in chosen if day]
            if day:
                self._say(day, chosen)
        left_before = left_by(context, self.choose) if self.choose else None
        if left_before is not None:
            count_left(self, context, left_before + left, due=len(self.swept) + len(left_before))
        self._estimate(context, causes)
        if context["params"].get("dry_run"):
            raise AirflowSkipException("dry run: nothing more is spent, and nothing published")
        tasks = chunked(planned, per_task=self.per_task, most=conf.getint("core", "max_map_length"))
        if len(tasks) < len(planned):
            self.log.info("%d tasks, of up to %d campaign days each", len(tasks), 1 + len(tasks[0]["also"]))
        return [packed(task) for task in tasks]

    def _gathered(self, context: Context, work: DiscoveredDay) -> GatheredDay | None:
        try:
            return self.gather(context, work)
        except ContractViolation as broken:
            # Publish and verify name it; the other days are planned all the same.
            self.log.warning("%s is not planned: %s", work["day"], broken)
            return None

    def _say(self, day: GatheredDay, chosen: list[tuple[ListedCampaign, Cause]]) -> None:
        counts = Counter(str(cause) for _, cause in chosen)
        self.log.info(
            "%s: %d listed, %d to fetch%s, %s",
            day.day, len(day.swept), len(chosen), f" ({_listed(counts)})" if counts else "",
            said_of(census_of(day, chosen)),
        )  # fmt: skip

    def _estimate(self, context: Context, causes: Counter[str]) -> None:
        limit = self.hook.settings.limit
        calls = causes.total()
        seconds = seconds_needed(calls, limit=limit.requests, window_s=limit.window_s)
        queued, refused = self._queued(context), [work["day"] for work in self.swept if work["problem"]]
        self.log.info(
            "%d calls in all (%s), at least %.0f s at %d a minute; %d fetches of other runs are waiting",
            calls, _listed(causes), seconds, limit.requests, queued,
        )  # fmt: skip
        if refused:
            self.log.warning("%d days cannot be had: %s", len(refused), ", ".join(refused))
        estimate = Estimate(
            calls=calls, seconds=seconds, by_cause=dict(causes), queued=queued, refused=refused, limit=limit.requests
        )
        context["ti"].xcom_push(key=ESTIMATE, value=estimate)
        max_calls = context["params"].get("max_calls")
        if max_calls is not None and calls > max_calls:
            days = ", ".join(work["day"] for work in self.swept)
            message = f"{days} needs {calls} calls (at least {seconds:.0f} s), more than max_calls = {max_calls}"
            raise PlanTooLarge(message)

    def _queued(self, context: Context) -> int:
        """Count the fetch tasks of other runs that want the same budget; this run has none yet."""
        ti = context["ti"]
        return sum(ti.get_ti_count(dag_id=dag, task_ids=["fetch"], states=_WAITING) for dag in self.rivals)


def _audit(context: Context, work: DiscoveredDay) -> str | None:
    """Draw by run and day, so that a retry audits the same campaigns; only where a refresh looks for what moved."""
    return f"{context['run_id']}/{work['day']}" if work["closing"] else None


def _planned(work: DiscoveredDay, day: GatheredDay, swept: ListedCampaign) -> PlannedFetch:
    known = day.known.get(swept.campaign_id)
    instants = [day.swept_at, day.look.since, *([known.fetched_at] if known else [])]
    return PlannedFetch(
        campaign_id=swept.campaign_id,
        campaign_name=swept.name,
        day=work["day"],
        baseline=swept.totals.model_dump(mode="json"),
        listed=swept.campaign_id in day.swept,
        after=max(instants).isoformat(),
    )


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{number} {name}" for name, number in counts.items() if number)
