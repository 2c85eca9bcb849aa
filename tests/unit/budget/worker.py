"""What one of several real processes does with one budget, on the real clock."""

from datetime import timedelta
from pathlib import Path

from insider_web_push.budget.clock import boot_clock
from insider_web_push.budget.lease import RateLimit
from insider_web_push.budget.slots import Budget
from insider_web_push.budget.sqlite_store import SQLiteStore


def take(path: str, calls: int, requests: int, window_s: float) -> list[float]:
    """Take and stamp slots as fast as the budget allows; gives an instant between each grant and its stamp."""
    limit = RateLimit(
        requests=requests, window=timedelta(seconds=window_s), request_deadline=timedelta(seconds=window_s)
    )
    budget = Budget(SQLiteStore(Path(path)), "api.example.com/brand", limit=limit)
    counted = []
    for _ in range(calls):
        slot = budget.slot(max_wait_s=None)
        counted.append(boot_clock())
        slot.stamp()
    return counted
