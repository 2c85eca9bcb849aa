"""verify: the run's leaf. It is red exactly where something of its days is missing or wrong, and names it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from insider_web_push.days.gathered_day import GatheredDay
from insider_web_push.days.handover import DayResult, DiscoveredDay
from insider_web_push.days.rules import Rules
from insider_web_push.errors import IncompleteDay, InsiderError
from insider_web_push.lake.manifest import Manifest
from insider_web_push.operators.base import InsiderOperator, this_task
from insider_web_push.operators.links import DAY_LINKS
from insider_web_push.operators.publish import RESULTS
from insider_web_push.vocabulary import DayOutcome

if TYPE_CHECKING:
    from airflow.sdk import Context

_NAMED_IN_THE_MESSAGE = 20


class VerifyDaysOperator(InsiderOperator):
    """
    Compare the published days with their sweeps.

    Give it the trigger rule `all_done`: a publish that succeeds must not turn a run with failed fetches green.

    Args:
        swept: What discover handed on; None if it failed.
        watched: Ids of this run's tasks whose failure makes the run red.
        publish: Id of the task that publishes.

    Raises:
        IncompleteDay: names every missing campaign, each failed check above its threshold, and each failed task.
    """

    template_fields: Sequence[str] = (*InsiderOperator.template_fields, "swept")
    operator_extra_links = DAY_LINKS

    def __init__(
        self,
        *,
        swept: list[DiscoveredDay] | None,
        watched: Sequence[str] = (),
        publish: str = "publish",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.swept = swept
        self.watched = list(watched)
        self.publish = publish

    def execute(self, context: Context) -> dict[str, Any]:
        """Verify; and where this run's publish succeeded, note that the events it owed were sent."""
        failed = self._failed_tasks(context)
        if self.swept is None:
            message = f"the days are unknown, since discover did not finish; failed: {', '.join(failed) or 'discover'}"
            raise IncompleteDay(message)
        if context["params"].get("dry_run"):
            return {"days": 0}
        # Not by an argument: of a task that pushed nothing, Airflow resolves none, and fails.
        pushed: list[DayResult] = context["ti"].xcom_pull(task_ids=self.publish, key=RESULTS) or []
        results = {result["day"]: result for result in pushed}
        found = {work["day"]: self._verify(context, work, results.get(work["day"]), failed) for work in self.swept}
        problems = [problem for of_day in found.values() for problem in of_day]
        if failed and not problems:
            problems = ["every day is complete, from earlier answers"]
        if problems:
            days = tuple(day for day, of_day in found.items() if of_day)
            message = "; ".join(problems)
            if failed:  # every other problem says itself what to do about it
                named = ", ".join(failed[:_NAMED_IN_THE_MESSAGE])
                message += f". See the logs of {named}; then clear them with downstream"
            raise IncompleteDay(message, days=days)
        self.log.info("Nothing is missing: %s", ", ".join(work["day"] for work in self.swept) or "no day was due")
        return {"days": len(self.swept)}

    def _verify(self, context: Context, work: DiscoveredDay, result: DayResult | None, failed: list[str]) -> list[str]:
        """Say what is wrong with one day; *result* is None if publish did not come to it."""
        problems = [work["problem"]] if work["problem"] else []
        try:
            day = None if problems else self.gather(context, work)
        except InsiderError as broken:
            day, problems = None, [str(broken)]
        if day is not None:  # else it was purged, or cannot be read
            if result and result["announced"] and self.publish not in failed:
                self._note_sent(context, day.before)
            problems = _problems(day, work, result, now=datetime.now(UTC))
        return [f"{work['day']}: {problem}" for problem in problems]

    def _note_sent(self, context: Context, manifest: Manifest | None) -> None:
        """Commit that this run's event was sent, as its publish succeeded; another run's may still be owed."""
        me = this_task(context).model_copy(update={"task_id": self.publish})
        if manifest is not None and manifest.event == me:
            self.store.write_manifest(manifest.model_copy(update={"event": None}))

    def _failed_tasks(self, context: Context) -> list[str]:
        """Name the watched tasks that failed in this run, mapped ones as `fetch[3]`."""
        ti = context["ti"]
        states = (
            ti.get_task_states(dag_id=ti.dag_id, task_ids=self.watched, run_ids=[ti.run_id]) if self.watched else {}
        )
        failed = [name for name, state in states.get(ti.run_id, {}).items() if state in {"failed", "upstream_failed"}]
        # Airflow says fetch_3; its UI and its API say fetch [3].
        return sorted(re.sub(rf"^({'|'.join(self.watched)})_([0-9]+)$", r"\1[\2]", name) for name in failed)


def _problems(day: GatheredDay, work: DiscoveredDay, result: DayResult | None, *, now: datetime) -> list[str]:
    """Judge what is published of a day."""
    manifest = day.before
    lacks = day.standing(now=now).lacks
    if lacks:
        return [f"{lacks}; {_stays(manifest)}. To do without, refresh the day with accept_missing"]
    was_refused = result is not None and result["outcome"] in {DayOutcome.HELD, DayOutcome.FAILED}
    if was_refused or manifest is None or manifest.sweep < (work["sweep"] or ""):
        return [f"{_why(result)}; {_stays(manifest)}"]
    return _failing_checks(manifest, day.rules)


def _why(result: DayResult | None) -> str:
    if result and result["outcome"] == DayOutcome.FAILED:
        return result["why"]
    if result and result["outcome"] == DayOutcome.HELD:
        return f"{result['why']}. If that is right, run the refresh for this day with accept_fall"
    return "publish did not commit what was fetched: clear the run"


def _stays(manifest: Manifest | None) -> str:
    if manifest is None:
        return "the day is not published"
    if not manifest.is_complete:
        return f"the day is published as {manifest.status}, revision {manifest.revision}"
    return f"the day keeps revision {manifest.revision}"


def _failing_checks(manifest: Manifest, rules: Rules) -> list[str]:
    """Name the checks that more campaigns failed than the account allows."""
    number = len(manifest.campaigns)
    return [
        f"check {check} failed for {len(campaigns)} of {number} campaigns "
        f"({', '.join(campaigns[:_NAMED_IN_THE_MESSAGE])}), more than {rules.threshold(check):.0%}: "
        "see failed_check_details of campaign_day"
        for check, campaigns in manifest.checks.items()
        if len(campaigns) > rules.threshold(check) * number
    ]
