"""Builds a day's next revision from its sweep and snapshots. Pure: it says what to write, and writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

import pyarrow as pa

from insider_web_push.answers.day_list import COUNTERS, ListedCampaign, Totals
from insider_web_push.answers.php import parse_flag, parse_text
from insider_web_push.answers.shapes import CampaignMetrics, read_campaign_metrics
from insider_web_push.answers.texts import clean_name
from insider_web_push.dates import age_of
from insider_web_push.days.gathered_day import GatheredDay
from insider_web_push.days.rules import finality_of
from insider_web_push.lake.manifest import Manifest, PublishedCampaign, Sentinel
from insider_web_push.lake.raw import Known, Snapshot
from insider_web_push.tables.campaign_day import CampaignDay, add_rows, no_rows
from insider_web_push.tables.changes import Move, change_rows, content_hash
from insider_web_push.tables.day_tables import (
    DayTables,
    day_tables,
    each_row,
    in_batches,
    joined,
    of_campaigns,
)
from insider_web_push.tables.files import to_arrow, to_parquet
from insider_web_push.tables.schemas import CHANGES, SCHEMA_VERSION, TABLES, Table
from insider_web_push.vocabulary import CallOutcome, Check, DayStatus, DetailStatus, Finality

Answers = Callable[[Iterable[Known]], Mapping[str, Snapshot]]
"""Opens answers; gives them by key."""


@dataclass(frozen=True)
class DayContent:
    """
    A day's rows, before they have a revision.

    Attributes:
        days: What is known of its campaigns, without the answers that rows were made of.
        stand: Campaigns whose rows are, to the last column, those of the revision before.
    """

    status: DayStatus
    days: list[CampaignDay]
    campaigns: dict[str, PublishedCampaign]
    tables: DayTables
    stand: frozenset[str] = frozenset()

    @cached_property
    def hash(self) -> str:
        """Hash of what the rows say; equal ones mean that nothing moved."""
        return content_hash({name: each_row(table) for name, table in self.tables.items()})

    @cached_property
    def totals(self) -> dict[str, int]:
        """The day's counters, added up over its campaigns."""
        of_campaigns = self.tables["campaign_day"]
        return {name: sum(filter(None, of_campaigns[name].to_pylist())) for name in COUNTERS}

    @cached_property
    def checks(self) -> dict[str, list[str]]:
        """Campaigns that failed a check, by the check's name."""
        failed: dict[str, list[str]] = {}
        for row in each_row(self.tables["campaign_day"], "campaign_id", "failed_checks"):
            for check in row["failed_checks"]:
                failed.setdefault(str(Check(check)), []).append(row["campaign_id"])
        return dict(sorted(failed.items()))


def content_of(
    day: GatheredDay,
    answers: Answers,
    *,
    status: DayStatus,
    accepted: Mapping[str, str],
    unmoved: DayTables | None = None,
) -> DayContent:
    """
    Build the rows of a day.

    Campaigns of the day are those that are listed now, and those that were published or fetched before: one that
    vanished from the list keeps its last figures. Answers are opened, and rows made, of a batch of campaigns at a time:
    each takes twenty times as much then as it does afterwards.

    Args:
        day: What is stored of the day.
        answers: Opens those that `day.known` names, but for those of *unmoved* campaigns.
        status: What the day is published as.
        accepted: Who let the day go without a campaign, by its id.
        unmoved: Rows of the revision before that stand; None if none do.
    """
    published, why_missing = day.published, day.why_missing
    ids = day.swept.keys() | published.keys() | day.known.keys()
    days: list[CampaignDay] = []
    campaigns: dict[str, PublishedCampaign] = {}
    stand: set[str] = set()
    # What the day has of a campaign is new each time: of the table that says so, all rows are made.
    below = dict(unmoved or day_tables(no_rows()))
    of_before = below.pop("campaign_day")
    parts: list[DayTables] = [below]
    for some in in_batches(sorted(ids)):
        was = {row["campaign_id"]: row for row in each_row(of_campaigns(of_before, some))}
        snapshots = answers(day.known[key] for key in some if key in day.known and key not in was)
        rows = no_rows()
        for key in some:
            campaign_day, campaigns[key] = _campaign(
                key,
                day,
                snapshots,
                published.get(key),
                was.get(key),
                of_day=status,
                accepted_by=accepted.get(key),
                why_missing=why_missing.get(key),
            )
            add_rows(rows, campaign_day)
            if key in was and was[key].items() <= rows["campaign_day"][-1].items():
                stand.add(key)
            days.append(replace(campaign_day, detail=None, unmoved=None))
        parts.append(day_tables(rows))
    return DayContent(status, days, campaigns, joined(parts), frozenset(stand))


def _campaign(
    campaign_id: str,
    day: GatheredDay,
    snapshots: Mapping[str, Snapshot],
    published: PublishedCampaign | None,
    unmoved: Mapping[str, Any] | None,
    *,
    of_day: DayStatus,
    accepted_by: str | None,
    why_missing: str | None,
) -> tuple[CampaignDay, PublishedCampaign]:
    swept, known = day.swept.get(campaign_id), day.known.get(campaign_id)
    snapshot = snapshots[known.key] if known and not unmoved else None
    detail = _detail(snapshot)
    # As it stands in the row that was made of the answer, or as the answer says.
    answered, is_ttl_ended = (unmoved["name"], unmoved["is_ttl_ended"]) if unmoved else _said_by(detail)
    status = _status(swept, known, published, of_day)
    seen_at = known.fetched_at if known else day.swept_at
    said = swept or published
    # What left the list can give no newer figures: it ages with the day.
    finality = _finality(day, is_ttl_ended=is_ttl_ended, at=seen_at if swept else max(seen_at, day.swept_at))
    baseline = known.baseline if known else _stand_in(status, swept, published)
    name = answered or (said.name if said else None)
    built = CampaignDay(
        campaign_id=campaign_id,
        day=day.day,
        timezone=day.timezone,
        name=name,
        type=said.type if said else None,
        swept=swept,
        detail=detail,
        baseline=baseline,
        status=status,
        finality=finality,
        seen_at=seen_at,
        numbers=day.rules.number_format,
        unmoved=unmoved,
    )
    return built, PublishedCampaign(
        name=name,
        type=built.type,
        listed=swept is not None,
        status=status,
        finality=finality,
        reason=snapshot.reason if snapshot else _why_missing(status, why_missing),
        snapshot=known.key if known else None,
        snapshot_at=known.fetched_at if known else None,
        fetched_at=seen_at,
        baseline=baseline,
        says_less=known is not None and known.says_less,
        accepted_by=accepted_by,
    )


