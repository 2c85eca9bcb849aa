"""The deadline's task, and the guard of the storage, on a real folder."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from insider_web_push.days.rules import Rules
from insider_web_push.errors import ConfigurationError, DeadlineMissed
from insider_web_push.lake.removal import bury
from insider_web_push.operators import PublishedByOperator
from tests.builders import DAY, SWEPT_AT, swept
from tests.lake import Lake

NINE = datetime(2026, 11, 23, 6, tzinfo=UTC)
"""Nine in the morning in Istanbul, of the day after."""


@pytest.fixture
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lake:
    """An empty storage, and connections of the account and of others in the environment."""
    for conn_id, partner_id in {"mine": "brand", "twin": "brand", "other": "brand2"}.items():
        connection = {"conn_type": "insider_web_push", "password": "k", "extra": {"partner_id": partner_id}}
        monkeypatch.setenv(f"AIRFLOW_CONN_{conn_id.upper()}", json.dumps(connection))
    return Lake(tmp_path)


def look(lake: Lake, *, run_after: datetime = NINE, **arguments: Any) -> str:
    """Run the task."""
    task = PublishedByOperator(
        task_id="published_by", conn_id="mine", storage=lake.root.as_uri(), timezone="Europe/Istanbul", **arguments
    )
    return task.execute({"dag_run": SimpleNamespace(run_after=run_after)})


def test_a_day_that_is_not_published_is_late(lake: Lake) -> None:
    """Named with the time at which it was due, on the account's clocks."""
    lake.list_day([swept("1")])
    with pytest.raises(
        DeadlineMissed, match=r"2026-11-22 was to be published by 2026-11-23 09:00 Europe/Istanbul"
    ) as e:
        look(lake)
    assert e.value.days == ("2026-11-22",)


def test_a_day_that_is_published_is_not_late(lake: Lake) -> None:
    """The day before the deadline counts, in the account's zone, and no other one."""
    lake.list_day([swept("1")])
    lake.answer("1")
    lake.publish()
    assert look(lake) == "complete"
    assert look(lake, run_after=datetime(2026, 11, 22, 21, tzinfo=UTC)) == "complete"
    for another in (NINE - timedelta(days=1), NINE + timedelta(days=1)):
        with pytest.raises(DeadlineMissed):
            look(lake, run_after=another)


def publish(lake: Lake, *days: date) -> None:
    """Publish some days."""
    for day in days:
        lake.list_day([swept("1")], day=day)
        lake.answer("1", day=day)
        lake.publish(day=day)


def test_every_day_that_nobody_looked_at_is_named(lake: Lake) -> None:
    """Whether the last day is there or not; one that was looked at was told of by its own run."""
    publish(lake, date(2026, 11, 15), date(2026, 11, 18), DAY)
    lake.list_day([swept("1")], day=date(2026, 11, 20))
    skipped = ("2026-11-16", "2026-11-17", "2026-11-19", "2026-11-21")
    with pytest.raises(DeadlineMissed, match=rf"^nobody ever looked at {', '.join(skipped)}$") as e:
        look(lake)
    assert e.value.days == skipped
    with pytest.raises(DeadlineMissed, match=r"2026-11-23 was to be .* and is not; nobody ever looked at 2026-1") as e:
        look(lake, run_after=NINE + timedelta(days=1))
    assert e.value.days == (*skipped, "2026-11-23")


def test_days_before_the_accounts_first_one_are_not_late(lake: Lake) -> None:
    """It has but one; or says where it begins."""
    publish(lake, date(2026, 11, 19), DAY)
    assert look(lake, rules=Rules(start_day=DAY)) == "complete"
    with pytest.raises(DeadlineMissed, match="2026-11-20, 2026-11-21"):
        look(lake)


def test_a_partial_day_is_not_late(lake: Lake) -> None:
    """It can be read; verify has said what it lacks."""
    lake.list_day([swept("1"), swept("2", sent=9)])
    lake.answer("1")
    lake.publish(rules=Rules(partial_after_h=1), now=SWEPT_AT + timedelta(hours=9))
    assert look(lake) == "partial"


def test_a_purged_day_is_not_late(lake: Lake) -> None:
    """It is gone on purpose; unless only some campaigns of it are."""
    bury(lake.store, DAY, ["1"], at=SWEPT_AT, run_id="manual__9")
    with pytest.raises(DeadlineMissed):
        look(lake)
    bury(lake.store, DAY, [], at=SWEPT_AT, run_id="manual__9")
    assert look(lake) == "purged"


def test_two_accounts_with_one_partner_cannot_share_a_storage(lake: Lake) -> None:
    """Each would take the other's days for its own."""
    said = r"connections 'mine' and 'twin' have the same partner id, 'brand', and their accounts the same storage"
    with pytest.raises(ConfigurationError, match=said):
        look(lake, neighbours=["other", "twin"])


def test_other_partners_and_accounts_without_a_connection_are_no_trouble(lake: Lake) -> None:
    """Several brands in one bucket are usual, and one may not be set up yet."""
    with pytest.raises(DeadlineMissed):
        look(lake, neighbours=["other", "not_there_yet"])
