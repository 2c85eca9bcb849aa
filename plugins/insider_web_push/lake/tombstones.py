"""What was purged, so that it is not fetched again. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError

from insider_web_push.errors import DamagedObject, first_mistake


class Tombstone(BaseModel):
    """
    What was purged of a day.

    Attributes:
        campaigns: The purged campaigns; None is the whole day.
        purged_at: The last purge of this day, UTC.
        run_id: The run that did it.
    """

    model_config = ConfigDict(frozen=True)

    partner_id: str
    day: date
    campaigns: frozenset[str] | None
    purged_at: datetime
    run_id: str

    @property
    def is_whole_day(self) -> bool:
        """Whether nothing of the day is left."""
        return self.campaigns is None

    def covers(self, campaign_id: str) -> bool:
        """Whether a campaign of the day was purged."""
        return self.campaigns is None or campaign_id in self.campaigns

    def covers_any(self, campaign_ids: Iterable[str]) -> bool:
        """Whether any of some campaigns of the day was purged."""
        return any(map(self.covers, campaign_ids))

    def to_json(self) -> bytes:
        """Write it, indented: people read tombstones."""
        return self.model_dump_json(indent=1).encode()

    @classmethod
    def from_json(cls, data: bytes, *, where: str) -> Self:
        """
        Read a tombstone.

        Raises:
            DamagedObject: it is damaged; names it.
        """
        try:
            return cls.model_validate_json(data)
        except ValidationError as error:
            said = first_mistake(error).said
            message = f"the tombstone {where} cannot be read: {said}: remove it, and purge again"
            raise DamagedObject(message) from None
