"""
What the runs of an account ask of an S3 store.

    python -m include.bench.store_requests STORAGE

The daily run fetches and publishes 400 campaigns of yesterday, by the real operators against the simulator. Then one
refresh looks at the eight days before, of which 5 % of the campaigns have moved; none is as old yet that every campaign
of it is fetched. The eight were published by the real publisher, from the answers that the simulator would have given.
Their manifests are made to say that they were looked at on their next mornings: an S3 server refuses requests of
another time. Prints JSON, a line a run: how many campaign days were fetched, the requests by method, and `of`: those by
task and kind of object.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from include.bench.connections import connect
from include.bench.counted import Asked, Counted, methods_of
from include.bench.moving import active_campaigns, deliver_one
from include.bench.publish_once import timed
from include.bench.raw_days import PARTNER, TIMEZONE, write_day
from include.bench.runner import Runner
from include.simulator.process import running_simulator
from insider_web_push.coverage.keeping import keep
from insider_web_push.dates import local_date
from insider_web_push.lake.storage import Storage

_CONN_ID = "bench_requests"
_CAMPAIGNS, _DAYS = 400, 8
_MOVED = 0.05


def main(storage: str, campaigns: int = _CAMPAIGNS) -> None:
    """Run, and count."""
    at = datetime.now(UTC) - timedelta(minutes=2)  # answers are stored a minute after their lists
    yesterday = local_date(at, TIMEZONE) - timedelta(days=1)
    days = [yesterday - timedelta(days=age) for age in range(_DAYS, 0, -1)]
    store = Storage(storage, PARTNER)
    for day in days:
        write_day(store, day, range(campaigns), at=at)
        _, published = timed(store, day)
        assert published.manifest is not None
        store.write_manifest(published.manifest.model_copy(update={"looked_at": 1, "event": None}))
    keep(store, {})
    with running_simulator(
        partner_id=PARTNER, campaigns=campaigns, quiet_campaigns=0, limit_requests=1_000_000, latency_s=0.0, now=at
    ) as sim:
        connect(sim, _CONN_ID)
        runner = Runner(_CONN_ID, storage, TIMEZONE, every_day=True)
        counted = Counted.of(storage, lambda: runner.running)
        runner.run_id = f"scheduled__{yesterday}"
        runner.daily(yesterday)
        _tell("daily run", 1, counted.asked)
        names = active_campaigns(sim)
        for day in days:
            for campaign in names[:: round(1 / _MOVED)]:
                deliver_one(sim, campaign, day)
        counted.asked.clear()
        runner.run_id = "scheduled__refresh"
        runner.refresh()
        _tell("refresh", _DAYS, counted.asked)


def _tell(run: str, days: int, asked: list[Asked]) -> None:
    fetched = sum(one.by == "fetch" and one.method == "PUT" for one in asked)
    print(json.dumps({"run": run, "days": days, "fetched": fetched} | methods_of(asked) | {"of": _parts(asked)}))


def _parts(asked: Iterable[Asked]) -> list[dict[str, Any]]:
    """Count by task and kind of object, in the order in which they came."""
    parts: dict[tuple[str, str], list[Asked]] = defaultdict(list)
    for one in asked:
        parts[one.by, one.kind].append(one)
    return [{"task": task, "kind": kind} | methods_of(some) for (task, kind), some in parts.items()]


if __name__ == "__main__":
    main(sys.argv[1])
