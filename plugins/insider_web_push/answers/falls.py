"""When a figure that should only grow has fallen too far to be believed at once. Pure."""

from __future__ import annotations

from decimal import Decimal

GUARDED = ("targeted", "sent", "delivered", "clicks", "conversions")
"""Counters that only grow. Not undelivered, which falls whenever a late delivery comes in, nor dropped: its complement
in targeted."""
MOST_FALL_PERCENT = 20
SMALLEST_FALL = 10
"""A counter that falls by fewer is noise: 2 clicks of 5 are 40 %, and nobody needs to review them."""


def is_fall(before: int | Decimal, fall: int | Decimal) -> bool:
    """Whether a figure fell too far: by more than `MOST_FALL_PERCENT`, and by at least `SMALLEST_FALL`."""
    return fall >= SMALLEST_FALL and 100 * fall > MOST_FALL_PERCENT * before
