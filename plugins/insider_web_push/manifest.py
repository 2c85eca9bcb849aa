"""The manifest of a day: THE commit. What it does not name does not exist for readers. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from insider_web_push.errors import ContractViolation
from insider_web_push.planning import Known
from insider_web_push.rows import TableRows
from insider_web_push.snapshots import Outcome
from insider_web_push.sweep import Totals
from insider_web_push.tables import PROVENANCE


class DetailStatus(StrEnum):
    """Where a campaign day's figures come from: a call, all-zero totals, or an answer that there is nothing."""

    FETCHED = "fetched"
    QUIET = "quiet"
    SKIPPED = "skipped"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class PublishedFile(_Part):
    """One table's file of a revision; `key` is relative to the storage."""

    key: str
    sha256: str
    bytes: int
    rows: int


class PublishedCampaign(_Part):
    """
    One campaign of the day.

    Attributes:
        snapshot: Object that its figures were read from, relative to the storage; None if it is quiet.
        baseline: The totals that were swept before that snapshot.
    """

    name: str | None
    type: str | None = None
    listed: bool
    status: DetailStatus
    reason: str | None = None
    snapshot: str | None = None
    fetched_at: datetime
    baseline: Totals | None = None

    def as_known(self) -> Known | None:
        """Give the snapshot, as planning knows it."""
        if self.snapshot is None:
            return None
        outcome = Outcome.SKIPPED if self.status is DetailStatus.SKIPPED else Outcome.FETCHED
        return Known(self.snapshot, outcome, self.fetched_at, self.baseline)


class Manifest(_Part):
    """
    What a day consists of.

    Attributes:
        revision: From 1; a new one only where figures moved.
        published_at: When this revision was committed, UTC.
        sweep: The newest sweep that this day was held against, relative to the storage.
        content: Hash of all rows without their provenance; equal ones mean that nothing moved.
        failed_checks: Number of figures that could not be read.
        event_owed: Whether the asset event of this revision may not have been sent yet.
    """

    format: Literal[1] = 1
    partner_id: str
    day: date
    timezone: str
    revision: int
    published_at: datetime
    run_id: str
    sweep: str
    content: str
    files: dict[str, PublishedFile]
    campaigns: dict[str, PublishedCampaign]
    failed_checks: int
    event_owed: bool

    def to_json(self) -> bytes:
        """Write it, indented: people read manifests."""
        return self.model_dump_json(indent=1).encode()


def parse_manifest(data: bytes, *, where: str) -> Manifest:
    """
    Read a manifest.

    Raises:
        ContractViolation: it is damaged, or written by a newer version; names it.
    """
    try:
        return Manifest.model_validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        what = f"{first['loc']}: {first['msg']}"
        message = f"the manifest {where} cannot be read ({what}): remove it, and publish the day again"
        raise ContractViolation(message) from None


def content_hash(tables: TableRows) -> str:
    """Hash what the rows say, in an order of their own, without when and as which revision they came."""

    def said(row: Mapping[str, Any]) -> str:
        return json.dumps({k: v for k, v in row.items() if k not in PROVENANCE}, sort_keys=True, default=str)

    digest = hashlib.sha256()
    for name in sorted(tables):
        digest.update(f"{name}\n".encode())
        digest.update("\n".join(sorted(map(said, tables[name]))).encode())
    return digest.hexdigest()
