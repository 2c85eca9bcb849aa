"""What is kept of a purge."""

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import pytest

from insider_web_push.errors import ContractViolation, Overtaken
from insider_web_push.lake.removal import bury
from insider_web_push.lake.storage import Storage
from insider_web_push.lake.tombstones import Tombstone
from tests.builders import DAY, FETCHED_AT
from tests.each_write import EachWrite


class Meanwhile(EachWrite):
    """Somebody else does something before each write, as long as there is something."""

    happens: Iterable[Callable[[], None]] = ()

    def before_write(self) -> None:
        """Do the next thing."""
        self.happens = iter(self.happens)
        next(self.happens, lambda: None)()


@pytest.mark.parametrize("campaigns", [{"1", "2"}, None])
def test_a_tombstone_comes_back_as_it_was_written(campaigns: set[str] | None) -> None:
    """Of campaigns, or of the whole day."""
    written = Tombstone(partner_id="brand", day=DAY, campaigns=campaigns, purged_at=FETCHED_AT, run_id="manual__1")
    assert Tombstone.from_json(written.to_json(), where="here") == written


@pytest.mark.parametrize(
    ("first", "then", "left"),
    [
        pytest.param(["1"], ["2"], {"1", "2"}, id="two-purges-add-up"),
        pytest.param(["1"], [], None, id="then-the-whole-day"),
        pytest.param([], ["2"], None, id="the-whole-day-stays"),
    ],
)
def test_nothing_that_was_purged_comes_back_by_another_purge(
    tmp_path: Path, first: list[str], then: list[str], left: set[str] | None
) -> None:
    """What is purged of a day only ever grows, up to the whole of it."""
    store = Storage(tmp_path.as_uri(), "brand")
    for campaigns in (first, then):
        bury(store, DAY, campaigns, at=FETCHED_AT, run_id="manual__1")
    kept = store.read_tombstone(DAY)
    assert kept is not None
    assert kept.campaigns == left


@pytest.mark.parametrize(
    ("mine", "other", "left"),
    [
        pytest.param(["1"], ["2"], {"1", "2"}, id="both-of-campaigns"),
        pytest.param(["1"], [], None, id="the-other-of-the-whole-day"),
        pytest.param([], ["2"], None, id="mine-of-the-whole-day"),
    ],
)
@pytest.mark.parametrize("was", [[], ["3"]], ids=["nothing-was-purged", "something-was"])
def test_of_two_purges_at_once_neither_is_forgotten(
    tmp_path: Path, mine: list[str], other: list[str], left: set[str] | None, was: list[str]
) -> None:
    """Somebody widened the pool, or two Airflows share a lake: what one purge read is old when it writes."""
    place = tmp_path.as_uri()
    if was:
        bury(Storage(place, "brand"), DAY, was, at=FETCHED_AT, run_id="manual__0")
    meanwhile = Meanwhile(place, "brand")
    meanwhile.happens = [partial(bury, Storage(place, "brand"), DAY, other, at=FETCHED_AT, run_id="manual__2")]
    bury(meanwhile, DAY, mine, at=FETCHED_AT, run_id="manual__1")
    kept = Storage(place, "brand").read_tombstone(DAY)
    assert kept is not None
    assert kept.campaigns == (left | set(was) if left else None)


def test_a_purge_that_is_overtaken_each_time_says_so(tmp_path: Path) -> None:
    """Its task is tried again; nothing was removed yet."""
    place = tmp_path.as_uri()
    meanwhile = Meanwhile(place, "brand")
    others = (str(number) for number in range(1_000))
    meanwhile.happens = (
        partial(bury, Storage(place, "brand"), DAY, [other], at=FETCHED_AT, run_id="manual__2") for other in others
    )
    with pytest.raises(Overtaken, match="what is purged of 2026-11-22"):
        bury(meanwhile, DAY, ["x"], at=FETCHED_AT, run_id="manual__1")


@pytest.mark.parametrize("data", [b"", b"[]", b'{"day": "2026-11-22"}'])
def test_a_damaged_tombstone_is_named(data: bytes) -> None:
    """It is never taken for none, which would fetch what was purged; the message says how to mend it."""
    with pytest.raises(ContractViolation, match=r"(?s)tombstones/x\.json cannot be read.*remove it, and purge again"):
        Tombstone.from_json(data, where="tombstones/x.json")
