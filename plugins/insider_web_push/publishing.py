"""From a day's sweep and snapshots to its next revision. Pure: what to write, not the writing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from insider_web_push.manifest import DetailStatus, Manifest, PublishedCampaign, PublishedFile, content_hash
from insider_web_push.models import parse_campaign_metrics
from insider_web_push.planning import Known
from insider_web_push.responses import json_object
from insider_web_push.rows import CampaignDay, TableRows, rows_of
from insider_web_push.snapshots import Outcome, Snapshot
from insider_web_push.sweep import Swept
from insider_web_push.tables import SCHEMA_VERSION, TABLES, to_arrow, to_parquet


@dataclass(frozen=True, slots=True, kw_only=True)
class DayInput:
    """
    All that a day's tables are made from.

    Attributes:
        swept: Campaigns of the newest sweep, by id.
        swept_at: When that was, UTC.
        known: Newest usable snapshot, by campaign id.
        snapshots: The opened snapshots, by key.
        before: What is published now; None if nothing is.
    """

    swept: Mapping[str, Swept]
    swept_at: datetime
    known: Mapping[str, Known]
    snapshots: Mapping[str, Snapshot]
    before: Manifest | None


@dataclass(frozen=True, slots=True)
class DayContent:
    """A day's rows, before they have a revision."""

    tables: TableRows
    campaigns: dict[str, PublishedCampaign]
    content: str

    @property
    def failed_checks(self) -> int:
        """Number of figures that could not be read."""
        return sum(len(row["failed_checks"]) for row in self.tables["campaign_day"])


def content_of(day: DayInput) -> DayContent:
    """
    Build the rows of a day whose campaigns are all there.

    Campaigns of the day are those that are listed now, and those that were published or fetched before: one that
    vanished from the list keeps its last figures.
    """
    published = day.before.campaigns if day.before else {}
    ids = day.swept.keys() | published.keys() | day.known.keys()
    found = {campaign_id: _campaign(campaign_id, day) for campaign_id in sorted(ids)}
    tables = rows_of(campaign_day for campaign_day, _ in found.values())
    return DayContent(tables, {key: campaign for key, (_, campaign) in found.items()}, content_hash(tables))


def files_of(content: DayContent, *, revision: int) -> dict[str, bytes]:
    """Write the Parquet files of a revision, by table."""
    stamp: dict[str, Any] = {"revision": revision, "schema_version": SCHEMA_VERSION}
    return {
        name: to_parquet(to_arrow(table, [row | stamp for row in content.tables[name]]))
        for name, table in TABLES.items()
    }


def described(keys: Mapping[str, str], files: Mapping[str, bytes], content: DayContent) -> dict[str, PublishedFile]:
    """Describe a revision's files for the manifest, by table."""
    return {
        name: PublishedFile(
            key=keys[name], sha256=hashlib.sha256(data).hexdigest(), bytes=len(data), rows=len(content.tables[name])
        )
        for name, data in files.items()
    }


def _campaign(campaign_id: str, day: DayInput) -> tuple[CampaignDay, PublishedCampaign]:
    swept, known = day.swept.get(campaign_id), day.known.get(campaign_id)
    published = day.before.campaigns.get(campaign_id) if day.before else None
    snapshot = day.snapshots[known.key] if known else None
    status = _status(known)
    seen_at = known.fetched_at if known else day.swept_at
    detail = (
        parse_campaign_metrics(json_object(snapshot.body))
        if snapshot and known and known.outcome is Outcome.FETCHED
        else None
    )
    said = swept or published
    name = (detail.name if detail else None) or (said.name if said else None)
    kind = said.type if said else None
    row = CampaignDay(
        campaign_id=campaign_id,
        name=name,
        type=kind,
        listed=swept is not None,
        detail=detail,
        status=status,
        seen_at=seen_at,
    )
    return row, PublishedCampaign(
        name=name,
        type=kind,
        listed=swept is not None,
        status=status,
        reason=snapshot.reason if snapshot else None,
        snapshot=known.key if known else None,
        fetched_at=seen_at,
        baseline=known.baseline if known else None,
    )


def _status(known: Known | None) -> DetailStatus:
    if known is None:
        return DetailStatus.QUIET
    return DetailStatus.SKIPPED if known.outcome is Outcome.SKIPPED else DetailStatus.FETCHED


def next_manifest(
    content: DayContent,
    files: dict[str, PublishedFile],
    *,
    partner_id: str,
    day: date,
    about: Mapping[str, Any],
    before: Manifest | None,
) -> Manifest:
    """
    Describe the next revision.

    Args:
        content: The day's rows and campaigns.
        files: The revision's files, by table.
        partner_id: The account.
        day: The day.
        about: `timezone`, `published_at`, `run_id` and `sweep` of the manifest.
        before: What is published now.
    """
    return Manifest(
        partner_id=partner_id,
        day=day,
        revision=before.revision + 1 if before else 1,
        content=content.content,
        files=files,
        campaigns=content.campaigns,
        failed_checks=content.failed_checks,
        event_owed=True,
        **about,
    )
