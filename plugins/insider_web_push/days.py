"""Which day a run is about. Pure."""

from __future__ import annotations

from datetime import date, datetime

import pendulum


def day_of_run(*, data_interval_start: datetime | None, run_after: datetime, timezone: str) -> date:
    """
    Tell a run's day, in the account's time zone.

    The UTC date is not it: midnight in Istanbul is still yesterday in UTC.

    Args:
        data_interval_start: Begin of the run's data interval; None where a run was triggered without a logical date.
        run_after: When the run was meant to start.
        timezone: The account's time zone, an IANA name.

    Returns:
        The interval's first day; without an interval, the last day that was over at *run_after*.
    """
    if data_interval_start is not None:
        return pendulum.instance(data_interval_start).in_timezone(timezone).date()
    return pendulum.instance(run_after).in_timezone(timezone).subtract(days=1).date()
