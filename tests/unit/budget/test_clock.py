"""The clock that a machine's processes share, on Linux and elsewhere."""

import time
from pathlib import Path

import pytest

from insider_web_push.budget.clock import CLOCK, boot_clock, boot_id, shared_clock
from insider_web_push.budget.lease import RateLimit
from insider_web_push.budget.sqlite_store import SQLiteStore
from insider_web_push.budget.store import Lease

LINUX = {"CLOCK_REALTIME": 0, "CLOCK_MONOTONIC": 1, "CLOCK_MONOTONIC_RAW": 4, "CLOCK_BOOTTIME": 7}
MACOS = {"CLOCK_REALTIME": 0, "CLOCK_MONOTONIC": 6, "CLOCK_MONOTONIC_RAW": 4, "CLOCK_UPTIME_RAW": 8}
OTHER = {"CLOCK_REALTIME": 0, "CLOCK_MONOTONIC": 4}
MINUTE = RateLimit(requests=1)


@pytest.mark.parametrize(
    ("clocks", "chosen"), [(LINUX, 7), (MACOS, 4), (OTHER, 4)], ids=["linux", "macos", "another-system"]
)
def test_the_clock_is_one_that_nobody_steers_and_that_counts_sleep(clocks: dict[str, int], chosen: int) -> None:
    """As far as the system has one; never the time of the day."""
    assert shared_clock(clocks) == chosen


@pytest.mark.parametrize("clock", sorted({CLOCK, time.CLOCK_MONOTONIC, getattr(time, "CLOCK_MONOTONIC_RAW", CLOCK)}))
def test_every_clock_that_may_be_chosen_goes_on(clock: int) -> None:
    """They all exist here, so what another system would take is tried as well."""
    before = time.clock_gettime(clock)
    time.sleep(0.01)
    assert 0.005 < time.clock_gettime(clock) - before < 5


def test_two_readings_are_in_order() -> None:
    """Of the one that is in use."""
    assert boot_clock() <= boot_clock()


def test_a_system_that_does_not_name_its_boots_has_one_name_for_all(tmp_path: Path) -> None:
    """As macOS, which has no /proc."""
    assert boot_id(tmp_path / "no" / "boot_id") == "unknown"
    (tmp_path / "boot_id").write_text("0f1a\n")
    assert boot_id(tmp_path / "boot_id") == "0f1a"


def test_without_a_name_a_lease_counts_its_whole_length_after_a_boot(tmp_path: Path) -> None:
    """Its deadline and a window, from when it is first seen: the clock that it was noted on is gone."""

    def store(now: float) -> SQLiteStore:
        return SQLiteStore(tmp_path / "budget", clock=lambda: now, boot=lambda: "unknown")

    assert isinstance(store(5_000.0).acquire("key", MINUTE), Lease)
    assert not isinstance(store(3.0).acquire("key", MINUTE), Lease)
    assert not isinstance(store(92.9).acquire("key", MINUTE), Lease)
    assert isinstance(store(93.1).acquire("key", MINUTE), Lease)
