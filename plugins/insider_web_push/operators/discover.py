"""discover: which campaigns the run's day has, with their totals, from overall-metrics."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from insider_web_push.errors import ContractViolation, PagesDrifted, PlanTooLarge, ServiceUnavailable
from insider_web_push.models import SweepPage, parse_sweep_page
from insider_web_push.operators.base import Discovered, InsiderOperator
from insider_web_push.requests_to_api import ROWS_PER_PAGE
from insider_web_push.responses import json_object
from insider_web_push.snapshots import Outcome, SweepSnapshot, SweptPage
from insider_web_push.sweep import Sweep, pages_of, sweep_of

if TYPE_CHECKING:
    from airflow.sdk import Context

_WAIT_WITHIN_A_SWEEP_S = 600.0
_SWEEPS = 2
"""A list that changed while it was read is read once more; then something is wrong."""


class DiscoverCampaignsOperator(InsiderOperator):
    """
    Sweep the campaigns of the run's day, 20 a call, and keep the pages verbatim.

    Raises:
        StorageNotWritable: before any call.
        PlanTooLarge: the list alone takes more calls than the run's `max_calls`; known after one.
        PagesDrifted: unique campaigns unlike the stated total, twice.
    """

    def execute(self, context: Context) -> Discovered:
        """Sweep, keep, and hand on where the sweep lies."""
        day = self.day_of(context)
        self.store.check_writable()
        calls = 0
        for _ in range(_SWEEPS):
            swept_at = datetime.now(UTC)
            with self.giving_back_the_worker():
                pages, sweep = self._sweep(context, day, max_calls=context["params"].get("max_calls"))
            calls += len(pages)
            if not sweep.has_drifted:
                break
            self.log.warning(
                "%s: %d unique campaigns, but a total of %d: the list changed while it was read",
                day, len(sweep.campaigns), sweep.stated_total,
            )  # fmt: skip
        else:
            message = (
                f"{day}: {len(sweep.campaigns)} unique campaigns, but a total of {sweep.stated_total}, {_SWEEPS} times"
            )
            raise PagesDrifted(message)
        key = self._keep(context, day, pages, swept_at, Outcome.FETCHED)
        self.log.info(
            "%s: %d campaigns listed, %d calls, kept as %s", day, len(sweep.campaigns), calls, self.store.url(key)
        )
        return Discovered(day=day.isoformat(), sweep=key, campaigns=len(sweep.campaigns), calls=calls)

    def _keep(self, context: Context, day: date, pages: list[SweptPage], at: datetime, outcome: Outcome) -> str:
        partner_id = self.hook.settings.partner_id
        return self.store.write_sweep(
            SweepSnapshot(
                run_id=context["run_id"], partner_id=partner_id, day=day, outcome=outcome, swept_at=at, pages=pages
            )
        )

    def _sweep(self, context: Context, day: date, *, max_calls: int | None) -> tuple[list[SweptPage], Sweep]:
        """Read page by page up to the total that the first one states."""
        kept: list[SweptPage] = []
        parsed: list[SweepPage] = []
        pages = 1
        while len(kept) < pages:
            answer = self.hook.overall_metrics(day=day, page=len(kept) + 1, timezone=self.timezone)
            # Starting over would cost the calls again, so a worker that has begun a sweep waits longer.
            self.hook.max_wait_s = _WAIT_WITHIN_A_SWEEP_S
            kept.append(SweptPage(request=answer.request, status=answer.status, body=answer.body))
            try:
                parsed.append(parse_sweep_page(json_object(answer.body)))
            except (ContractViolation, ServiceUnavailable) as refused:
                key = self._keep(context, day, kept, answer.fetched_at, Outcome.REJECTED)
                refused.args = (f"list of {day}, page {len(kept)}: {refused}. It is kept as {self.store.url(key)}",)
                raise
            if len(kept) == 1:
                pages = pages_of(parsed[0].total, per_page=ROWS_PER_PAGE)
                if max_calls is not None and pages > max_calls:
                    message = f"{day}: the list alone takes {pages} calls, more than max_calls = {max_calls}"
                    raise PlanTooLarge(message)
        return kept, sweep_of(parsed)
