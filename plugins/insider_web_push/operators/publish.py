"""publish: days whose campaigns are all there become a revision, a manifest and a partition of one asset event."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from airflow.sdk import Asset
from airflow.sdk.exceptions import AirflowSkipException
from airflow.sdk.observability import stats

from insider_web_push import metrics
from insider_web_push.coverage.index import DayEntry
from insider_web_push.coverage.keeping import entry_of, keep
from insider_web_push.days.gathered_day import GatheredDay
from insider_web_push.days.handover import DayResult, DiscoveredDay
from insider_web_push.errors import ContractViolation
from insider_web_push.lake.manifest import Manifest
from insider_web_push.operators.base import InsiderOperator, stored_by, this_task, troubles_of
from insider_web_push.operators.events import Events, announce
from insider_web_push.operators.left_over import without_left
from insider_web_push.operators.links import DAY_LINKS
from insider_web_push.publishing.commit import Publisher
from insider_web_push.publishing.finishing import published_without_purged
from insider_web_push.publishing.published import Published
from insider_web_push.vocabulary import DayOutcome

if TYPE_CHECKING:
    from airflow.providers.openlineage.extractors import OperatorLineage
    from airflow.sdk import Context

RESULTS = "days"
"""XCom key of what became of each day: unlike a task's result, it is also there where the task was skipped."""


class AnnouncingOperator(InsiderOperator):
    """
    Publishes days, and announces them by one event of its asset outlets.

    Args:
        asset: Gets the published days as partitions.
        plain_asset: Gets the same event without partitions, for consumers that know none.
    """

    def __init__(self, *, asset: Asset, plain_asset: Asset, **kwargs: Any) -> None:
        # An inlet as well: only of those may a task ask which events there are.
        super().__init__(outlets=[asset, plain_asset], inlets=[asset], **kwargs)
        self.asset = asset

    def publisher(self, context: Context, *, accept_fall: bool = False) -> Publisher:
        """Make the publisher that commits days for this task."""
        me = this_task(context)
        return Publisher(
            store=self.store,
            run=me,
            event_of=Events(context=context, asset=self.asset, me=me).of,
            now=lambda: datetime.now(UTC),
            accept_fall=accept_fall,
        )

    def describe(self, day: date, published: Published) -> DayResult:
        """Log what became of a day, and describe it for verify."""
        self.log.info("%s: %s: %s", day, published.outcome, published.why)
        return DayResult(
            day=day.isoformat(),
            outcome=str(published.outcome),
            revision=published.manifest.revision if published.manifest else 0,
            why=published.why,
            announced=published.announce,
            wrote=published.wrote,
        )

    def announce(self, context: Context, results: list[DayResult]) -> list[DayResult]:
        """
        Give the task's event the days that it announces.

        Where there are none, the task sends no event: it succeeds if it wrote something, and is skipped if it did not.
        """
        context["ti"].xcom_push(key=RESULTS, value=results)
        if announce(context, self.asset, results):
            return results
        said = "; ".join(f"{result['day']}: {result['why']}" for result in results)
        if not any(result["wrote"] for result in results):
            raise AirflowSkipException(said)
        # On success, Airflow sends an event for each outlet that the task has then, also without a partition
        # (3.3.2, `sdk/execution_time/task_runner.py`, `_handle_current_task_success`).
        self.outlets = []
        self.log.info("Nothing is announced, since no complete day is new: %s", said)
        return results


class PublishDaysOperator(AnnouncingOperator):
    """
    Publish each day that was swept, if nothing of it is missing.

    Its asset outlets get one event, with the days as partitions, only where a complete day moved or an earlier event
    may have been lost. Give it a pool of one slot, so that an account has one publish at a time, and the trigger rule
    `all_done`.

    Args:
        swept: What discover handed on; None if it failed.

    Raises:
        AirflowSkipException: nothing was written, and there is nothing to announce.
    """

    template_fields: Sequence[str] = (*InsiderOperator.template_fields, "swept")
    operator_extra_links = DAY_LINKS

    def __init__(self, *, swept: list[DiscoveredDay] | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.swept = swept
        self.wrote: list[Manifest] = []

    def execute(self, context: Context) -> list[DayResult]:
        """Publish, or say why not."""
        swept = without_left(context, self.swept or [])
        if not swept:
            raise AirflowSkipException(
                "nothing to publish: discover did not finish" if self.swept is None else "no day was due"
            )
        if context["params"].get("dry_run"):
            raise AirflowSkipException("dry run: nothing is published")
        publisher = self.publisher(context, accept_fall=bool(context["params"].get("accept_fall")))
        troubles, stored = troubles_of(context), stored_by(context)
        covered: dict[date, DayEntry] = {}
        results = []
        for work in swept:
            gather = partial(self.gather, context, work, troubles, stored=stored)
            publish = partial(self._publish, publisher, work, gather)
            kept = stored.get(work["day"], {}).values()
            published = published_without_purged(self.store, _day(work), publish, stored=kept)
            covered[_day(work)] = entry_of(published, run=this_task(context), at=datetime.now(UTC))
            results.append(self.describe(_day(work), published))
            if published.wrote and published.manifest:
                self.wrote.append(published.manifest)
                self._count_failed_checks(published.manifest)
        keep(self.store, covered)
        return self.announce(context, results)

    def get_openlineage_facets_on_complete(self, task_instance: object) -> OperatorLineage[Any, Any]:  # noqa: ARG002 — Airflow's
        """Say what it read and wrote, where Airflow's OpenLineage provider asks."""
        from insider_web_push.operators.lineage import of_publish  # noqa: PLC0415 — needs that provider

        return of_publish(self.store, self.wrote)

    def _publish(
        self, publisher: Publisher, work: DiscoveredDay, gather: Callable[[], GatheredDay | None]
    ) -> Published:
        try:
            return publisher.publish(_day(work), gather) or self._nothing(work)
        except ContractViolation as broken:
            # One damaged object must not keep the other days from being published; verify is red for it.
            self.log.exception("%s cannot be published", _day(work))
            before = self._readable_manifest(_day(work))
            # An earlier try of this task may have committed the day: its event is still to be sent.
            owes = before is not None and publisher.owes(before)
            return Published(DayOutcome.FAILED, before, str(broken), announce=owes)

    def _count_failed_checks(self, manifest: Manifest) -> None:
        for check, found in (manifest.checks | manifest.day_checks).items():
            tags = {"account": self.store.partner_id, "check": check}
            stats.incr(metrics.CHECKS_FAILED.name, len(found), tags=tags)

    def _readable_manifest(self, day: date) -> Manifest | None:
        try:
            return self.store.read_manifest(day)
        except ContractViolation:
            return None

    @staticmethod
    def _nothing(work: DiscoveredDay) -> Published:
        if work["problem"]:
            return Published(DayOutcome.KEPT, None, work["problem"])
        return Published(DayOutcome.PURGED, None, "it is gone for good, and left alone")


def _day(work: DiscoveredDay) -> date:
    return date.fromisoformat(work["day"])
