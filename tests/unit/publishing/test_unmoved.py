"""A look opens new answers only: the other rows come from the revision before, and are as they would be from raw."""

import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insider_web_push.answers.day_list import ListedCampaign
from insider_web_push.days.rules import Rules
from insider_web_push.errors import DamagedObject
from insider_web_push.vocabulary import NumberFormat
from tests.builders import SWEPT_AT
from tests.lake import Lake
from tests.unit.publishing.looks import LATER, body, first, listed

MOVED = {"conversions": "16"}


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """An empty storage."""
    return Lake(tmp_path)


def lose_answers(lake: Lake, campaign: str) -> None:
    """Remove what is stored of a campaign's answers."""
    for name in lake.files(f"campaign_id={campaign}/*.gz"):
        (lake.root / name).unlink()


def moves(lake: Lake, campaign: str = "1", *others: str) -> None:
    """List the day two days later, with new figures of one campaign alone."""
    at = SWEPT_AT + LATER
    lake.list_day([*listed(campaign, **MOVED), *listed(*others)], at=at)
    (totals,) = (item.totals for item in listed(campaign, **MOVED))
    lake.answer(campaign, fetched_at=at + timedelta(minutes=1), baseline=totals, body=body(**MOVED))


def test_the_answer_of_a_campaign_that_did_not_move_is_not_opened(lake: Lake) -> None:
    """It is not even there any more."""
    first(lake, "1", "2")
    before = lake.reader.read(lake.manifest().day).to_pylist()
    lose_answers(lake, "2")
    moves(lake, "1", "2")
    lake.publish()
    after = lake.reader.read(lake.manifest().day).to_pylist()
    assert [row["conversions"] for row in after] == [16, 14]
    assert after[1] == before[1] | {"revision": 2}


def test_a_look_that_moves_nothing_opens_no_answer(lake: Lake) -> None:
    first(lake, "1", "2")
    lake.succeed()
    for campaign in ("1", "2"):
        lose_answers(lake, campaign)
    lake.list_day(listed("1", "2"), at=SWEPT_AT + LATER)
    assert lake.publish().why == "nothing moved since revision 1, 2 campaigns"


@pytest.mark.parametrize(
    "why", ["an older version", "other code", "other settings", "another row of the list", "a rebuild"]
)
def test_where_anything_else_is_new_the_answer_is_opened(lake: Lake, why: str) -> None:
    """And found to be gone."""
    first(lake, "1", "2")
    moves(lake, "1", "2")
    manifest, rules, rebuild = lake.manifest(), Rules(), False
    if why == "an older version":
        lake.store.write_manifest(manifest.model_copy(update={"made_of": "", "made_by": ""}))
    elif why == "other code":
        lake.store.write_manifest(manifest.model_copy(update={"made_by": manifest.made_by.replace("0.", "0.0.")}))
    elif why == "other settings":
        rules = Rules(number_format=NumberFormat.COMMA)
    elif why == "another row of the list":
        renamed = [ListedCampaign.as_it_was("2", "Renamed", "Bulk", item.totals) for item in listed("2")]
        lake.list_day([*listed("1", **MOVED), *renamed], at=SWEPT_AT + LATER + timedelta(hours=1))
    else:
        rebuild = True
    lose_answers(lake, "2")
    with pytest.raises(DamagedObject, match=r"is gone .*campaign_id=2"):
        lake.publish(rules=rules, rebuild=rebuild)


def test_where_the_list_is_gone_nobody_knows_what_was_listed(lake: Lake) -> None:
    """So the answer of a campaign that is listed no longer is opened as well."""
    first(lake, "1", "2")
    made_of = lake.manifest().made_of
    moves(lake, "1")
    (lake.root / made_of).unlink()
    lose_answers(lake, "2")
    with pytest.raises(DamagedObject, match=r"is gone .*campaign_id=2"):
        lake.publish()


FIGURES = st.sampled_from([{}, MOVED, {"conversions": "17"}, {"clicks": "12,900"}])
LOOK = st.fixed_dictionaries({key: st.tuples(FIGURES, st.booleans(), st.booleans()) for key in ("1", "2", "3")})


@given(looks=st.lists(LOOK, min_size=1, max_size=5))
@settings(max_examples=25, deadline=None)
def test_the_files_are_as_from_raw(looks: list[dict[str, tuple[dict[str, str], bool, bool]]]) -> None:
    """Byte for byte, whatever moves, is fetched again, or falls out of the list."""
    with tempfile.TemporaryDirectory() as folder:
        lakes = [Lake(Path(folder, name)) for name in ("kept", "raw")]
        for number, of_campaigns in enumerate(looks):
            at = SWEPT_AT + number * LATER
            for lake in lakes:
                shown = [(key, figures) for key, (figures, _, is_listed) in of_campaigns.items() if is_listed]
                lake.list_day([item for key, figures in shown for item in listed(key, **figures)], at=at)
                for key, (figures, is_fetched, _) in of_campaigns.items():
                    if number == 0 or is_fetched:
                        (item,) = listed(key, **figures)
                        lake.answer(
                            key, fetched_at=at + timedelta(minutes=1), baseline=item.totals, body=body(**figures)
                        )
                if number and lake is lakes[1]:
                    lake.store.write_manifest(lake.manifest().model_copy(update={"made_by": ""}))
                lake.publish(now=at, accept_fall=True)
        kept, raw = (lake.files("*.parquet") for lake in lakes)
        assert kept == raw
