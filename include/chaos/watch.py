"""Somebody who reads the day all the time, and would see half of it."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from typing import Self

import aiohttp
import pyarrow.parquet as pq
from botocore.exceptions import BotoCoreError, ClientError  # type: ignore[import-untyped]  # it ships no types

from insider_web_push.errors import ContractViolation, IncompleteDay
from insider_web_push.lake.storage import Storage
from insider_web_push.reader import DayReader

_EVERY_S = 0.5
_STORE_IS_DOWN = (OSError, BotoCoreError, ClientError, aiohttp.ClientError)


@dataclass
class Watcher:
    """
    Compares what a reader gets with the whole day: by the manifest, and in the copy for plain SQL.

    Attributes:
        looks: How often it got an answer.
        torn: How often that was neither nothing nor the whole day.
    """

    storage: str
    partner_id: str
    day: date
    whole: Sequence[str]
    looks: int = 0
    torn: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)

    @classmethod
    @contextmanager
    def watching(cls, storage: str, partner_id: str, day: date, whole: Sequence[str]) -> Iterator[Self]:
        """Watch for as long as the block lasts."""
        watcher = cls(storage, partner_id, day, sorted(whole))
        thread = threading.Thread(target=watcher._watch, daemon=True)
        thread.start()
        try:
            yield watcher
        finally:
            watcher._stop.set()
            thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(_EVERY_S):
            for look in (self._by_manifest, self._by_table):
                try:
                    seen = look()
                except IncompleteDay:
                    seen = None
                except ContractViolation:
                    seen = []
                except _STORE_IS_DOWN:
                    continue
                self.looks += 1
                self.torn += seen is not None and sorted(seen) != self.whole

    def _by_manifest(self) -> list[str]:
        return campaigns_read(self.storage, self.partner_id, self.day)

    def _by_table(self) -> list[str] | None:
        key = f"tables/campaign_day/partner_id={self.partner_id}/day={self.day}/part-0.parquet"
        data = Storage(self.storage, self.partner_id).read_if_there(key)
        return None if data is None else pq.read_table(BytesIO(data))["campaign_id"].to_pylist()


def campaigns_read(storage: str, partner_id: str, day: date) -> list[str]:
    """
    Read a published day's campaigns.

    Raises:
        IncompleteDay: it is not published.
    """
    found: list[str] = DayReader(storage, partner_id).read(day)["campaign_id"].to_pylist()
    return found
