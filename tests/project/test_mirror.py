"""A file of the package has its tests where its name says, or stands in a list that says where they are."""

from pathlib import Path

import pytest

from tests.conftest import PROJECT_ROOT

PACKAGE = PROJECT_ROOT / "plugins" / "insider_web_push"
SMALL = 40
"""Files of so many lines may go without tests of their own."""

ELSEWHERE = {
    "__main__.py": "tests/integration/test_estimate_command.py",
    "accounts/schedules.py": "tests/unit/accounts/test_file.py",
    "alerts/callbacks.py": "tests/system/test_alerts.py",
    "answers/decoding.py": "tests/unit/api/test_refusals.py",
    "api/cutoff.py": "tests/integration/test_hook_deadline.py",
    "api/transport.py": "tests/integration/test_hook_faults.py",
    "assets.py": "tests/integration/test_lineage.py",
    "budget/postgres_store.py": "tests/unit/budget/test_stores.py",
    "budget/redis_store.py": "tests/unit/budget/test_stores.py",
    "budget/sql_store.py": "tests/unit/budget/test_stores.py",
    "budget/store.py": "tests/unit/budget/test_stores.py",
    "cli/account_health.py": "tests/integration/test_doctor_command.py",
    "cli/budget.py": "tests/integration/test_budget_command.py",
    "cli/doctor.py": "tests/integration/test_doctor_command.py",
    "cli/estimate.py": "tests/integration/test_estimate_command.py",
    "cli/installation.py": "tests/integration/test_doctor_command.py",
    "collecting/campaign_answer.py": "tests/integration/test_operators.py",
    "collecting/day_list.py": "tests/integration/test_odd_lists.py",
    "coverage/action_words.py": "tests/unit/coverage/test_actions.py",
    "coverage/addresses.py": "tests/integration/coverage/test_buttons.py",
    "coverage/airflow_parts.py": "tests/integration/coverage/test_access.py",
    "coverage/day_facts.py": "tests/unit/coverage/test_actions.py",
    "coverage/html.py": "tests/integration/coverage/test_access.py",
    "coverage/keeping.py": "tests/integration/test_coverage_kept.py",
    "coverage/mounted.py": "tests/integration/coverage/test_access.py",
    "coverage/page.py": "tests/integration/coverage/test_access.py",
    "coverage/panel.py": "tests/integration/coverage/test_buttons.py",
    "coverage/purged.py": "tests/integration/coverage/test_purged.py",
    "coverage/queue.py": "tests/integration/coverage/test_grid.py",
    "coverage/sources.py": "tests/integration/coverage/test_grid.py",
    "dags/forms.py": "tests/dags/test_integrity.py",
    "dags/housekeeping.py": "tests/system/test_housekeeping.py",
    "dags/needed_by_tasks.py": "tests/dags/test_preload.py",
    "dags/pools.py": "tests/unit/accounts/test_several_accounts.py",
    "dags/questions.py": "tests/system/test_approval.py",
    "dags/tasks.py": "tests/dags/test_integrity.py",
    "days/gathered_day.py": "tests/unit/publishing/test_partial_days.py",
    "days/missing_days.py": "tests/integration/test_skipped_days.py",
    "days/quiet_days.py": "tests/unit/days/test_quiet.py",
    "days/stored_day.py": "tests/unit/days/test_forecast.py",
    "hook.py": "tests/integration/test_hook_answers.py",
    "iceberg/catalog.py": "tests/integration/iceberg/test_days.py",
    "iceberg/following.py": "tests/integration/iceberg/test_kills.py",
    "iceberg/operator.py": "tests/integration/iceberg/test_dag.py",
    "lake/objects.py": "tests/unit/lake/test_storage.py",
    "lake/removal.py": "tests/integration/test_purge.py",
    "metrics.py": "tests/integration/test_metrics.py",
    "operators/base.py": "tests/integration/test_operators.py",
    "operators/check_account.py": "tests/integration/test_check_account.py",
    "operators/choose.py": "tests/integration/test_refresh.py",
    "operators/discover.py": "tests/integration/test_refresh_troubles.py",
    "operators/fetch.py": "tests/integration/test_chunked_fetch.py",
    "operators/housekeeping.py": "tests/integration/test_housekeeping.py",
    "operators/how_far.py": "tests/integration/test_metrics.py",
    "operators/is_published.py": "tests/integration/test_published_by.py",
    "operators/left_over.py": "tests/integration/test_left_over.py",
    "operators/lineage.py": "tests/integration/test_lineage.py",
    "operators/plan.py": "tests/integration/test_operators.py",
    "operators/publish.py": "tests/integration/test_refresh_troubles.py",
    "operators/purge.py": "tests/integration/test_purge.py",
    "operators/verify.py": "tests/integration/test_refresh.py",
    "operators/weekly_report.py": "tests/integration/test_weekly_report.py",
    "probing/account.py": "tests/integration/test_check_account.py",
    "probing/asking.py": "tests/unit/probing/test_findings.py",
    "probing/history.py": "tests/unit/probing/test_findings.py",
    "probing/lists.py": "tests/unit/probing/test_findings.py",
    "probing/refusals.py": "tests/unit/probing/test_findings.py",
    "probing/report.py": "tests/unit/probing/test_course.py",
    "probing/totals.py": "tests/unit/probing/test_findings.py",
    "probing/transfer.py": "tests/unit/probing/test_findings.py",
    "probing/windows.py": "tests/unit/probing/test_findings.py",
    "reports/bar_charts.py": "tests/unit/reports/test_plots.py",
    "reports/figures.py": "tests/unit/reports/test_weekly.py",
    "reports/weekly_view.py": "tests/unit/reports/test_weekly_html.py",
    "tables/answer_columns.py": "tests/unit/answers/test_oddities.py",
    "tables/failures.py": "tests/unit/tables/test_identities.py",
    "vocabulary.py": "tests/project/test_data_dictionary.py",
}
"""Where the most of a file is tested, if not under its own name."""


def own_tests(path: str) -> Path:
    """Give the place of a file's own tests; what a room's `__init__.py` does is tested under the room's name."""
    file = Path(path)
    name = file.parent.name if file.name == "__init__.py" else file.stem
    return PROJECT_ROOT / "tests" / "unit" / file.parent / f"test_{name}.py"


LARGE = [
    str(path.relative_to(PACKAGE))
    for path in sorted(PACKAGE.rglob("*.py"))
    if len(path.read_text(encoding="utf-8").splitlines()) > SMALL
]


@pytest.mark.parametrize("path", LARGE)
def test_a_file_has_its_tests_where_its_name_says_or_the_list_knows_where(path: str) -> None:
    """Whoever changes a file knows which tests to run, and to write in."""
    assert own_tests(path).exists() or path in ELSEWHERE, f"write {own_tests(path)}, or say where {path} is tested"


@pytest.mark.parametrize("path", sorted(ELSEWHERE))
def test_the_list_says_no_more_than_it_must(path: str) -> None:
    """A line is for a file that is there, is not small, and has no tests of its own."""
    assert path in LARGE
    assert not own_tests(path).exists()


@pytest.mark.parametrize("tests", sorted(set(ELSEWHERE.values())))
def test_the_list_names_tests_that_are_there(tests: str) -> None:
    """By their path from the root."""
    assert (PROJECT_ROOT / tests).is_file()
