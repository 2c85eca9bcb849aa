"""The task that is red when yesterday is not published by the time that the account sets."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from insider_web_push.dates import day_of_run
from insider_web_push.errors import DeadlineMissed
from insider_web_push.operators.base import InsiderOperator

if TYPE_CHECKING:
    from airflow.sdk import Context


class PublishedByOperator(InsiderOperator):
    """
    Look whether the last day that was over when the run was due has a manifest. No call is made.

    What counts is the day and not a run: whether that failed, waits, or never was. A partial day is published, and a
    purged one is not late.

    Raises:
        DeadlineMissed: the day has no manifest.
    """

    def execute(self, context: Context) -> str:
        """Look; gives the day's status."""
        run_after = context["dag_run"].run_after
        day = day_of_run(data_interval_start=None, run_after=run_after, timezone=self.timezone)
        manifest = self.store.read_manifest(day)
        if manifest is not None:
            self.log.info("%s is published: %s, revision %d", day, manifest.status, manifest.revision)
            return str(manifest.status)
        tombstone = self.store.read_tombstone(day)
        if tombstone is not None and tombstone.is_whole_day:
            return "purged"
        due = run_after.astimezone(ZoneInfo(self.timezone))
        message = f"{day} was to be published by {due:%Y-%m-%d %H:%M} {self.timezone}, and is not"
        raise DeadlineMissed(message, days=(day.isoformat(),))
