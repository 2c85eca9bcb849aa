"""Brings the table `campaign` up to date with a day: of its files, those with campaigns of the day are rewritten."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pyarrow as pa

from insider_web_push.lake.manifest import Manifest
from insider_web_push.lake.storage import Storage
from insider_web_push.publishing.revision import DayContent
from insider_web_push.tables.campaign import OF_THE_DAY, CampaignRow, campaign_rows
from insider_web_push.tables.campaign_day import CampaignDay
from insider_web_push.tables.campaign_parts import FIRST, all_of, file_of, in_files
from insider_web_push.tables.day_tables import each_row, of_campaigns
from insider_web_push.tables.files import from_parquet, to_arrow, to_parquet
from insider_web_push.tables.schemas import CAMPAIGNS


def write_campaigns(store: Storage, manifest: Manifest, content: DayContent) -> None:
    """Write what a committed day says of its campaigns, a file at a time; nothing where it says nothing new of them."""
    begins = sorted({FIRST, *store.campaign_files()})
    listed: dict[int, list[CampaignDay]] = {}
    for day in content.days:
        if day.swept is not None:
            listed.setdefault(file_of(day.campaign_id, begins), []).append(day)
    for begin in sorted(listed or {FIRST}, reverse=True):
        days = listed.get(begin, [])
        rows = each_row(of_campaigns(content.tables["campaign_day"], [day.campaign_id for day in days]), *OF_THE_DAY)
        fresh = (
            row | {"schema_version": CAMPAIGNS.version, "fetched_at": manifest.campaigns[row["campaign_id"]].fetched_at}
            for row in campaign_rows(days, rows, revision=manifest.revision)
        )
        begins = _write_file(store, begin, fresh, begins)


def _write_file(store: Storage, begin: int, fresh: Iterable[CampaignRow], begins: Sequence[int]) -> list[int]:
    """
    Write what is new of the campaigns of one file.

    Returns:
        Where files begin then.
    """
    before: dict[int, pa.Table | None] = {}
    rows: dict[int, list[CampaignRow]] = {}
    wanted = {begin}
    while missing := wanted - before.keys():
        for start in missing:
            data = store.read_if_there(store.at.campaign_file(start))
            before[start] = table = None if data is None else from_parquet(data)
            rows[start] = table.to_pylist() if table else []
            # Where a split was not finished, rows stand in two files.
            wanted |= {file_of(row["campaign_id"], begins) for row in rows[start]}
    after = in_files(all_of([*rows.values(), fresh]), begins)
    for start in sorted(before.keys() | after.keys(), reverse=True):
        table, new = before.get(start), after.get(start, [])
        # A later look at an older day says nothing new of a campaign.
        if table is None or new != rows[start] or not table.schema.equals(CAMPAIGNS.schema):
            store.write(store.at.campaign_file(start), to_parquet(to_arrow(CAMPAIGNS, new)))
    return sorted({*begins, *after})
