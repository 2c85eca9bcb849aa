"""Publishers of one lake in processes of their own, which meet between what they read of a day and what they commit."""

import multiprocessing
import os
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any, Protocol

from insider_web_push.days.gathered_day import GatheredDay
from insider_web_push.lake.manifest import EventOwed
from insider_web_push.lake.storage import Storage
from insider_web_push.reader import DayReader
from tests.builders import SWEPT_AT, swept
from tests.lake import Lake
from tests.unit.publishing.looks import body

CAMPAIGNS = ("1", "2")
"""One for each publisher: it alone gets new answers for it."""
LOOKS = 2
_AT_MOST_S = 30.0
"""A publisher that died must not keep the other one waiting for good."""
Commits = list[tuple[str, str | None]]


class Results(Protocol):
    """Where the processes put the commits that took place: keys, with the version that each was made from."""

    def put(self, obj: Commits, /) -> None:
        """Hand on those of one process."""

    def get(self, *, timeout: float) -> Commits:
        """Take those of one process."""


class Noting(Storage):
    """A storage that notes what each commit was made from, if it took place."""

    def __init__(self, url: str) -> None:
        super().__init__(url, "brand")
        self.commits: Commits = []

    def swap(self, key: str, data: bytes, *, made_from: str | None) -> bool:
        """Commit, and note it."""
        is_there = super().swap(key, data, made_from=made_from)
        if is_there:
            self.commits.append((key, made_from))
        return is_there


def lake_at(url: str) -> Lake:
    """Give a lake in any store."""
    lake = Lake(Path("/nowhere"))
    lake.store, lake.reader = Noting(url), DayReader(url, "brand")
    return lake


def conversions(look: int) -> int:
    """Tell a campaign's conversions as a look finds them; each finds more."""
    return 15 + look


def publish(
    number: int, lake_of: tuple[str, Mapping[str, str]], days: list[date], together: Barrier, results: Results
) -> None:
    """Look at each day several times, and commit it while the other one does."""
    url, environment = lake_of
    os.environ |= environment  # the process that this one is forked from may be older than the connection
    lake = lake_at(url)
    run = EventOwed(dag_id="insider_web_push_refresh", run_id=f"manual__{number}")

    def gathered(day: date) -> Iterator[GatheredDay]:
        first = lake.gathered(day=day)
        together.wait(_AT_MOST_S)
        yield first
        while True:
            yield lake.gathered(day=day)

    for day, look in ((day, look) for day in days for look in range(LOOKS)):
        together.wait(_AT_MOST_S)
        at = SWEPT_AT + timedelta(hours=look + 1)
        answer = {"baseline": swept().totals, "body": body(conversions=str(conversions(look)))}
        lake.answer(CAMPAIGNS[number], day=day, fetched_at=at, **answer)
        lake.publisher(now=at, run=run).publish(day, gathered(day).__next__)
    assert isinstance(lake.store, Noting)
    results.put(lake.store.commits)


def compete(url: str, days: list[date], environment: Mapping[str, str]) -> Commits:
    """
    Let two publish days at once, of each of which there are a list and first answers.

    Returns:
        The commits of both that took place.
    """
    lake = lake_at(url)
    for day in days:
        lake.list_day([swept(campaign) for campaign in CAMPAIGNS], day=day)
        for campaign in CAMPAIGNS:
            lake.answer(campaign, day=day, fetched_at=SWEPT_AT, baseline=swept().totals)
    context: Any = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    together, results = context.Barrier(len(CAMPAIGNS)), context.Queue()
    publishers = [
        context.Process(target=publish, args=(number, (url, environment), days, together, results))
        for number in range(len(CAMPAIGNS))
    ]
    for publisher in publishers:
        publisher.start()
    commits = [commit for _ in publishers for commit in results.get(timeout=300)]
    for publisher in publishers:
        publisher.join()
    return commits
