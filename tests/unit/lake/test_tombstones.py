"""What is kept of a purge."""

from pathlib import Path

import pytest

from insider_web_push.errors import ContractViolation
from insider_web_push.lake.removal import bury
from insider_web_push.lake.storage import Storage
from insider_web_push.lake.tombstones import Tombstone
from tests.builders import DAY, FETCHED_AT


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


@pytest.mark.parametrize("data", [b"", b"[]", b'{"day": "2026-11-22"}'])
def test_a_damaged_tombstone_is_named(data: bytes) -> None:
    """It is never taken for none, which would fetch what was purged; the message says how to mend it."""
    with pytest.raises(ContractViolation, match=r"(?s)tombstones/x\.json cannot be read.*remove it, and purge again"):
        Tombstone.from_json(data, where="tombstones/x.json")
