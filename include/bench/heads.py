"""
Fill a storage with days of many campaigns, and say what a reader fetches to learn their files.

    python -m include.bench.heads STORAGE DAYS

One day is published by the real publisher, and the others are as it is. Prints JSON, a line each for days as they are
stored now, with heads alone, and as older versions stored them, each manifest one object: kB of a day, MB of all, and
the wall_s and cpu_s of the quickest of three readings, in this process, which has read once before.
"""

import json
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

from include.bench.other_days import as_of
from include.bench.publish_once import timed
from include.bench.raw_days import PARTNER, write_day
from insider_web_push.lake.manifest import Manifest
from insider_web_push.lake.storage import Storage
from insider_web_push.reader import DayReader

_LAST = date(2026, 3, 10)
_CAMPAIGNS = 400
_PARALLEL_WRITES = 16
_READINGS = 3


def main(storage: str, days: int) -> None:
    """Fill and read, first as older versions did."""
    store = Storage(f"{storage}/published", PARTNER)
    write_day(store, _LAST, range(_CAMPAIGNS))
    _, published = timed(store, _LAST)
    assert published.manifest is not None
    manifests = [as_of(published.manifest, _LAST - timedelta(days=age)) for age in range(days)]
    ways: dict[str, Callable[[Storage, Manifest], object]] = {
        "one object": _write_whole,
        "heads": Storage.write_manifest,
    }
    for kind, write in ways.items():
        url = f"{storage}/{kind.replace(' ', '-')}"
        filled = Storage(url, PARTNER)
        with ThreadPoolExecutor(_PARALLEL_WRITES) as pool:
            list(pool.map(lambda manifest: write(filled, manifest), manifests))  # noqa: B023 — it ends within the turn
        print(json.dumps({"manifests": kind, "days": days, "campaigns": _CAMPAIGNS} | _read(url, days)), flush=True)


def _write_whole(store: Storage, manifest: Manifest) -> None:
    store.write(store.at.manifest(manifest.day), manifest.model_copy(update={"format": 2}).to_json())


def _read(url: str, days: int) -> dict[str, Any]:
    reader, first = DayReader(url, PARTNER), _LAST - timedelta(days=days - 1)
    assert len(reader.heads(_LAST, _LAST)) == 1
    took = []
    for _ in range(_READINGS):
        wall, cpu = time.perf_counter(), time.process_time()
        heads = reader.heads(first, _LAST)
        took.append((time.perf_counter() - wall, time.process_time() - cpu))
        assert [len(head.files) for head in heads] == [5] * days
    store = Storage(url, PARTNER)
    size = sum(len(store.read(store.at.manifest(head.day))) for head in heads)
    wall_s, cpu_s = min(took)
    return {
        "kb_a_day": round(size / days / 1e3, 2), "mb": round(size / 1e6, 2), "wall_s": round(wall_s, 2),
        "cpu_s": round(cpu_s, 2),
    }  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
