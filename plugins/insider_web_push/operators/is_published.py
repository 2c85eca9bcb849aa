"""The task that is red when yesterday is not published by the time that the account sets, or a day was skipped."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from insider_web_push.dates import day_of_run
from insider_web_push.days.missing_days import missing_days
from insider_web_push.errors import DeadlineMissed, first_of
from insider_web_push.operators.base import InsiderOperator

if TYPE_CHECKING:
    from airflow.sdk import Context


class PublishedByOperator(InsiderOperator):
    """
    Look whether the last day that was over when the run was due has a manifest, and whether anybody ever looked at
    the days before it. No call is made.

    What counts is the day and not a run: whether that failed, waits, or never was. A partial day is published, and a
    purged one is not late. Of an older day that was looked at and is not published, the verify of its run has told.

    Raises:
        DeadlineMissed: names the last day, if it has no manifest, and every day that nobody looked at.
    """

    def execute(self, context: Context) -> str:
        """Look; gives the last day's status."""
        run_after = context["dag_run"].run_after
        day = day_of_run(data_interval_start=None, run_after=run_after, timezone=self.timezone)
        status = self._status(day)
        due = run_after.astimezone(ZoneInfo(self.timezone))
        late = f"{day} was to be published by {due:%Y-%m-%d %H:%M} {self.timezone}, and is not" if not status else ""
        missing = missing_days(self.store, today=day + timedelta(days=1), rules=self.rules)
        skipped = f"nobody ever looked at {first_of(map(str, missing))}" if missing else ""
        if late or skipped:
            days = [*missing, *([] if status else [day])]
            raise DeadlineMissed("; ".join(filter(None, [late, skipped])), days=tuple(map(str, days)))
        return status

    def _status(self, day: date) -> str:
        """Tell what a day is; empty if it is not published, though nobody purged it."""
        manifest = self.store.read_head(day)
        if manifest is not None:
            self.log.info("%s is published: %s, revision %d", day, manifest.status, manifest.revision)
            return str(manifest.status)
        tombstone = self.store.read_tombstone(day)
        return "purged" if tombstone is not None and tombstone.is_whole_day else ""
