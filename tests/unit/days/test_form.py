"""What a form may say: nothing that nobody reads, and a purge in so many words."""

import copy
from datetime import date
from typing import Any

import pytest
from airflow.sdk import Param
from airflow.sdk.exceptions import ParamValidationError

from insider_web_push.dags import forms
from insider_web_push.days.form import OF_A_DAY, OF_A_PURGE, OF_A_RANGE, PurgeAsked, purge_asked, refuse_unknown
from insider_web_push.errors import InvalidRequest

TODAY = date(2026, 11, 23)
FORM: dict[str, Any] = {"first_day": "2026-11-21", "last_day": "2026-11-22", "confirm": "brand"}


def asked(**form: Any) -> PurgeAsked:
    """Read a purge's form."""
    return purge_asked(FORM | form, partner_id="brand", today=TODAY)


@pytest.mark.parametrize(
    ("known", "key", "said"),
    [
        pytest.param(OF_A_PURGE, "campaign", "'campaign'; did you mean campaigns?", id="singular"),
        pytest.param(OF_A_PURGE, "dry-run", "'dry-run'; did you mean dry_run?", id="hyphen"),
        pytest.param(OF_A_RANGE, "dryrun", "'dryrun'; did you mean dry_run?", id="without-underscore"),
        pytest.param(OF_A_RANGE, "max_call", "'max_call'; did you mean max_calls?", id="of-the-budget"),
        pytest.param(OF_A_DAY, "campaigns", "'campaigns'. Nothing was done; its fields are", id="of-another-form"),
        pytest.param(set(), "day", "'day'. Nothing was done; it has no fields", id="no-form"),
        pytest.param(OF_A_DAY, "x" * 9000, "…", id="endless"),
    ],
)
def test_a_key_that_nobody_reads_is_refused_with_what_was_meant(known: set[str], key: str, said: str) -> None:
    """Airflow lets it pass."""
    with pytest.raises(InvalidRequest) as refused:
        refuse_unknown(["max_calls", key] if "max_calls" in known else [key], known)
    assert said in str(refused.value)
    assert len(str(refused.value)) < 400


def test_every_field_of_a_form_is_obeyed() -> None:
    """And every field that is obeyed is in the form."""
    assert set(forms.REFRESH) == OF_A_RANGE
    assert set(forms.PURGE) == OF_A_PURGE
    assert set(forms.MAX_CALLS) <= OF_A_DAY


@pytest.mark.parametrize(
    ("form", "said"),
    [
        pytest.param({}, "name the campaigns to remove, or set whole_days to true", id="neither"),
        pytest.param({"campaigns": []}, "or set whole_days to true", id="empty"),
        pytest.param({"campaigns": None, "whole_days": "yes"}, "or set whole_days to true", id="a-text-is-not-true"),
        pytest.param({"campaigns": ["1"], "whole_days": True}, "leave out one of them", id="both"),
        pytest.param({"campaigns": ["40006\n"]}, r"campaigns has '40006\\n'", id="line-break"),
        pytest.param({"campaigns": ["40006", 7]}, "campaigns has 7", id="a-number"),
        pytest.param({"campaigns": "40006"}, "campaigns has '40006'", id="no-list"),
        pytest.param({"whole_days": True, "confirm": "demo"}, "write the partner id, 'brand'", id="unconfirmed"),
        pytest.param({"whole_days": True, "last_day": "2026-11-22\n"}, "is not a day", id="day-with-line-break"),
    ],
)
def test_a_purge_that_does_not_say_what_is_to_go_is_refused(form: dict[str, Any], said: str) -> None:
    """Nothing is taken for granted."""
    with pytest.raises(InvalidRequest, match=said):
        asked(**form)


def test_a_purge_is_of_campaigns_or_of_whole_days() -> None:
    """Either is asked for by its own field."""
    days = [date(2026, 11, 21), date(2026, 11, 22)]
    assert asked(campaigns=["1"]) == PurgeAsked(days, ["1"], is_dry=False)
    assert asked(whole_days=True, campaigns=[], dry_run=True) == PurgeAsked(days, [], is_dry=True)


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        pytest.param(forms.PURGE["campaigns"], ["40006"], ["40006\n"], id="purge"),
        pytest.param(forms.REFRESH["campaigns"], ["40006"], ["40006\n"], id="refresh"),
        pytest.param(forms.REFRESH["accept_missing"], ["40006"], ["40006\n"], id="accept-missing"),
        pytest.param(forms.WEEK["week"], "2026-W47", "2026-W47\n", id="week"),
        pytest.param(forms.WEEK["week"], "2026-11-22", "2026-11-22\n", id="day-of-a-week"),
        pytest.param(forms.PURGE["first_day"], "2026-11-22", "2026-11-22\n", id="day"),
        pytest.param(forms.PURGE["whole_days"], True, "true", id="whole-days"),
        pytest.param(forms.PURGE["dry_run"], True, None, id="dry-run"),
    ],
)
def test_the_schema_of_a_field_goes_to_the_end_of_the_text(field: Param, good: object, bad: object) -> None:
    """Python's `$` is also before a last line break."""
    own = copy.deepcopy(field)  # it keeps what it resolved
    assert own.resolve(good) == good
    with pytest.raises(ParamValidationError):
        own.resolve(bad)
