"""
Purge one campaign of an account of many days, and say what of them that opens.

    python -m include.bench.purge_once STORAGE DAYS

The storage is S3. The account's days have few campaigns each. Three of them have the one that is purged: the first, the
one in the middle and the last; they are the real publisher's. The others are as one of it, published, with a list but
without answers. Prints JSON, a line a purge, first of the day in the middle alone and then of all days: how many days
it was asked for, on how many of them the campaign was, and on how many it opened the manifest, its details and the
list; the requests by method; the seconds.
"""

import json
import sys
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

from include.bench.connections import write_connection
from include.bench.counted import Asked, Counted, methods_of
from include.bench.other_days import as_of
from include.bench.publish_once import timed
from include.bench.raw_days import PARTNER, TIMEZONE, campaign_id_of, write_day
from include.bench.runner import Runner
from insider_web_push.coverage.keeping import keep
from insider_web_push.lake.keys import said_in
from insider_web_push.lake.storage import Storage

_LAST = date(2026, 3, 10)
_CAMPAIGNS = 20
_CONN_ID = "bench_purge"
_PARALLEL_WRITES = 16


def main(storage: str, days: int) -> None:
    """Fill, and purge."""
    store = Storage(storage, PARTNER)
    every = [_LAST - timedelta(days=age) for age in range(days)]
    having = [every[-1], every[days // 2], every[0]]
    _fill(store, every, having)
    write_connection(_CONN_ID, PARTNER)
    runner = Runner(_CONN_ID, storage, TIMEZONE, run_id="bench")
    counted = Counted.of(storage, lambda: runner.running)
    for first, last, on in ((having[1], having[1], 1), (every[-1], every[0], len(having) - 1)):
        counted.asked.clear()
        wall, cpu = time.perf_counter(), time.process_time()
        runner.purge(first, last, [campaign_id_of(0)], partner_id=PARTNER)
        took = {"wall_s": round(time.perf_counter() - wall, 1), "cpu_s": round(time.process_time() - cpu, 1)}
        said = {"days_asked": (last - first).days + 1, "of": days, "with_it": on} | _opened(counted.asked)
        print(json.dumps(said | methods_of(counted.asked) | took), flush=True)
    assert all(campaign_id_of(0) not in store.require_manifest(day).campaigns for day in having)


def _fill(store: Storage, every: Sequence[date], having: Sequence[date]) -> None:
    like = every[1]
    write_day(store, like, range(1, _CAMPAIGNS))
    for day in having:
        write_day(store, day, range(_CAMPAIGNS))
    published = [timed(store, day)[1].manifest for day in (like, *having)]
    assert published[0] is not None
    manifest, stored = published[0], store.read_list(published[0].sweep)

    def write(day: date) -> None:
        at = stored.swept_at + (day - like)
        sweep = store.write_list(stored.model_copy(update={"day": day, "swept_at": at}))
        store.write_manifest(as_of(manifest, day).model_copy(update={"sweep": sweep, "made_of": sweep}))

    with ThreadPoolExecutor(_PARALLEL_WRITES) as pool:
        list(pool.map(write, set(every) - {like, *having}))
    keep(store, {})


def _opened(asked: Iterable[Asked]) -> dict[str, int]:
    """Count the days of which a purge read each kind of object, however often."""
    read = [(one.kind, said_in(one.key).get("day")) for one in asked if one.method == "GET"]
    kinds = {
        "manifests": "manifests", "details": "revisions, details", "lists": "raw/overall_metrics",
        "tombstones": "tombstones",
    }  # fmt: skip
    return {name: len({day for found, day in read if found == kind}) for name, kind in kinds.items()}


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
