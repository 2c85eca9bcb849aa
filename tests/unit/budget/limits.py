"""Limits that tests can wait for."""

from datetime import timedelta

from insider_web_push.budget.lease import RateLimit

SHORT = RateLimit(requests=5, window=timedelta(seconds=1), request_deadline=timedelta(seconds=1))
LONG = RateLimit(requests=3, window=timedelta(seconds=8), request_deadline=timedelta(seconds=4))
"""Longer than any test waits, and short enough for a fresh Valkey to let somebody send soon."""
