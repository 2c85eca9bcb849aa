"""
What bringing the table `campaign` up to date costs a publish, in an account that has had very many campaigns.

    python -m include.bench.campaign_table STORAGE

The table is filled directly, in files as splitting leaves them. The day is drafted and published by the real publisher,
beside; what is measured is the part of it that writes the table, in a process of its own. Prints JSON, a line a day:
how many campaigns it has, new ones or some of all ages, of how many ever; how many files there are then, and how many
were written; CPU seconds; MB that it takes at most; and the CPU seconds of reading the whole table.
"""

import json
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path

import pyarrow as pa

from include.bench.figures import peak_kib
from include.bench.publish_once import drafted, timed
from include.bench.raw_days import PARTNER, campaign_id_of, write_day
from insider_web_push.lake.manifest import Manifest
from insider_web_push.lake.storage import Storage
from insider_web_push.publishing.campaigns import write_campaigns
from insider_web_push.publishing.revision import DayContent
from insider_web_push.tables.campaign_parts import FIRST, MOST_ROWS
from insider_web_push.tables.files import from_parquet, to_parquet

_DAY = date(2026, 3, 10)
_EVER = 365_000
_SIZES = (100, 400, 1_000, 5_000)
_YOUNG, _ALL_AGES, _ONE_FILE = "new", "of all ages", "new, one file before"
_A_FILE = MOST_ROWS // 2
_KIB_IN_MB = 1024 / 1e6


def main(storage: str, ever: int = _EVER, sizes: Sequence[int] = _SIZES) -> None:
    """Measure days of several sizes; and the last but one in a young account, of all ages, and with one file before."""
    days = [(_YOUNG, ever, range(ever - size, ever)) for size in sizes]
    some = sizes[-2]
    days.append((_YOUNG, ever // 10, range(ever // 10 - some, ever // 10)))
    days.append((_ALL_AGES, ever, range(0, ever, ever // some)))
    days.append((_ONE_FILE, ever, range(ever - some, ever)))
    ids = list(map(campaign_id_of, range(ever)))
    for place, (which, of, numbers) in enumerate(days):
        print(json.dumps(_measured(f"{storage}/{place}", which, ids[:of], numbers)), flush=True)


def _measured(storage: str, which: str, ever: Sequence[str], numbers: range) -> dict[str, object]:
    published, filled = Storage(f"{storage}/published", PARTNER), Storage(f"{storage}/filled", PARTNER)
    write_day(published, _DAY, numbers)
    content = drafted(published, _DAY)
    _, done = timed(published, _DAY)
    assert done.manifest is not None
    had = ever if which == _ALL_AGES else ever[: numbers.start]
    _fill(filled, had, a_file=len(had) if which == _ONE_FILE else _A_FILE, like=published)
    before = _files(filled)
    with ProcessPoolExecutor(1, get_context("spawn")) as other:
        cpu_s, more_mb = other.submit(_cost, f"{storage}/filled", done.manifest, content).result()
    after = _files(filled)
    began = time.process_time()
    rows = sum(from_parquet(filled.read(filled.at.campaign_file(begin))).num_rows for begin in after)
    read_s = time.process_time() - began
    assert rows == len(ever)
    return {
        "campaigns": len(numbers), "which": which, "ever": len(ever), "files": len(after),
        "written": sum(data != before.get(begin) for begin, data in after.items()),
        "cpu_s": round(cpu_s, 3), "more_mb": round(more_mb), "read_all_cpu_s": round(read_s, 2),
    }  # fmt: skip


def _cost(storage: str, manifest: Manifest, content: DayContent) -> tuple[float, float]:
    """Write what the day says of its campaigns; tells the CPU seconds, and by how many MB memory grew at most."""
    store = Storage(storage, PARTNER)
    store.campaign_files()  # what the store's client costs at its first request, a publish has spent long before
    Path("/proc/self/clear_refs").write_text("5")  # Linux looks for a new peak from here on
    memory, cpu = peak_kib(), time.process_time()
    write_campaigns(store, manifest, content)
    return time.process_time() - cpu, (peak_kib() - memory) * _KIB_IN_MB


def _fill(store: Storage, had: Sequence[str], *, a_file: int, like: Storage) -> None:
    """Write the table of an account that has had these campaigns, a year ago, with the attributes of some others."""
    begin = like.campaign_files()[0]
    some = from_parquet(like.read(like.at.campaign_file(begin)))
    for first in range(0, len(had), a_file):
        ids = sorted(had[first : first + a_file])
        table = pa.concat_tables([some] * -(-len(ids) // some.num_rows)).slice(0, len(ids))
        long_ago = [_DAY - timedelta(days=365)] * len(ids)
        told = {"campaign_id": ids, "first_day": long_ago, "last_day": long_ago, "detail_day": long_ago}
        for name, values in told.items():
            field = table.schema.field(name)
            table = table.set_column(table.schema.get_field_index(name), field, pa.array(values, field.type))
        key = store.at.campaign_file(int(min(ids, key=int)) if first else FIRST)
        store.write(key, to_parquet(table.combine_chunks()))


def _files(store: Storage) -> dict[int, bytes]:
    return {begin: store.read(store.at.campaign_file(begin)) for begin in store.campaign_files()}


if __name__ == "__main__":
    main(sys.argv[1])
