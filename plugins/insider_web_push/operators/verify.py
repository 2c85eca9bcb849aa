"""verify: the run's leaf. Red exactly where something of the day is missing, and it names what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from insider_web_push.errors import IncompleteDay
from insider_web_push.manifest import Manifest
from insider_web_push.operators.base import Discovered, InsiderOperator, Published
from insider_web_push.planning import Mode, to_fetch
from insider_web_push.sweep import Swept

if TYPE_CHECKING:
    from airflow.sdk import Context

_NAMED_IN_THE_MESSAGE = 20


class VerifyDayOperator(InsiderOperator):
    """
    Hold the published day against the sweep. Trigger rule `all_done`: a publish that succeeds must not turn a run with
    failed fetches green.

    Args:
        discovered: What discover handed on; None if it failed.
        mode: The mode of the plan.
        published: What publish handed on; None if it skipped or failed.
        watched: Ids of this run's tasks whose failure makes the run red.

    Raises:
        IncompleteDay: names every missing campaign and each failed task.
    """

    template_fields: Sequence[str] = (*InsiderOperator.template_fields, "discovered", "published")

    def __init__(
        self,
        *,
        discovered: Discovered | None,
        published: Published | None = None,
        mode: Mode = Mode.CHANGED,
        watched: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.discovered = discovered
        self.published = published
        self.mode = mode
        self.watched = list(watched)

    def execute(self, context: Context) -> dict[str, Any]:
        """Verify; and where this run's publish succeeded, note that the event it owed was sent."""
        failed = self._failed_tasks(context)
        if not self.discovered:
            message = f"the day is unknown, since discover did not finish; failed: {', '.join(failed) or 'discover'}"
            raise IncompleteDay(message)
        day = date.fromisoformat(self.discovered["day"])
        manifest = self._acknowledged(self.store.read_manifest(day), failed)
        stored, sweep = self.read_sweep(self.discovered["sweep"])
        known = self.store.known(day, manifest)
        missing = to_fetch(sweep.campaigns, known, mode=Mode(self.mode), since=stored.swept_at)
        if missing:
            stays = f"the day keeps revision {manifest.revision}" if manifest else "the day is not published"
            raise IncompleteDay(
                f"{day}: {_named(missing)} of {len(sweep.campaigns)} missing; {stays}. {_next_step(failed)}"
            )
        if manifest is None or manifest.sweep < self.discovered["sweep"]:
            message = f"{day}: publish did not commit what was fetched. {_next_step(failed)}"
            raise IncompleteDay(message)
        if failed:
            message = f"{day} is complete as revision {manifest.revision}, from earlier answers. {_next_step(failed)}"
            raise IncompleteDay(message)
        if manifest.failed_checks:
            self.log.warning(
                "%s: %d figures could not be read, see failed_checks of campaign_day", day, manifest.failed_checks
            )
        self.log.info("%s is complete: revision %d, %d campaigns", day, manifest.revision, len(manifest.campaigns))
        return {"day": day.isoformat(), "revision": manifest.revision, "campaigns": len(manifest.campaigns)}

    def _acknowledged(self, manifest: Manifest | None, failed: list[str]) -> Manifest | None:
        """Only the run whose publish succeeded knows that the event was sent: another's may still be owed."""
        if manifest is None or not manifest.event_owed or not self.published or "publish" in failed:
            return manifest
        if self.published["revision"] != manifest.revision:
            return manifest
        sent = manifest.model_copy(update={"event_owed": False})
        self.store.write_manifest(sent)
        return sent

    def _failed_tasks(self, context: Context) -> list[str]:
        """Name the watched tasks that failed in this run, mapped ones as `fetch[3]`."""
        ti = context["ti"]
        states = (
            ti.get_task_states(dag_id=ti.dag_id, task_ids=self.watched, run_ids=[ti.run_id]) if self.watched else {}
        )
        failed = [name for name, state in states.get(ti.run_id, {}).items() if state in {"failed", "upstream_failed"}]
        # Airflow says fetch_3; its UI and its API say fetch [3].
        return sorted(re.sub(rf"^({'|'.join(self.watched)})_([0-9]+)$", r"\1[\2]", name) for name in failed)


def _named(missing: list[Swept]) -> str:
    shown = ", ".join(f"{swept.campaign_id} {swept.name!r}" for swept in missing[:_NAMED_IN_THE_MESSAGE])
    more = len(missing) - _NAMED_IN_THE_MESSAGE
    campaigns = "campaign" if len(missing) == 1 else "campaigns"
    return f"{len(missing)} {campaigns} ({shown}{f', and {more} more' if more > 0 else ''})"


def _next_step(failed: list[str]) -> str:
    return (
        f"See the logs of {', '.join(failed[:_NAMED_IN_THE_MESSAGE])}; then clear them with downstream"
        if failed
        else "Clear the run"
    )
