"""verify: the run's leaf. It is red exactly where something of its days is missing or wrong, and names it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from airflow.sdk import Asset

from insider_web_push.days.handover import DayResult, DiscoveredDay, FetchTrouble
from insider_web_push.days.remedies import Names, steps
from insider_web_push.days.troubles import Trouble, trouble_named, trouble_of
from insider_web_push.days.verdict import Problem, day_problems
from insider_web_push.errors import IncompleteDay, InsiderError, Overtaken, first_of
from insider_web_push.lake.manifest import Manifest
from insider_web_push.operators.base import InsiderOperator, stored_by, this_task, troubles_of
from insider_web_push.operators.events import Events
from insider_web_push.operators.how_far import count_behind
from insider_web_push.operators.left_over import without_left
from insider_web_push.operators.links import DAY_LINKS
from insider_web_push.operators.publish import RESULTS

if TYPE_CHECKING:
    from airflow.sdk import Context


class VerifyDaysOperator(InsiderOperator):
    """
    Compare the published days with their sweeps.

    Give it the trigger rule `all_done`: a publish that succeeds must not turn a run with failed fetches green.

    Args:
        swept: What discover handed on; None if it failed.
        watched: Ids of this run's tasks whose failure makes the run red.
        publish: Id of the task that publishes.
        asset: Got the published days as partitions. Without it, a later look finds out whether its events were sent.

    Raises:
        IncompleteDay: names every missing campaign, each that is held, each failed check above its threshold, and each
            failed task; and says what to do about each cause, as `days.remedies` has it.
    """

    template_fields: Sequence[str] = (*InsiderOperator.template_fields, "swept")
    operator_extra_links = DAY_LINKS

    def __init__(
        self,
        *,
        swept: list[DiscoveredDay] | None,
        watched: Sequence[str] = (),
        publish: str = "publish",
        asset: Asset | None = None,
        **kwargs: Any,
    ) -> None:
        # An inlet, since only of those may a task ask which events there are.
        super().__init__(inlets=[asset] if asset else [], **kwargs)
        self.asset = asset
        self.swept = swept
        self.watched = list(watched)
        self.publish = publish

    def execute(self, context: Context) -> dict[str, Any]:
        """Verify; and note which of the events that this run's publish owed were sent."""
        count_behind(self)
        failed = self._failed_tasks(context)
        names = Names.of_dag(context["ti"].dag_id, conn_id=self.conn_id)
        if self.swept is None:
            said = f"the days are unknown, since discover did not finish; failed: {', '.join(failed) or 'discover'}"
            todo = steps({Trouble.NO_LIST: ()}, names)
            raise IncompleteDay(f"{said}. What to do: {todo}", said=said, troubles=(str(Trouble.NO_LIST),))
        if context["params"].get("dry_run"):
            return {"days": 0}
        # Not by an argument: of a task that pushed nothing, Airflow resolves none, and fails.
        pushed: list[DayResult] = context["ti"].xcom_pull(task_ids=self.publish, key=RESULTS) or []
        results = {result["day"]: result for result in pushed}
        troubles, stored = troubles_of(context), stored_by(context)
        swept = without_left(context, self.swept)
        found = {
            work["day"]: self._verify(context, work, results.get(work["day"]), troubles, stored, failed)
            for work in swept
        }
        for day, problem in ((day, problem) for day, problems in found.items() for problem in problems):
            if not problem.is_red:
                self.log.warning("%s: %s. What to do: %s", day, problem.said, steps(problem.causes, names, days=[day]))
        red = {day: of_day for day, problems in found.items() if (of_day := [one for one in problems if one.is_red])}
        if red or failed:
            raise _incomplete(red, failed, names)
        self.log.info("Nothing is missing: %s", ", ".join(found) or "no day was due")
        return {"days": len(swept)}

    def _verify(
        self,
        context: Context,
        work: DiscoveredDay,
        result: DayResult | None,
        troubles: Sequence[FetchTrouble],
        stored: Mapping[str, Mapping[str, str]],
        failed: list[str],
    ) -> list[Problem]:
        """Say what is wrong with one day; *result* is None if publish did not come to it."""
        if work["problem"]:
            return [Problem(work["problem"], {trouble_named(work.get("trouble") or Trouble.OTHER): ()})]
        is_sent = result is not None and result["announced"] and self.publish not in failed
        made_from = self.store.manifest_version(date.fromisoformat(work["day"])) if is_sent else None
        try:
            day = self.gather(context, work, troubles, stored=stored)
        except InsiderError as broken:
            return [Problem(str(broken), {trouble_of(broken): ()})]
        if day is None:  # it was purged
            return []
        if is_sent and day.before:
            self._note_sent(context, day.before, made_from)
        return day_problems(
            day.standing(now=datetime.now(UTC)),
            day.before,
            day.rules,
            sweep=work["sweep"],
            result=result,
            answers=stored.get(work["day"], {}),
            troubles=[trouble for trouble in troubles if trouble["day"] == work["day"]],
        )

    def _note_sent(self, context: Context, manifest: Manifest, made_from: str | None) -> None:
        """
        Commit that this run's event was sent, if Airflow has it; another run's may still be owed.

        Where somebody has committed the day meanwhile, the next look asks Airflow for the event.
        """
        me = this_task(context).model_copy(update={"task_id": self.publish})
        if self.asset is None or manifest.event != me:
            return
        if Events(context=context, asset=self.asset, me=me).was_sent(manifest):
            with suppress(Overtaken):
                self.store.swap_manifest(manifest.model_copy(update={"event": None}), made_from=made_from)
        else:
            self.log.warning(
                "%s: Airflow has no event of revision %d, though publish is marked success. The next refresh sends it",
                manifest.day, manifest.revision,
            )  # fmt: skip

    def _failed_tasks(self, context: Context) -> list[str]:
        """Name the watched tasks that failed in this run, mapped ones as `fetch[3]`."""
        ti = context["ti"]
        states = (
            ti.get_task_states(dag_id=ti.dag_id, task_ids=self.watched, run_ids=[ti.run_id]) if self.watched else {}
        )
        failed = [name for name, state in states.get(ti.run_id, {}).items() if state in {"failed", "upstream_failed"}]
        # Airflow says fetch_3; its UI and its API say fetch [3].
        return sorted(re.sub(rf"^({'|'.join(self.watched)})_([0-9]+)$", r"\1[\2]", name) for name in failed)


def _incomplete(red: Mapping[str, Sequence[Problem]], failed: Sequence[str], names: Names) -> IncompleteDay:
    """Put what is wrong into one error, with what to do about each cause said once."""
    said = "; ".join(f"{day}: {problem.said}" for day, problems in red.items() for problem in problems)
    causes: dict[Trouble, tuple[str, ...]] = {}
    for problem in (problem for problems in red.values() for problem in problems):
        for trouble, campaigns in problem.causes.items():
            causes[trouble] = (*causes.get(trouble, ()), *campaigns)
    if not red:
        said, causes = "every day is complete, from earlier answers", {Trouble.FAILED_TASK: ()}
    if failed:
        said += f". See the logs of {first_of(failed)}"
    message = f"{said}. What to do: {steps(causes, names, days=red)}"
    return IncompleteDay(message, days=tuple(red), said=said, troubles=tuple(map(str, causes)))
