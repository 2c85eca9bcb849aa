"""A clock that all processes of one machine share and that nobody can step."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

_BEST_FIRST = ("CLOCK_BOOTTIME", "CLOCK_MONOTONIC_RAW", "CLOCK_MONOTONIC")
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def shared_clock(clocks: Mapping[str, object]) -> int:
    """
    Choose the system's clock that counts the time of a suspended machine as well, and that nobody steers.

    On Linux that is CLOCK_BOOTTIME; on macOS CLOCK_MONOTONIC_RAW, since its CLOCK_MONOTONIC follows adjustments
    (clock_gettime(3)). Where neither is, the monotonic clock may stand still while the machine sleeps, so that leases
    count longer than needed, never shorter.

    Args:
        clocks: The ids of the clocks that there are, by their names in `time`.
    """
    chosen = next(clocks[name] for name in _BEST_FIRST if name in clocks)
    assert isinstance(chosen, int)
    return chosen


CLOCK = shared_clock(vars(time))


def boot_clock() -> float:
    """Seconds since boot, the same for every process of the machine."""
    return time.clock_gettime(CLOCK)


def boot_id(file: Path = _BOOT_ID) -> str:
    """
    Name this boot; where the system has no name for it, a constant.

    Without a name, a lease of an earlier boot is told by nothing but its time. It may count longer than needed, never
    shorter: the clock begins anew with the boot, so that it runs behind the time since the lease.
    """
    try:
        return file.read_text(encoding="ascii").strip()
    except OSError:
        return "unknown"
