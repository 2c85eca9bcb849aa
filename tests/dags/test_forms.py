"""What the forms of the DAGs take: judged by the API server, before a run is made."""

from typing import Any

import pytest
from airflow.exceptions import ParamValidationError

from insider_web_push.vocabulary import DAILY, DAY_TOTALS, HOUSEKEEPING, REFRESH, WEEKLY_REPORT
from tests.dags.conftest import restored


@pytest.mark.parametrize(
    ("dag", "field", "value"),
    [
        *((DAILY, "max_calls", value) for value in (None, 1, 500)),
        *((DAY_TOTALS, "day", value) for value in ("2026-11-22", None)),  # an event brings its own
        *((WEEKLY_REPORT, "week", value) for value in ("2026-11-22", "2026-W47", None)),
        *((HOUSEKEEPING, "keep_days", value) for value in (30, 90)),
    ],
)
def test_a_form_takes_what_can_be(one_account: dict[str, Any], dag: str, field: str, value: object) -> None:
    """And nothing, where that means something."""
    assert restored(one_account, dag).params.deep_merge({field: value}).validate()[field] == value


@pytest.mark.parametrize(
    ("dag", "field", "value"),
    [
        (REFRESH, "first_day", "2026-13-01"),
        (REFRESH, "last_day", "yesterday"),
        (REFRESH, "campaigns", ["4x"]),
        (REFRESH, "campaigns", "40006"),
        (REFRESH, "mode", "some"),
        (REFRESH, "depth", "deep"),
        (REFRESH, "rebuild", "maybe"),
        (REFRESH, "accept_missing", [40006]),
        (REFRESH, "max_calls", 0),
        (DAILY, "max_calls", 0),
        (DAILY, "max_calls", "many"),
        (DAY_TOTALS, "day", "yesterday"),
        (DAY_TOTALS, "day", "2026-13-01"),
        (WEEKLY_REPORT, "week", "last"),
        # A slip must not remove the runs of the week.
        *((HOUSEKEEPING, "keep_days", value) for value in (29, 0, "all")),
    ],
)
def test_a_form_refuses_what_cannot_be(one_account: dict[str, Any], dag: str, field: str, value: object) -> None:
    """It names the field."""
    params = restored(one_account, dag).params.deep_merge({field: value})
    with pytest.raises(ParamValidationError, match=field):
        params.validate()


def test_the_empty_form_of_the_refresh_is_the_days_that_are_due(one_account: dict[str, Any]) -> None:
    """As scheduled."""
    form = restored(one_account, REFRESH).params.validate()
    assert {name for name, value in form.items() if value} == {"mode", "depth"}
