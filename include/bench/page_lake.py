"""Months of days for the coverage page: one as the real publisher makes it, the others from its manifest."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from include.bench.other_days import as_of
from include.bench.publish_once import timed
from include.bench.raw_days import write_day
from insider_web_push.coverage.index import INCOMPLETE, DayEntry, published_entry, unpublished_entry
from insider_web_push.coverage.keeping import keep
from insider_web_push.days.rules import finality_of
from insider_web_push.lake.manifest import Manifest
from insider_web_push.lake.storage import Storage
from insider_web_push.vocabulary import DayStatus, DetailStatus, Finality

_PARALLEL_WRITES = 16
_LOOKS = (2, 3, 7, 11, 14, 30, 60, 102)
_LISTS_ONLY_DAYS = 20
"""Of the oldest days, only the lists were read."""
_NEVER_SEEN, _UNPUBLISHED, _PARTIAL = 0.01, 0.02, 0.03
"""Shares of the days up to and with that kind; the rest is complete."""
_LACKS = "2 campaigns (70001 'Spring Sale', 70003 'Basket') of 62 missing"


def fill(store: Storage, *, last: date, days: int, campaigns: int, of_other_days: int, seed: int) -> Manifest:
    """
    Fill a lake, and keep its index.

    Args:
        last: The newest day, which the real publisher publishes.
        days: How many, of which a few are missing or incomplete.
        campaigns: Of the newest day.
        of_other_days: Campaigns of each other one.

    Returns:
        The newest day's manifest.
    """
    write_day(store, last, range(campaigns))
    _, published = timed(store, last)
    newest = published.manifest
    assert newest is not None
    draw = Random(seed)  # noqa: S311 - the same lake each time
    unpublished: dict[date, DayEntry] = {}
    manifests = list(_manifests(newest, days, of_other_days, draw, unpublished))
    with ThreadPoolExecutor(_PARALLEL_WRITES) as pool:
        list(pool.map(store.write_manifest, manifests))
    keep(store, {})
    troubled = manifests[4]
    unpublished[troubled.day] = published_entry(troubled, why="clicks fell from 9,310 to 4,022")
    keep(store, unpublished)
    return newest


def _manifests(
    newest: Manifest, days: int, campaigns: int, draw: Random, unpublished: dict[date, DayEntry]
) -> Iterator[Manifest]:
    for age in range(2, days + 1):
        day = newest.day - timedelta(days=age - 1)
        chance = draw.random()
        if chance < _NEVER_SEEN:
            continue
        if chance < _UNPUBLISHED:
            unpublished[day] = unpublished_entry(INCOMPLETE, why=f"{_LACKS}, it stays unpublished")
            continue
        is_old = age > days - _LISTS_ONLY_DAYS
        status = DayStatus.TOTALS if is_old else DayStatus.PARTIAL if chance < _PARTIAL else DayStatus.COMPLETE
        yield _like(newest, day, status=status, age=age, campaigns=campaigns, draw=draw)


def _like(newest: Manifest, day: date, *, status: DayStatus, age: int, campaigns: int, draw: Random) -> Manifest:
    looks = sum(look <= age for look in _LOOKS)
    other = as_of(newest, day)
    kept = list(other.campaigns.items())[:campaigns]
    finality = finality_of(is_ttl_ended=None, age=age, final_age=_LOOKS[-1])
    published_at = datetime.combine(day + timedelta(days=1), time(2, draw.randrange(60)), UTC)
    described = {
        key: campaign.model_copy(update={"finality": Finality(finality), "fetched_at": published_at})
        for key, campaign in kept
    }
    if status is DayStatus.PARTIAL:
        key = kept[0][0]
        described[key] = described[key].model_copy(update={"status": DetailStatus.MISSING, "snapshot": None})
    return other.model_copy(
        update={
            "status": status,
            "revision": 1 if status is DayStatus.TOTALS else 1 + draw.randint(0, looks),
            "looked_at": age,
            "published_at": published_at,
            "run_id": f"scheduled__{published_at:%Y-%m-%dT02:00:00+00:00}",
            "campaigns": described,
            "event": None,
        }
    )
