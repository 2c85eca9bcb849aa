"""What is made again: copies that were lost, and days that are rebuilt from what is stored."""

from pathlib import Path

import pytest

from insider_web_push.errors import ContractViolation
from tests.builders import FETCHED_AT, SWEPT_AT
from tests.lake import Lake
from tests.unit.publishing.looks import LATER, body, first, look


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """An empty storage."""
    return Lake(tmp_path)


def test_copies_that_were_lost_are_written_by_the_next_publish(lake: Lake) -> None:
    """As after a crash between manifest and copies."""
    first(lake, "1")
    copies = {name: data for name, data in lake.files("*.parquet").items() if name.startswith("tables/")}
    for name in copies:
        (lake.root / name).unlink()
    lake.publish()
    assert {name: data for name, data in lake.files("*.parquet").items() if name.startswith("tables/")} == copies


def test_a_rebuild_gives_the_same_bytes(lake: Lake) -> None:
    """From raw and manifest alone, also where later looks found nothing moved; without a new revision."""
    first(lake, "1", "2")
    look(lake, "1", "2", conversions="16")
    lake.publish()
    look(lake, "1", "2", at=SWEPT_AT + 2 * LATER, conversions="16")
    lake.publish()
    kept = {name: data for name, data in lake.files("*.parquet").items() if "campaign_day_change" not in name}
    published = {name: data for name, data in kept.items() if "rev=1/" not in name}
    for name in kept:
        (lake.root / name).unlink()
    assert lake.publish(rebuild=True).manifest == lake.manifest()
    rebuilt = {name: data for name, data in lake.files("*.parquet").items() if "campaign_day_change" not in name}
    assert rebuilt == published


def test_a_rebuild_without_a_manifest_is_made_from_what_is_newest(lake: Lake) -> None:
    """As revision 1."""
    first(lake, "1")
    rows = lake.reader.read(lake.manifest().day)
    (lake.root / lake.store.at.manifest(lake.manifest().day)).unlink()
    lake.publish(rebuild=True)
    assert lake.reader.read(lake.manifest().day).equals(rows)


def test_a_rebuild_uses_what_was_published_and_nothing_newer(lake: Lake) -> None:
    """Answers of a run that is not complete yet are that run's to publish."""
    first(lake, "1", conversions="14")
    lake.answer("1", fetched_at=FETCHED_AT + LATER, body=body(conversions="99"))
    lake.publish(rebuild=True)
    assert lake.reader.read(lake.manifest().day)["conversions"].to_pylist() == [14]


def test_an_answer_that_is_gone_is_named(lake: Lake) -> None:
    """And the published version stays."""
    first(lake, "1")
    for name in lake.files("campaign_id=1/*.gz"):
        (lake.root / name).unlink()
    with pytest.raises(ContractViolation, match=r"a stored answer of 2026-11-22 is gone .*campaign_id=1"):
        lake.publish(rebuild=True)
