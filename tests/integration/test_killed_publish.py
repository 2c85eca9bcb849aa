"""A publish that is killed between any two writes, while somebody reads."""

import json
import shutil
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from insider_web_push.lake.manifest import EventOwed
from tests.builders import DAY, SWEPT_AT, sample, swept
from tests.integration.dying_publisher import publisher
from tests.lake import Lake

CAMPAIGNS = [str(number) for number in range(1, 4)]
OLD, NEW = 14, 15
WRITES_OF_A_REVISION = 5 + 1 + 1 + 1 + 5 + 1 + 1
"""Tables, what moved, details, head, copies, the copy of what moved, the account's campaigns."""
NEXT_RUN = EventOwed(dag_id="insider_web_push_refresh", run_id="scheduled__next")


def body(conversions: int) -> bytes:
    """Give an answer with so many conversions."""
    document = sample("campaign_metrics_older")
    document["overview"]["conversionRate"]["conversions"] = str(conversions)
    return json.dumps(document).encode()


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A storage with a published day, and answers of its next revision."""
    root = tmp_path_factory.mktemp("prepared") / "lake"
    lake = Lake(root)
    for conversions, at in ((OLD, SWEPT_AT), (NEW, SWEPT_AT + timedelta(days=2))):
        lake.list_day([swept(campaign, clicks=conversions) for campaign in CAMPAIGNS], at=at)
        for campaign in CAMPAIGNS:
            answered = {"body": body(conversions), "baseline": swept(clicks=conversions).totals}
            lake.answer(campaign, fetched_at=at + timedelta(minutes=1), **answered)
        if conversions == OLD:
            lake.publish()
            lake.store.write_manifest(lake.manifest().model_copy(update={"event": None}))
    return root


@dataclass
class Reading:
    """What a reader saw: sums of conversions through the manifest, and in the copies for SQL."""

    exact: list[tuple[int, ...]] = field(default_factory=list)
    copies: list[tuple[int, ...]] = field(default_factory=list)


@contextmanager
def somebody_reads(lake: Lake) -> Iterator[Reading]:
    """Read over and over while the block lasts, and once more after it."""
    seen, ended = Reading(), threading.Event()
    copies = lake.root / "tables" / "campaign_day" / "*" / "*" / "*.parquet"
    counted = "count(*)::INT, sum(conversions)::INT, count(DISTINCT revision)::INT"

    def read() -> None:
        with duckdb.connect() as connection:
            while True:
                last = ended.is_set()
                found = lake.reader.relation(DAY, DAY, connection=connection).aggregate(counted)
                seen.exact += found.fetchall()
                seen.copies += connection.execute(f"SELECT {counted} FROM read_parquet('{copies}')").fetchall()  # noqa: S608 — our own folder
                if last:
                    return

    with ThreadPoolExecutor(1) as pool:
        reader = pool.submit(read)
        try:
            yield seen
        finally:
            ended.set()
            reader.result()


def killed_after(writes: int, prepared: Path, folder: Path) -> tuple[Lake, Reading]:
    """Publish in a process that dies after so many writes, while somebody reads."""
    lake = Lake(shutil.copytree(prepared, folder / "lake"))
    child = publisher(lake.root, writes)
    with somebody_reads(lake) as seen:
        child.start()
        child.join()
    # 255: the fork server has lost the status of a child that ended by itself, as CPython says it then.
    assert child.exitcode in ({0, 255} if writes >= WRITES_OF_A_REVISION else {-signal.SIGKILL})
    return lake, seen


@pytest.mark.parametrize("writes", range(WRITES_OF_A_REVISION + 1))
def test_a_reader_sees_the_old_or_the_new_version_and_the_event_comes_once(
    prepared: Path, tmp_path: Path, writes: int
) -> None:
    """Whatever was written last; the retry finishes it, and the run after it has nothing to add."""
    lake, seen = killed_after(writes, prepared, tmp_path)
    versions = {(len(CAMPAIGNS), len(CAMPAIGNS) * conversions, 1) for conversions in (OLD, NEW)}
    assert set(seen.exact) <= versions
    assert set(seen.copies) <= versions
    assert seen.exact[0] == (len(CAMPAIGNS), len(CAMPAIGNS) * OLD, 1)

    announced = [lake.publish().announce]
    lake.succeed()
    announced.append(lake.publish(run=NEXT_RUN).announce)
    assert announced == [True, False]
    manifest = lake.manifest()
    assert (manifest.revision, set(lake.reader.read(DAY)["conversions"].to_pylist())) == (2, {NEW})
    for table, file in manifest.files.items():
        assert lake.store.read(lake.store.at.table(table, DAY)) == lake.store.read(file.key)
    assert lake.reader.read(DAY, "campaign_day_change").num_rows == manifest.changes[0].rows > 0
    assert lake.reader.campaigns().num_rows == len(CAMPAIGNS)
