"""
What a raw object holds. Pure: bytes in, bytes out.

Raw objects are immutable and are the history: everything else is rebuilt from them without a call.
"""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, ValidationError

from insider_web_push.errors import ContractViolation
from insider_web_push.sweep import Totals

_INSTANT = "%Y%m%dT%H%M%S.%fZ"
"""Sorts by time, and has no colon, which some stores and tools cannot have in a name."""


class Outcome(StrEnum):
    """
    What became of a call for one campaign day.

    fetched: a 2xx of the documented shape. skipped: the API has nothing for it, and its totals are zero.
    rejected: a 2xx that breaks the documented shape; kept to look at, never read into tables.
    """

    FETCHED = "fetched"
    SKIPPED = "skipped"
    REJECTED = "rejected"


def _body_from_json(value: object) -> object:
    match value:
        case str():
            return value.encode()
        case {"base64": str(text)}:
            return base64.b64decode(text)
    return value


def _body_to_json(body: bytes) -> object:
    """Text where it is text, so that people can read a snapshot; the exact bytes in any case."""
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


R = TypeVar("R", bound=_RawObject)


class Snapshot(_RawObject):
    """
    One answer of campaign-metrics, verbatim.

    Attributes:
        baseline: The campaign's totals that were swept before this call: unlike the present ones, it has moved.
        reason: Why it was skipped or rejected.
    """

    campaign_id: str
    outcome: Outcome
    reason: str | None = None
    request: dict[str, str]
    status: int
    fetched_at: datetime
    baseline: Totals | None
    body: Body

    @property
    def file_name(self) -> str:
        """`20261123T010203.000000Z.json.gz`, with the outcome before the ending where it was not fetched."""
        return _file_name(self.fetched_at, self.outcome)


class SweptPage(BaseModel):
    """One answer of overall-metrics, verbatim."""

    model_config = ConfigDict(frozen=True)

    request: dict[str, str]
    status: int
    body: Body


class SweepSnapshot(_RawObject):
    """All pages of one sweep, verbatim."""

    outcome: Outcome = Outcome.FETCHED
    swept_at: datetime
    pages: list[SweptPage]

    @property
    def file_name(self) -> str:
        """As a snapshot's; a rejected sweep is kept to look at, and is never read."""
        return _file_name(self.swept_at, self.outcome)


def _file_name(moment: datetime, outcome: Outcome) -> str:
    mark = "" if outcome is Outcome.FETCHED else f".{outcome}"
    return f"{instant_name(moment)}{mark}.json.gz"


def instant_name(moment: datetime) -> str:
    """Write an instant as part of an object's name."""
    return moment.astimezone(UTC).strftime(_INSTANT)


def parse_file_name(name: str) -> tuple[datetime, Outcome] | None:
    """
    Read what a snapshot's name says.

    Returns:
        None for a file that is no snapshot (a half-written one, say).
    """
    stem, dot, _ = name.removesuffix(".gz").rpartition(".json")
    if not dot or not name.endswith(".json.gz"):
        return None
    moment, _, mark = stem.partition("Z")
    try:
        return datetime.strptime(f"{moment}Z", _INSTANT).replace(tzinfo=UTC), Outcome(
            mark.lstrip(".") or Outcome.FETCHED
        )
    except ValueError:
        return None


def pack(raw: _RawObject) -> bytes:
    """Write a raw object's bytes; the same object gives the same bytes."""
    return gzip.compress(json.dumps(raw.model_dump(mode="json"), ensure_ascii=False).encode(), mtime=0)


def unpack_snapshot(packed: bytes, *, where: str) -> Snapshot:
    """
    Read a snapshot.

    Raises:
        ContractViolation: the object is damaged; names it.
    """
    return _unpack(Snapshot, packed, where)


def unpack_sweep(packed: bytes, *, where: str) -> SweepSnapshot:
    """
    Read a sweep.

    Raises:
        ContractViolation: the object is damaged; names it.
    """
    return _unpack(SweepSnapshot, packed, where)


def _unpack(kind: type[R], packed: bytes, where: str) -> R:
    try:
        return kind.model_validate_json(gzip.decompress(packed))
    except (OSError, EOFError, zlib.error, ValidationError) as error:
        message = f"the stored object {where} is damaged ({type(error).__name__}): remove it, and fetch it again"
        raise ContractViolation(message) from None
