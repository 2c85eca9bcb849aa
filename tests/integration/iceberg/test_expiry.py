"""Snapshots that expire, by age or with what was purged, and the files that only they had."""

import logging
from datetime import timedelta

import pytest

from tests.builders import DAY
from tests.integration.iceberg.lakehouse import ROWS_OF_A_DAY, Lakehouse, data_files, exists

BEFORE = DAY - timedelta(days=1)
BOTH = pytest.mark.parametrize("catalog", ["sql", "rest"], indirect=True)


@BOTH
def test_a_purged_day_leaves_and_so_do_the_files_that_had_it(house: Lakehouse) -> None:
    """A purge of whole days has no event: the next one takes it along."""
    house.publish(BEFORE, 7)
    house.follow(None)
    held = data_files(house)
    house.bury()
    house.follow(BEFORE)
    assert house.conversions() == {BEFORE: {7}}
    assert house.standing() == {BEFORE: 1}
    assert len(house.snapshots()) == 1
    assert not any(exists(house, path) for path in held)
    assert house.follow() == house.follow(None) == []


@BOTH
def test_a_purged_campaign_is_in_no_snapshot_any_more(house: Lakehouse) -> None:
    """The day is published without it, and every snapshot before goes, with its files."""
    house.follow()
    held = data_files(house)
    house.bury(DAY, "2")
    manifest = house.lake.manifest()
    assert house.lake.publish(day=DAY, accept_fall=True, sweep=manifest.sweep, rebuild=True).manifest.revision == 2
    house.follow()
    assert {row["campaign_id"] for row in house.rows()} == {"1"}
    for name in ROWS_OF_A_DAY:
        seen = {row["campaign_id"] for number in house.snapshots(name) for row in house.rows(name, snapshot_id=number)}
        assert seen == {"1"}
    assert not any(exists(house, path) for path in held)


@BOTH
def test_old_snapshots_go_with_the_files_that_only_they_had(house: Lakehouse) -> None:
    """After a week, unless the table says otherwise; what is there now stays readable."""
    house.follow()
    old = data_files(house)
    house.publish(conversions=15)
    house.follow()
    house.now += timedelta(days=8)
    assert house.follow() == []
    assert len(house.snapshots()) == 1
    assert house.conversions() == {DAY: {15}}
    assert not any(exists(house, path) for path in old)


def test_a_table_may_keep_its_snapshots_longer(house: Lakehouse) -> None:
    """By Iceberg's own property."""
    house.follow()
    table = house.table()
    with table.transaction() as change:
        change.set_properties({"history.expire.max-snapshot-age-ms": str(30 * 86_400_000)})
    house.publish(conversions=15)
    house.follow()
    house.now += timedelta(days=8)
    house.follow()
    assert (len(house.snapshots()), len(house.snapshots("campaign_day_device"))) == (3, 1)


def test_a_file_that_is_gone_already_keeps_no_snapshot(house: Lakehouse, caplog: pytest.LogCaptureFixture) -> None:
    """Somebody else cleaned up, or has not the right to: the log names it."""
    house.follow()
    (old,) = data_files(house)
    house.publish(conversions=15)
    house.follow()
    house.table().io.delete(old)
    house.now += timedelta(days=8)
    with caplog.at_level(logging.WARNING):
        house.follow()
    assert f"{old} is of no snapshot any more, and cannot be removed" in caplog.text
    assert len(house.snapshots()) == 1
