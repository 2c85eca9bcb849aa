"""
A program that uses the hook without any DAG: `python -m include.bench.hook_user CONN_ID DAY ID…`.

It says when it is ready, and begins when it is told to: starting Python takes as long as twenty calls.
With CLOCK_OFFSET_S in the environment its wall clock is off by so much: what a machine with a bad clock would see.
"""

import os
import sys
import time
from datetime import date


def main() -> None:
    """Fetch each campaign, one after the other."""
    offset_s = float(os.environ.get("CLOCK_OFFSET_S", "0"))
    if offset_s:
        true_time = time.time
        time.time = lambda: true_time() + offset_s

    from insider_web_push.hook import InsiderWebPushHook  # noqa: PLC0415 - after the clock was set

    conn_id, day, *campaigns = sys.argv[1:]
    hook = InsiderWebPushHook(conn_id, max_wait_s=None)
    print("ready", flush=True)
    if not sys.stdin.readline():  # whoever started it is gone
        return
    for campaign in campaigns:
        hook.campaign_metrics(
            campaign_id=campaign,
            first_day=date.fromisoformat(day),
            last_day=date.fromisoformat(day),
            timezone="Europe/Istanbul",
        )


if __name__ == "__main__":
    main()
