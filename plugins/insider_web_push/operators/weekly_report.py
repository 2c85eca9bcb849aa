"""weekly_report: a week's figures as Parquet and as one page, when its days are there, and when they moved enough."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk.exceptions import AirflowSkipException
from pydantic import ValidationError

from insider_web_push.dates import days_between, week_name
from insider_web_push.errors import IncompleteDay, InvalidRequest, RetryableError
from insider_web_push.operators.base import InsiderOperator
from insider_web_push.reader import DayReader
from insider_web_push.reports.due import BuiltReport, monday_of, report_due, shown_totals, waiting_for
from insider_web_push.reports.figures import WeekInput, figures_of
from insider_web_push.reports.weekly import weekly_report
from insider_web_push.reports.weekly_html import weekly_html
from insider_web_push.reports.weekly_tables import report_files

if TYPE_CHECKING:
    from airflow.sdk import Context

Rows = list[dict[str, Any]]


class WeeklyReportOperator(InsiderOperator):
    """
    Report the week of the run's partition, a Monday, or of the form's `week`, which is reported in any case.

    Args:
        correction_threshold: How far a sum must have moved since the last report, as a fraction.

    Raises:
        AirflowSkipException: the week is not complete yet, or has hardly moved since its last report.
        IncompleteDay: somebody asked for a week that is not complete.
        InvalidRequest: somebody triggered it, and asked for no week, or for more than that.
    """

    def __init__(self, *, correction_threshold: float = 0.01, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.correction_threshold = correction_threshold

    def execute(self, context: Context) -> str:
        """Report, or say why not; gives the page's key."""
        asked = self.form(context, {"week"}).get("week")
        named = asked or getattr(context["dag_run"], "partition_key", None)
        if not named:
            message = "the run has no week: fill in Week of the form, for example 2026-W47"
            raise InvalidRequest(message)
        monday = monday_of(str(named))
        complete, purged = self._complete(monday), self._purged(monday)
        waiting = waiting_for(monday, complete, purged=purged)
        if asked and waiting:
            raise IncompleteDay(waiting)
        folder = self.store.at.report(week_name(monday))
        rows = [] if waiting else self._rows(monday, "campaign_day")
        due = report_due(
            monday,
            complete=complete,
            purged=purged,
            last=self._last(folder),
            totals=shown_totals(figures_of(rows)),
            threshold=self.correction_threshold,
        )
        if not (due.is_due or asked):
            raise AirflowSkipException(due.why)
        self.log.info("Report %s: %s", week_name(monday), "somebody asked for it" if asked else due.why)
        given = WeekInput(
            monday=monday,
            campaign_days=rows,
            before=self._rows_before(monday),
            purged_before=self._purged(monday - timedelta(days=7)),
            unsuccessful=self._rows(monday, "campaign_day_unsuccessful"),
            changes=self._rows(monday, "campaign_day_change"),
            revisions=complete,
            **self._said_of_days(monday),
        )
        if self._complete(monday) != complete:
            raise RetryableError(f"a day of {week_name(monday)} was corrected while it was read: read it again")
        return self._write(context, given, folder)

    def _complete(self, monday: date) -> dict[date, int]:
        """Give the revision of each day of the week that is complete."""
        found = [self.store.read_head(day) for day in days_between(monday, monday + timedelta(days=6))]
        return {manifest.day: manifest.revision for manifest in found if manifest and manifest.is_complete}

    def _said_of_days(self, monday: date) -> dict[str, Any]:
        """Give what the manifests say of the week's days as wholes."""
        found = [self.store.read_head(day) for day in days_between(monday, monday + timedelta(days=6))]
        manifests = [manifest for manifest in found if manifest]
        return {
            "day_checks": {manifest.day: manifest.day_checks for manifest in manifests},
            "held": {manifest.day: manifest.held for manifest in manifests},
        }

    def _purged(self, monday: date) -> list[date]:
        """Name the days of the week that were purged as a whole."""
        stones = [self.store.read_tombstone(day) for day in days_between(monday, monday + timedelta(days=6))]
        return [stone.day for stone in stones if stone and stone.is_whole_day]

    def _rows(self, monday: date, table: str) -> Rows:
        reader = DayReader(self.storage, self.store.partner_id)
        rows: Rows = reader.read_range(monday, monday + timedelta(days=6), table).to_pylist()
        return rows

    def _rows_before(self, monday: date) -> Rows | None:
        try:
            return self._rows(monday - timedelta(days=7), "campaign_day")
        except IncompleteDay as lacking:
            self.log.info("Nothing is compared with the week before: %s", lacking)
            return None

    def _last(self, folder: str) -> BuiltReport | None:
        data = self.store.read_if_there(f"{folder}/report.json")
        try:
            return BuiltReport.model_validate_json(data) if data else None
        except ValidationError:
            self.log.warning("%s/report.json cannot be read: the report is made anew", folder)
            return None

    def _write(self, context: Context, given: WeekInput, folder: str) -> str:
        """Write the files, and what they were made from last: it is the commit."""
        now = datetime.now(UTC)
        report = weekly_report(given)
        html = weekly_html(report, account=self.store.partner_id, built_at=now).encode()
        files = {f"{name}.parquet": data for name, data in report_files(report).items()} | {"report.html": html}
        keys = [self.store.write(f"{folder}/{name}", data) for name, data in files.items()]
        built = BuiltReport(
            week=report.week,
            built_at=now.isoformat(timespec="seconds"),
            run_id=context["run_id"],
            revisions=dict(given.revisions),
            totals=shown_totals(figures_of(given.campaign_days)),
            files=keys,
        )
        self.store.write(f"{folder}/report.json", built.model_dump_json(indent=1).encode())
        self.log.info("%s: %d campaigns, %s", report.week, len(report.present), self.store.url(keys[-1]))
        return keys[-1]
