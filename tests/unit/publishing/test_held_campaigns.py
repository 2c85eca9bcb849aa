"""What becomes of held campaigns: rebuilds, lost files, purges, other publishers, old manifests."""

from datetime import timedelta
from pathlib import Path

import pytest

from insider_web_push.days.gathered_day import GatheredDay
from insider_web_push.days.looks import Cause
from insider_web_push.lake.manifest import EventOwed
from insider_web_push.lake.removal import bury
from insider_web_push.vocabulary import DayOutcome, DayStatus
from tests.builders import DAY, SWEPT_AT
from tests.lake import Lake
from tests.unit.publishing.saying_less import (
    as_listed,
    fewer_clicks,
    look,
    rows,
    unreadable_revenue,
)

OTHER_RUN = EventOwed(dag_id="insider_web_push_refresh", run_id="scheduled__2")


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Two campaigns, published, and announced."""
    found = Lake(tmp_path)
    look(found, 1, whole=("1", "2"))
    assert found.publish().outcome is DayOutcome.PUBLISHED
    found.succeed()
    return found


def test_a_held_campaign_is_asked_again_at_every_look(lake: Lake) -> None:
    """Though its totals stand still; and the day does not wait for it."""
    at = look(lake, 3, whole=("2",), less={"1": fewer_clicks})
    lake.publish(run=OTHER_RUN)
    lake.list_day([as_listed("1"), as_listed("2")], at=at + timedelta(days=1))
    gathered = lake.gathered()
    assert [(item.campaign_id, cause) for item, cause in gathered.to_fetch()] == [("1", Cause.HELD)]
    assert gathered.standing(now=at).status is DayStatus.COMPLETE
    assert lake.publish(run=OTHER_RUN).outcome is DayOutcome.HELD
    assert (list(lake.manifest().held), lake.manifest().looked_at) == (["1"], 4)


def test_a_held_campaign_that_leaves_the_list_stays_held(lake: Lake) -> None:
    """With its published figures; it is still asked for."""
    look(lake, 3, whole=("2",), less={"1": fewer_clicks})
    lake.publish(run=OTHER_RUN)
    before = rows(lake, "clicks")
    lake.list_day([as_listed("2")], at=SWEPT_AT + timedelta(days=3))
    assert [(item.campaign_id, cause) for item, cause in lake.gathered().to_fetch()] == [("1", Cause.HELD)]
    assert lake.publish(run=OTHER_RUN).outcome is DayOutcome.PUBLISHED
    assert (rows(lake, "clicks"), rows(lake, "listed")["1"], list(lake.manifest().held)) == (before, [[False]], ["1"])


def test_a_rebuild_makes_the_same_bytes_and_keeps_what_is_held(lake: Lake) -> None:
    """It reads what is published, and not the answer that is held."""
    look(lake, 3, whole=("2",), less={"1": fewer_clicks}, conversions="16")
    lake.publish()
    kept = {
        name: data for name, data in lake.files("*.parquet").items() if "change" not in name and "rev=1/" not in name
    }
    for name in kept:
        (lake.root / name).unlink()
    before = lake.manifest()
    assert lake.publish(rebuild=True).wrote
    assert lake.manifest() == before
    assert {name: data for name, data in lake.files("*.parquet").items() if name in kept} == kept


@pytest.mark.parametrize("lost", ["campaign_day-", "campaign_day_device-"])
def test_lost_files_let_no_loss_through(lake: Lake, lost: str) -> None:
    """What is published is made again from its answers."""
    look(lake, 3, whole=("2",), less={"1": fewer_clicks}, conversions="16")
    for name in lake.files(f"*rev=1/{lost}*.parquet"):
        (lake.root / name).unlink()
    lake.publish()
    assert list(lake.manifest().held) == ["1"]


@pytest.mark.parametrize("purged", ["1", "2"])
def test_a_purge_of_a_campaign_leaves_what_is_held_of_the_others(lake: Lake, purged: str) -> None:
    """And nothing of the purged one."""
    look(lake, 3, whole=("2",), less={"1": fewer_clicks})
    lake.publish(run=OTHER_RUN)
    bury(lake.store, DAY, [purged], at=SWEPT_AT, run_id="manual__9")
    lake.publish(run=OTHER_RUN, accept_fall=True, rebuild=True, mode="missing")
    assert list(lake.manifest().held) == [key for key in ("1",) if key != purged]
    assert list(rows(lake)) == [key for key in ("1", "2") if key != purged]


def test_two_publishers_judge_the_newest_answer(lake: Lake) -> None:
    """One that gathered an answer that says less finds the better one that came meanwhile."""
    look(lake, 3, whole=("2",), less={"1": fewer_clicks})
    stale = lake.gathered()
    look(lake, 4, whole=("1", "2"), conversions="16")
    gathered = iter([stale])

    def gather() -> GatheredDay:
        if (first := next(gathered, None)) is None:
            return lake.gathered()
        lake.publish(run=OTHER_RUN)
        return first

    lake.publisher().publish(DAY, gather)
    assert (rows(lake, "conversions"), lake.manifest().held) == ({"1": [[16]], "2": [[16]]}, {})


def test_the_day_guard_looks_at_what_is_left(lake: Lake) -> None:
    """A campaign that is held does not hold the day."""
    many = tuple(str(number) for number in range(1, 9))
    look(lake, 2, whole=many, listed=many)
    lake.publish()
    look(lake, 3, whole=many[2:], listed=many, less={"1": fewer_clicks, "2": unreadable_revenue}, conversions="16")
    assert lake.publish().outcome is DayOutcome.PUBLISHED
    assert list(lake.manifest().held) == ["1", "2"]


def test_a_partial_day_holds_its_campaigns_as_well(lake: Lake) -> None:
    """It says what it lacks, and what is held."""
    lake.store.write_manifest(lake.manifest().model_copy(update={"status": DayStatus.PARTIAL, "event": None}))
    look(lake, 3, whole=("2",), less={"1": fewer_clicks})
    assert lake.publish().outcome is DayOutcome.PUBLISHED  # it is complete now
    assert (lake.manifest().status, list(lake.manifest().held)) == (DayStatus.COMPLETE, ["1"])


def test_a_manifest_of_an_earlier_version_holds_nothing(lake: Lake) -> None:
    """And goes on as any other."""
    lake.store_manifest({key: value for key, value in lake.whole_manifest().items() if key not in {"held", "reason"}})
    assert lake.manifest().held == {}
    look(lake, 3, whole=("2",), less={"1": fewer_clicks})
    assert lake.publish(run=OTHER_RUN).outcome is DayOutcome.HELD
