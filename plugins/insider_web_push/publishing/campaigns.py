"""Brings the table `campaign` up to date with a day: of its files, those with campaigns of the day are rewritten."""

from __future__ import annotations

import pyarrow as pa

from insider_web_push.lake.manifest import Manifest
from insider_web_push.lake.storage import Storage
from insider_web_push.publishing.revision import DayContent
from insider_web_push.tables.campaign import CampaignRow, campaign_rows
from insider_web_push.tables.campaign_parts import FIRST, all_of, file_of, in_files
from insider_web_push.tables.schemas import CAMPAIGNS, from_parquet, to_arrow, to_parquet


def write_campaigns(store: Storage, manifest: Manifest, content: DayContent) -> None:
    """Write what a committed day says of its campaigns; nothing where it says nothing new of them."""
    fresh = [
        row | {"schema_version": CAMPAIGNS.version, "fetched_at": manifest.campaigns[row["campaign_id"]].fetched_at}
        for row in campaign_rows(content.days, content.tables["campaign_day"], revision=manifest.revision)
    ]
    begins = sorted({FIRST, *store.campaign_files()})
    before: dict[int, pa.Table | None] = {}
    rows: dict[int, list[CampaignRow]] = {}
    wanted = {file_of(row["campaign_id"], begins) for row in fresh} or {FIRST}
    while missing := wanted - before.keys():
        for begin in missing:
            data = store.read_if_there(store.at.campaign_file(begin))
            before[begin] = table = None if data is None else from_parquet(data)
            rows[begin] = table.to_pylist() if table else []
            # Where a split was not finished, rows stand in two files.
            wanted |= {file_of(row["campaign_id"], begins) for row in rows[begin]}
    after = in_files(all_of([*rows.values(), fresh]), begins)
    for begin in sorted(before.keys() | after.keys(), reverse=True):
        table, new = before.get(begin), after.get(begin, [])
        # A later look at an older day says nothing new of a campaign.
        if table is None or new != rows[begin] or not table.schema.equals(CAMPAIGNS.schema):
            store.write(store.at.campaign_file(begin), to_parquet(to_arrow(CAMPAIGNS, new)))
