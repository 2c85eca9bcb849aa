"""A day on which every campaign has a hostile name, through all tasks, and on the pages of a browser."""

import gzip
import json
from datetime import date
from pathlib import Path

import pytest

from include.simulator.account import Account
from include.simulator.process import Simulator
from include.simulator.settings import SimulatorSettings
from insider_web_push.answers.texts import LONGEST_NAME, clean_name
from insider_web_push.errors import InsiderError
from tests.hostile_texts import HOSTILE, as_json, unfit
from tests.integration.pipeline import DAY, Pipeline


@pytest.fixture
def named(sim: Simulator, day: Pipeline) -> dict[str, str]:
    """Give each campaign of the account a hostile name; the ids, by what the name does."""
    assert day  # whose account has other campaigns at first
    settings = SimulatorSettings(campaigns=len(HOSTILE), quiet_campaigns=0)
    sim.patch(campaigns=len(HOSTILE), quiet_campaigns=0)
    ids = [str(campaign.builder_id) for campaign in Account().listed(settings, until=date.fromisoformat(DAY))]
    found = dict(zip(HOSTILE, ids, strict=True))
    for what, campaign_id in found.items():
        sim.campaign(campaign_id, name=as_json(HOSTILE[what]))
    return found


def test_a_day_of_hostile_names_is_whole(
    named: dict[str, str], day: Pipeline, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Published under the names as they are cleaned; what Airflow is given of it is text that PostgreSQL takes."""
    day.run()
    names = dict(zip(day.read(), day.read("name"), strict=True))
    assert names == {named[what]: clean_name(text) for what, text in HOSTILE.items()}
    assert {campaign.name for campaign in day.manifest.campaigns.values()} == set(names.values())
    for value in day.airflow.xcoms.values():
        handed = json.dumps(value, ensure_ascii=False, default=str)
        assert unfit(handed) == []
        assert "\\u0000" not in handed.replace("\\\\u0000", "")
        assert "x" * (LONGEST_NAME + 1) not in handed
    logged = "".join(capfd.readouterr()) + caplog.text
    assert unfit(logged.replace("\x1b", ""), lines=True) == []  # the log's own colours
    assert "x" * 5_000 not in logged


@pytest.mark.usefixtures("named")
def test_raw_has_each_name_as_it_came(day: Pipeline) -> None:
    """Rebuilding from it cleans again."""
    day.run()
    folder = Path(day.storage.removeprefix("file://")) / "raw" / "campaign_metrics"
    stored = [json.loads(gzip.decompress(path.read_bytes())) for path in folder.rglob("*.gz")]
    assert {json.loads(answer["body"])["name"] for answer in stored} == set(HOSTILE.values())
    before = day.manifest.content
    day.refresh(first_day=DAY, last_day=DAY, rebuild=True)
    assert day.manifest.content == before


def test_what_is_missing_is_named_in_text(named: dict[str, str], sim: Simulator, day: Pipeline) -> None:
    """The leaf names every campaign of the day, which none of them has an answer for."""
    for campaign_id in named.values():
        sim.fault("not_found", campaign_id=campaign_id)
    with pytest.raises(InsiderError) as raised:
        day.run_all()
    assert unfit(str(raised.value)) == []
    assert "Sale" in str(raised.value)