def _said_by(detail: CampaignMetrics | None) -> tuple[str | None, bool | None]:
    """Give the name that an answer says, and whether delivery has ended."""
    if detail is None:
        return None, None
    return clean_name(parse_text(detail.name).value), parse_flag(detail.is_ttl_ended).value


def _finality(day: GatheredDay, *, is_ttl_ended: bool | None, at: datetime) -> Finality:
    return finality_of(
        is_ttl_ended=is_ttl_ended,
        age=age_of(day.day, at, day.timezone),
        final_age=day.rules.final_age,
    )


def _detail(snapshot: Snapshot | None) -> CampaignMetrics | None:
    if snapshot is None or snapshot.outcome is not CallOutcome.FETCHED:
        return None
    return read_campaign_metrics(snapshot.body)


def _status(
    swept: ListedCampaign | None, known: Known | None, published: PublishedCampaign | None, of_day: DayStatus
) -> DetailStatus:
    if known is not None:
        return DetailStatus.SKIPPED if known.outcome is CallOutcome.SKIPPED else DetailStatus.FETCHED
    if swept is None:
        if published is None:
            return DetailStatus.QUIET
        return _of_the_list(of_day) if published.status.is_of_the_list else published.status
    return DetailStatus.QUIET if swept.totals.are_zero else _of_the_list(of_day)


def _why_missing(status: DetailStatus, why: str | None) -> str | None:
    return why if status is DetailStatus.MISSING else None


def _of_the_list(of_day: DayStatus) -> DetailStatus:
    return DetailStatus.TOTALS if of_day is DayStatus.TOTALS else DetailStatus.MISSING


def _stand_in(status: DetailStatus, swept: ListedCampaign | None, published: PublishedCampaign | None) -> Totals | None:
    """Give the list's totals of a campaign that was never fetched; a vanished one keeps those it had."""
    if not status.is_of_the_list:
        return None
    return swept.totals if swept else published.baseline if published else None


def is_unmoved(content: DayContent, before: Manifest | None) -> bool:
    """Whether the published revision says the same."""
    if before is None or before.status is not content.status:
        return False
    all_stand = len(content.stand) == len(content.campaigns) == len(before.campaigns)
    return all_stand or before.content == content.hash


def files_of(tables: DayTables, *, revision: int, version: int = SCHEMA_VERSION) -> dict[str, tuple[bytes, int]]:
    """
    Write the Parquet files of a revision: bytes and number of rows, by table.

    Args:
        version: Of the tables' columns.
    """
    return {name: _file(table, tables[name], revision, version) for name, table in TABLES.items()}


def _file(table: Table, rows: pa.Table, revision: int, version: int) -> tuple[bytes, int]:
    stamp = {"revision": revision, "schema_version": min(version, table.version)}
    schema, ordered = table.schema_of(version), rows.sort_by([(name, "ascending") for name in table.key])
    columns = [
        pa.repeat(pa.scalar(stamp[field.name], field.type), len(rows)) if field.name in stamp else ordered[field.name]
        for field in schema
    ]
    # In one piece: where pieces begin would show in the file.
    return to_parquet(pa.table(columns, schema=schema).combine_chunks()), len(rows)


def changes_file(
    moves: list[Move], content: DayContent, *, before: Manifest, published_at: datetime
) -> tuple[bytes, int]:
    """Write the Parquet file of what a revision changed."""
    rows = change_rows(
        moves,
        from_revision=before.revision,
        revision=before.revision + 1,
        changed_at=published_at,
        fetched_at={campaign_id: campaign.fetched_at for campaign_id, campaign in content.campaigns.items()},
    )
    made = to_arrow(CHANGES, [row | {"schema_version": CHANGES.version} for row in rows])
    return to_parquet(made), len(rows)


def sentinel_of(content: DayContent, before: Manifest | None, moves: list[Move]) -> Sentinel:
    """Tell how often the totals stood still over a fetch, and where figures had moved all the same."""
    if before is None:
        return Sentinel()
    moved = {move.campaign_id for move in moves if move.metric != "finality"}
    checked = [
        campaign_id
        for campaign_id, campaign in content.campaigns.items()
        if (was := before.campaigns.get(campaign_id))
        and was.snapshot
        and was.snapshot != campaign.snapshot
        and was.baseline == campaign.baseline
        # Totals that cannot be read did not stand still; nobody knows what they did.
        and not (campaign.baseline and campaign.baseline.unreadable)
    ]
    return Sentinel(checked=len(checked), missed=[campaign_id for campaign_id in checked if campaign_id in moved])


def still_published(content: DayContent, before: Manifest) -> dict[str, PublishedCampaign]:
    """Give the campaigns of an unmoved day: looked at again, with the figures' own instants."""
    return {
        key: campaign.model_copy(update={"fetched_at": before.campaigns.get(key, campaign).fetched_at})
        for key, campaign in content.campaigns.items()
    }
