"""
Publish one stored day in a process of its own, and say what that took.

    python -m include.bench.publish_once STORAGE DAY

Prints JSON: wall_s of publishing, of looking again at the unmoved day, and once more when three campaigns have moved;
peak_rss_mb of the whole process, which leaves it to another one to make up the moved figures.
"""

import json
import sys
import time
from datetime import UTC, date, datetime
from multiprocessing import get_context

from include.bench.figures import peak_kib
from include.bench.raw_days import PARTNER, TIMEZONE, move_campaigns
from insider_web_push.days.gathered_day import gather
from insider_web_push.days.handover import DiscoveredDay
from insider_web_push.days.rules import Rules
from insider_web_push.lake.manifest import EventOwed
from insider_web_push.lake.storage import Storage
from insider_web_push.publishing.commit import Publisher
from insider_web_push.publishing.drafting import Drafter
from insider_web_push.publishing.event import Event
from insider_web_push.publishing.published import Published
from insider_web_push.publishing.revision import DayContent

_KIB_IN_MB = 1024 / 1e6
_MOVED = 3


def main(storage: str, day: date) -> None:
    """Publish three times: the second time nothing has moved, the third time three campaigns have."""
    store = Storage(storage, PARTNER)
    first_s, published = timed(store, day)
    assert published.manifest is not None
    campaigns = len(published.manifest.campaigns)
    del published  # held on to, it would be a fifth of the next peak
    again_s = timed(store, day)[0]
    mover = get_context("spawn").Process(target=_move, args=(storage, day, campaigns))
    mover.start()
    mover.join()
    moved_s, moved = timed(store, day)
    assert moved.manifest is not None
    assert len(moved.manifest.moved) == _MOVED, moved.why
    print(
        json.dumps(
            {
                "campaign_days": campaigns,
                "wall_s": round(first_s, 2),
                "unmoved_wall_s": round(again_s, 2),
                "moved_wall_s": round(moved_s, 2),
                "peak_rss_mb": round(peak_kib() * _KIB_IN_MB),
            }
        )
    )


def _move(storage: str, day: date, campaigns: int) -> None:
    move_campaigns(Storage(storage, PARTNER), day, campaigns, moved=_MOVED)


def timed(store: Storage, day: date) -> tuple[float, Published]:
    """Publish a stored day; tells the seconds that it took."""
    work = _work(store, day)
    publisher = Publisher(
        store=store,
        run=EventOwed(dag_id="bench", run_id="bench"),
        event_of=lambda _: Event.SENT,
        now=lambda: datetime.now(UTC),
    )
    began = time.perf_counter()
    published = publisher.publish(day, lambda: gather(store, work, rules=Rules(), timezone=TIMEZONE))
    assert published is not None
    return time.perf_counter() - began, published


def drafted(store: Storage, day: date) -> DayContent:
    """Give what a stored day would be published with."""
    gathered = gather(store, _work(store, day), rules=Rules(), timezone=TIMEZONE)
    assert gathered is not None
    standing = gathered.standing(now=datetime.now(UTC))
    assert standing.status is not None
    return Drafter(store=store, run_id="bench").draft(gathered, standing, status=standing.status).content


def _work(store: Storage, day: date) -> DiscoveredDay:
    return DiscoveredDay(
        day=day.isoformat(), why="", mode="changed", depth="full", only=[], closing=False, rebuild=False,
        sweep=store.newest_list(day), campaigns=0, calls=0, problem="",
    )  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1], date.fromisoformat(sys.argv[2]))
