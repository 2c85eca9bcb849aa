"""
What a raw object holds. Pure: bytes in, bytes out.

Raw objects are immutable and are the history: everything else is rebuilt from them without a call.
"""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, ValidationError

from insider_web_push.answers.day_list import Totals
from insider_web_push.answers.said_totals import says_less, totals_said
from insider_web_push.errors import DamagedObject
from insider_web_push.vocabulary import CallOutcome, NumberFormat

ALWAYS_UNPACKED_BYTES, MOST_TIMES, MOST_UNPACKED_BYTES = 16 * 2**20, 100, 256 * 2**20
"""
What a raw object may unpack to: up to the first in any case, beyond it so many times its own size, and never more than
the last. Gzip makes a thousand bytes of one where they are all equal; lists and answers give ten to thirty.
"""
_GZIP = 16 + zlib.MAX_WBITS
"""What zlib calls a gzip member, as `gzip.compress` writes one."""


def _body_from_json(value: object) -> object:
    match value:
        case str():
            return value.encode()
        case {"base64": str(text)}:
            return base64.b64decode(text)
    return value


def _body_to_json(body: bytes) -> object:
    """Give text as text, so that people can read a snapshot; either form keeps the exact bytes."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode("ascii")}


Body = Annotated[bytes, BeforeValidator(_body_from_json), PlainSerializer(_body_to_json)]


class _RawObject(BaseModel):
    model_config = ConfigDict(frozen=True)

    format: int = 1
    run_id: str
    partner_id: str
    day: date

    def pack(self) -> bytes:
        """Write the object's bytes; the same object gives the same bytes."""
        return gzip.compress(json.dumps(self.model_dump(mode="json"), ensure_ascii=False).encode(), mtime=0)

    @classmethod
    def unpack(cls, packed: bytes, *, where: str) -> Self:
        """
        Read what `pack` wrote.

        Raises:
            DamagedObject: it is; names it.
        """
        try:
            return cls.model_validate_json(unpacked(packed, where, remedy="remove it, and fetch it again"))
        except (OSError, EOFError, zlib.error, ValidationError) as error:
            message = f"the stored object {where} is damaged ({type(error).__name__}): remove it, and fetch it again"
            raise DamagedObject(message) from None


def unpacked(packed: bytes, where: str, *, remedy: str) -> bytes:
    """
    Unpack what gzip has packed, as far as an object of the lake can be worth.

    Args:
        remedy: What to do about one that unpacks to more, in words.

    Raises:
        DamagedObject: it does; names it.
        EOFError: it is cut, or something comes after it.
        zlib.error: it is not gzip's.
    """
    most = min(MOST_UNPACKED_BYTES, max(ALWAYS_UNPACKED_BYTES, MOST_TIMES * len(packed)))
    unpacker = zlib.decompressobj(wbits=_GZIP)
    unpacked = unpacker.decompress(packed, most + 1)
    if len(unpacked) > most:
        raise DamagedObject(
            f"the stored object {where} of {len(packed)} bytes unpacks to more than {most}, which none does: {remedy}"
        )
    if not unpacker.eof or unpacker.unused_data:
        raise EOFError
    return unpacked


class Snapshot(_RawObject):
    """
    One answer of campaign-metrics, verbatim.

    Attributes:
        baseline: The totals that were swept before this call; if they differ from the present ones, figures have moved.
        reason: Why it was skipped or rejected.
    """

    campaign_id: str
    outcome: CallOutcome
    reason: str | None = None
    request: dict[str, str]
    status: int
    fetched_at: datetime
    baseline: Totals | None
    body: Body

    def as_known(self, key: str, numbers: NumberFormat, *, packed: bytes) -> Known:
        """
        Give what planning needs of it.

        Args:
            key: Its own, relative to the storage.
            numbers: How the account's figures are printed.
            packed: What it was read from.
        """
        said = totals_said(self.body, numbers) if self.outcome is CallOutcome.FETCHED else None
        is_less = said is not None and says_less(said, self.baseline)
        return Known(key, self.outcome, self.fetched_at, self.baseline, said=said, says_less=is_less, packed=packed)


class StoredPage(BaseModel):
    """One answer of overall-metrics, verbatim."""

    model_config = ConfigDict(frozen=True)

    request: dict[str, str]
    status: int
    body: Body


class StoredList(_RawObject):
    """
    All pages of one list, verbatim; a rejected one is kept to look at, and is never read.

    Attributes:
        swept_at: When it was begun to be read, and after any list of the day that is stored; UTC.
        pages: One reading, or several after each other, where the list did not stand still. Each begins with page 1.
        top_metrics: The account's totals of the day, as top-metrics gave them after it; None if it did not.
        cut: Whether rows were taken out of it, since their campaigns were purged.
    """

    outcome: CallOutcome = CallOutcome.FETCHED
    swept_at: datetime
    pages: list[StoredPage]
    top_metrics: StoredPage | None = None
    cut: bool = False

    @property
    def readings(self) -> list[list[StoredPage]]:
        """The pages of each reading, in the order in which they were read."""
        found: list[list[StoredPage]] = []
        for page in self.pages:
            if not found or page.request.get("page") == "1":
                found.append([])
            found[-1].append(page)
        return found


@dataclass(frozen=True, slots=True)
class Known:
    """
    The newest usable snapshot of a campaign day.

    Attributes:
        key: Its object, relative to the storage.
        baseline: The totals that were listed before it.
        said: The totals that the answer itself says; None where it was not opened.
        packed: The stored answer, where it was read to know it: nobody needs to read it again. Opened, it would be six
            times as large.
        says_less: Whether they fell below those that were listed before it.
    """

    key: str
    outcome: CallOutcome
    fetched_at: datetime
    baseline: Totals | None
    said: Totals | None = field(default=None, compare=False)
    says_less: bool = False
    packed: bytes | None = field(default=None, compare=False, repr=False)
