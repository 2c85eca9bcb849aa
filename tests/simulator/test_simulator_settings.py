"""Settings: where they come from, what is refused, and that the key stays hidden."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from include.simulator.settings import LimitKind, SimulatorSettings


def test_the_limit_is_the_documented_one_by_default() -> None:
    """30 requests in any 60 seconds."""
    settings = SimulatorSettings()
    assert (settings.limit_requests, settings.limit_window_s, settings.limit_kind) == (30, 60, LimitKind.SLIDING)


def test_the_environment_sets_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """By SIMULATOR_ and the name."""
    monkeypatch.setenv("SIMULATOR_LIMIT_KIND", "fixed")
    monkeypatch.setenv("SIMULATOR_NOW", "2026-03-10T12:00:00+03:00")
    settings = SimulatorSettings()
    assert settings.limit_kind is LimitKind.FIXED
    assert settings.instant(datetime(2030, 1, 1, tzinfo=UTC)) == datetime(2026, 3, 10, 9, tzinfo=UTC)


@pytest.mark.parametrize("unset", ["", None])
def test_without_a_frozen_clock_it_is_now(unset: str | None) -> None:
    """An empty variable is as good as none."""
    real = datetime(2030, 1, 1, tzinfo=UTC)
    assert SimulatorSettings().patched({"now": unset}).instant(real) == real


@pytest.mark.parametrize(
    "wrong",
    [
        {"limit_request": 30},
        {"limit_requests": -1},
        {"limit_window_s": 0},
        {"throttle_status": 418},
        {"timezone": "Mars/Olympus"},
        {"now": "2026-03-10T12:00:00"},
        {"currency": "lira"},
        {"api_key": ""},
        {"campaigns_created": "1999-01-01"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    """Unknown names, numbers out of range, a clock without a zone."""
    with pytest.raises(ValidationError):
        SimulatorSettings().patched(wrong)


def test_a_patch_changes_what_it_names_and_nothing_else() -> None:
    """The rest stays as it was set, not as it is by default."""
    before = SimulatorSettings(campaigns=7, api_key="old")
    after = before.patched({"limit_requests": 120})
    assert after.limit_requests == 120
    assert after.model_copy(update={"limit_requests": 30}) == before


def test_the_key_does_not_show() -> None:
    """Neither in the settings nor in the message that refuses one."""
    key = "s3cr3t-k3y"
    settings = SimulatorSettings().patched({"api_key": key})
    assert key not in f"{settings!r} {settings.model_dump_json()}"
    with pytest.raises(ValidationError) as refused:
        settings.patched({"api_key": [key]})
    assert key not in str(refused.value)
