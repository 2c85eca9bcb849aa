"""When a week is reported, and reported again."""

import json
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest
from airflow.sdk.exceptions import AirflowSkipException

from insider_web_push.errors import IncompleteDay, InvalidRequest
from insider_web_push.lake.removal import bury
from insider_web_push.operators import WeeklyReportOperator
from tests.builders import SWEPT_AT, sample, swept
from tests.lake import Lake

MONDAY = date(2026, 11, 16)
FOLDER = "reports/weekly/partner_id=brand/week=2026-W47"


class Week:
    """A storage, and the operator over it."""

    def __init__(self, root: Path, conn_id: str) -> None:
        self.lake = Lake(root)
        self.conn_id = conn_id

    def publish(self, day: date, conversions: int = 14) -> None:
        """Publish or correct a day of two campaigns."""
        document = sample("campaign_metrics_older")
        document["overview"]["conversionRate"]["conversions"] = str(conversions)
        at = SWEPT_AT + (day - SWEPT_AT.date()) + timedelta(days=2, minutes=conversions)
        self.lake.list_day([swept("1", clicks=conversions), swept("2", clicks=conversions)], day=day, at=at)
        for campaign in ("1", "2"):
            answer = {"body": json.dumps(document).encode(), "baseline": swept(clicks=conversions).totals}
            self.lake.answer(campaign, day=day, fetched_at=at + timedelta(seconds=1), **answer)
        self.lake.publish(day=day, now=at)

    def report(
        self, *, week: str | None = None, threshold: float = 0.01, partition: str | None = MONDAY.isoformat()
    ) -> str:
        """Run the task of the week's partition, or of the form."""
        operator = WeeklyReportOperator(
            task_id="weekly_report", conn_id=self.conn_id, storage=self.lake.root.as_uri(), timezone="UTC",
            correction_threshold=threshold,
        )  # fmt: skip
        context: Any = {
            "dag_run": SimpleNamespace(partition_key=partition if week is None else None),
            "run_id": "asset_triggered__1",
            "params": {"week": week},
        }
        return operator.execute(context)

    @property
    def built(self) -> dict[str, Any]:
        """What the last report was made from."""
        return dict(json.loads(self.lake.store.read(f"{FOLDER}/report.json")))


@pytest.fixture
def week(tmp_path: Path, hook_for: Any) -> Week:
    """A week of which six days are published."""
    found = Week(tmp_path / "lake", hook_for("http://127.0.0.1:1").http_conn_id)
    for day in range(6):
        found.publish(MONDAY + timedelta(days=day))
    return found


def test_a_week_is_reported_when_its_seventh_day_is_there(week: Week) -> None:
    """Not before, and not twice."""
    with pytest.raises(AirflowSkipException, match=r"6 of 7 days of 2026-W47 are complete; waiting for 2026-11-22"):
        week.report()
    week.publish(MONDAY + timedelta(days=6))
    assert week.report() == f"{FOLDER}/report.html"
    assert sorted(path.name for path in (week.lake.root / FOLDER).iterdir()) == [
        "campaign_revenue.parquet", "campaigns.parquet", "daily.parquet", "daily_revenue.parquet", "losses.parquet",
        "report.html", "report.json", "totals.parquet",
    ]  # fmt: skip
    with pytest.raises(AirflowSkipException, match=r"2026-W47 was reported on .*, and no day has moved since"):
        week.report()


def test_a_week_with_a_purged_day_says_so(week: Week) -> None:
    """Instead of waiting for it."""
    day = MONDAY + timedelta(days=6)
    bury(week.lake.store, day, [], at=SWEPT_AT, run_id="manual__1")
    with pytest.raises(AirflowSkipException, match="2026-11-22 was purged: the week is never reported"):
        week.report()
    with pytest.raises(IncompleteDay, match="2026-11-22 was purged"):
        week.report(week="2026-W47")


def test_a_correction_that_matters_is_reported_and_small_ones_add_up(week: Week) -> None:
    """Against the last report, not against the last correction."""
    week.publish(MONDAY + timedelta(days=6))
    week.report()
    built = week.built
    week.publish(MONDAY, conversions=15)
    with pytest.raises(AirflowSkipException, match=r"has moved by 1.02% since: less than 3.00%"):
        week.report(threshold=0.03)
    assert week.built == built
    for day in (1, 2):
        week.publish(MONDAY + timedelta(days=day), conversions=15)
    week.report(threshold=0.03)
    assert (week.built["totals"]["conversions"], week.built["revisions"]["2026-11-16"]) == ("202", 2)
    page = (week.lake.root / FOLDER / "report.html").read_text()
    assert "3 days corrected since first published (Mon 16, Tue 17, Wed 18): +6 conversions" in page


def test_a_week_that_is_asked_for_is_reported_in_any_case(week: Week) -> None:
    """If it is complete; a person who asks gets an error and not a skip."""
    with pytest.raises(IncompleteDay, match="waiting for 2026-11-22"):
        week.report(week="2026-W47")
    week.publish(MONDAY + timedelta(days=6))
    assert week.report(week="2026-11-20") == week.report(week="2026-W47")


def test_a_run_that_somebody_triggered_without_a_week_says_what_to_fill_in(week: Week) -> None:
    """It has no event, and so no partition."""
    with pytest.raises(InvalidRequest, match="no week: fill in Week of the form, for example 2026-W47"):
        week.report(partition=None)


def test_the_week_before_is_compared_where_it_is_complete(week: Week) -> None:
    """And the tables are read by SQL."""
    week.publish(MONDAY + timedelta(days=6))
    for day in range(1, 8):
        week.publish(MONDAY - timedelta(days=day), conversions=7)
    week.report()
    totals = week.lake.root / FOLDER / "totals.parquet"
    with duckdb.connect() as connection:
        query = f"SELECT value, before, change FROM '{totals}' WHERE metric = 'conversions'"  # noqa: S608 — our own file
        assert connection.execute(query).fetchall() == [(196.0, 98.0, 1.0)]


def test_a_damaged_report_is_made_anew(week: Week) -> None:
    """What it was made from cannot be read, so it may be anything."""
    week.publish(MONDAY + timedelta(days=6))
    week.report()
    week.lake.store.write(f"{FOLDER}/report.json", b"{")
    assert week.report()
    assert week.built["week"] == "2026-W47"


def test_what_the_manifests_say_of_days_as_wholes_is_in_the_page(week: Week) -> None:
    """Whoever reads the week sees no manifest."""
    for age in range(7):
        week.publish(MONDAY + timedelta(days=age))
    manifest = week.lake.manifest(MONDAY)
    week.lake.store.write_manifest(
        manifest.model_copy(update={"held": {"1": "sent fell"}, "day_checks": {"list_unsteady": ["41, then 42"]}})
    )
    page = week.lake.store.read(week.report()).decode()
    assert "1 campaign day keeps its earlier figures" in page
    assert "Check list_unsteady failed for 1 day as a whole (Mon 16)" in page
