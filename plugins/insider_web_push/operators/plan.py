"""plan: which campaigns of the day need a call, and what they will cost, before anything is spent on them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, TypedDict

from insider_web_push.errors import PlanTooLarge
from insider_web_push.operators.base import Discovered, InsiderOperator
from insider_web_push.planning import Mode, is_quiet, seconds_needed, to_fetch

if TYPE_CHECKING:
    from airflow.sdk import Context


class PlannedFetch(TypedDict):
    """Arguments of one `CampaignMetricsOperator`; `baseline` is the swept totals, as JSON."""

    campaign_id: str
    campaign_name: str
    day: str
    baseline: dict[str, Any]


class PlanFetchOperator(InsiderOperator):
    """
    Choose the campaign days that need a call.

    Args:
        discovered: What discover handed on.
        mode: Which ones to look at, see `planning.Mode`.

    Raises:
        PlanTooLarge: more calls than the run's `max_calls`, those of discover included.
    """

    template_fields: Sequence[str] = (*InsiderOperator.template_fields, "discovered")

    def __init__(self, *, discovered: Discovered, mode: Mode = Mode.CHANGED, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.discovered = discovered
        self.mode = mode

    def execute(self, context: Context) -> list[PlannedFetch]:
        """Give the arguments of each fetch; say what they cost."""
        day = date.fromisoformat(self.discovered["day"])
        stored, sweep = self.read_sweep(self.discovered["sweep"])
        known = self.store.known(day, self.store.read_manifest(day))
        wanted = to_fetch(sweep.campaigns, known, mode=Mode(self.mode), since=stored.swept_at)
        quiet = sum(is_quiet(swept, known.get(swept.campaign_id)) for swept in sweep.campaigns)
        calls = self.discovered["calls"] + len(wanted)
        limit = self.hook.settings.limit
        seconds = seconds_needed(calls, limit=limit.requests, window_s=limit.window_s)
        self.log.info(
            "%s: %d listed, %d to fetch, %d quiet, %d unmoved; %d calls in all, at least %.0f s at %d a minute",
            day, len(sweep.campaigns), len(wanted), quiet, len(sweep.campaigns) - len(wanted) - quiet,
            calls, seconds, limit.requests,
        )  # fmt: skip
        context["ti"].xcom_push(key="estimate", value={"calls": calls, "seconds": seconds})
        max_calls = context["params"].get("max_calls")
        if max_calls is not None and calls > max_calls:
            message = f"{day} needs {calls} calls (at least {seconds:.0f} s), more than max_calls = {max_calls}"
            raise PlanTooLarge(message)
        return [
            PlannedFetch(
                campaign_id=swept.campaign_id,
                campaign_name=swept.name,
                day=day.isoformat(),
                baseline=swept.totals.model_dump(mode="json"),
            )
            for swept in wanted
        ]
