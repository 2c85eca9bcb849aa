"""A clock that all processes of one machine share and that nobody can step."""

from __future__ import annotations

import time
from pathlib import Path


def boot_clock() -> float:
    """
    Seconds since boot, the same for every process of the machine; no one can step it.

    Linux counts suspended time as well (CLOCK_BOOTTIME). Elsewhere the monotonic clock stands still while the
    machine sleeps, so that leases count longer than needed, never shorter.
    """
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def boot_id() -> str:
    """Name this boot; where the system has no name for it, a constant (the clock then restarts with the boot)."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return "unknown"
