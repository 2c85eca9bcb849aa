"""What was purged, so that it is not fetched again. Pure."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, ValidationError

from insider_web_push.errors import ContractViolation, first_mistake


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

    def with_more(self, campaigns: frozenset[str] | None) -> frozenset[str] | None:
        """Give the purged campaigns, with some more; None is the whole day."""
        return None if campaigns is None or self.campaigns is None else self.campaigns | campaigns

    def to_json(self) -> bytes:
        """Write it, indented: people read tombstones."""
        return self.model_dump_json(indent=1).encode()


def parse_tombstone(data: bytes, *, where: str) -> Tombstone:
    """
    Read a tombstone.

    Raises:
        ContractViolation: it is damaged; names it.
    """
    try:
        return Tombstone.model_validate_json(data)
    except ValidationError as error:
        message = f"the tombstone {where} cannot be read: {first_mistake(error).said}; write it anew by purging again"
        raise ContractViolation(message) from None
