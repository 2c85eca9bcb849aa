"""`python -m insider_web_push estimate`: the cost of many days, before anybody starts it."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from include.simulator.process import Simulator
from insider_web_push.__main__ import main
from tests.integration.conftest import CONN_ID
from tests.integration.pipeline import Pipeline

RANGE = ["--first", "2026-02-09", "--last", "2026-03-10"]


@pytest.fixture
def command(
    day: Pipeline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_age: Callable[[float], None]
) -> Callable[..., int]:
    """Run a command for one account, the day after its last day."""
    at_age(1)
    accounts = [{"name": "default", "conn_id": CONN_ID, "timezone": "Europe/Istanbul", "storage": day.storage}]
    file = tmp_path / "accounts.yaml"
    file.write_text(yaml.safe_dump({"accounts": accounts}))
    monkeypatch.setenv("AIRFLOW__INSIDER_WEB_PUSH__ACCOUNTS_FILE", str(file))
    return lambda *arguments: main(list(arguments))


def test_it_can_be_told_from_what_is_published(
    day: Pipeline, sim: Simulator, command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    """Published days are left out; nothing is asked of the API."""
    day.run()
    sim.clear_log()
    assert command("estimate", *RANGE) == 0
    said = capsys.readouterr().out
    assert "30 days, 1 of them are published and left out" in said
    assert "4 listed campaigns, 3 of them active, as in the newest 1 published days" in said
    assert "145 calls: 58 for lists and account totals, 87 for the campaigns" in said
    assert sim.requests() == []


def test_it_can_ask_the_lists_of_a_few_days(
    sim: Simulator, command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    """One call each."""
    assert command("estimate", *RANGE, "--ask", "3", "--depth", "totals") == 0
    assert "60 calls: 60 for lists and account totals, 0 for the campaigns" in capsys.readouterr().out
    assert len(sim.requests()) == 3


def test_it_can_be_assumed(command: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    """And says where a day may be too old."""
    assert command("estimate", "--first", "2025-03-06", "--last", "2026-03-10", "--campaigns", "400") == 0
    said = capsys.readouterr().out
    assert "155,770 calls" in said
    assert "4 days are older than a year" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(RANGE, "nothing is published yet", id="nothing-known"),
        pytest.param(["--first", "2026-03-10", "--last", "2026-03-09"], "must not be after", id="swapped"),
        pytest.param(["--first", "10.3.2026"], "--first '10.3.2026' is not a day", id="no-day"),
        pytest.param([*RANGE, "--account", "brand"], "no account 'brand'; it has default", id="no-account"),
    ],
)
def test_what_cannot_be_estimated_is_named(
    command: Callable[..., int], capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    """In one sentence, without a call."""
    assert command("estimate", *arguments) == 2
    assert said in capsys.readouterr().err
