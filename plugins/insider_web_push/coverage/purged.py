"""What the pages may show of a day while its purge is under way, or was interrupted: its objects go later. Pure."""

from __future__ import annotations

from insider_web_push.coverage.index import PURGED, DayEntry, unpublished_entry
from insider_web_push.lake.manifest import Manifest
from insider_web_push.lake.tombstones import Tombstone


def shown_manifest(manifest: Manifest | None, tombstone: Tombstone | None) -> Manifest | None:
    """
    Give a manifest without what was purged; None where nothing of it is left.

    Sums, and sentences about the day, may tell of a purged campaign: the next revision has them without it.
    """
    if manifest is None or tombstone is None:
        return manifest
    if tombstone.is_whole_day:
        return None
    if not tombstone.covers_any(_named_in(manifest)):
        return manifest

    def left(campaign_id: str) -> bool:
        return not tombstone.covers(campaign_id)

    checks = {name: list(filter(left, campaigns)) for name, campaigns in manifest.checks.items()}
    return manifest.model_copy(
        update={
            "campaigns": {key: campaign for key, campaign in manifest.campaigns.items() if left(key)},
            "moved": {key: figures for key, figures in manifest.moved.items() if left(key)},
            "held": {key: why for key, why in manifest.held.items() if left(key)},
            "checks": {name: campaigns for name, campaigns in checks.items() if campaigns},
            "sentinel": manifest.sentinel.model_copy(
                update={"missed": list(filter(left, manifest.sentinel.missed))}
            ),
            "totals": {},
            "day_checks": {},
            "reason": "",
        }
    )  # fmt: skip


def shown_entry(noted: DayEntry | None, manifest: Manifest | None, tombstone: Tombstone | None) -> DayEntry | None:
    """
    Give what the index notes of a day, without sentences that may name what was purged.

    Args:
        manifest: What is stored, with what was purged if that is still there.
    """
    if tombstone is None:
        return noted
    if tombstone.is_whole_day:
        return unpublished_entry(PURGED, why=f"it was purged by {tombstone.run_id}", at=tombstone.purged_at)
    is_under_way = manifest is not None and shown_manifest(manifest, tombstone) is not manifest
    said = f"{noted.why} {noted.lacks}" if noted else ""
    if noted and (is_under_way or any(campaign in said for campaign in tombstone.campaigns or ())):
        return noted.model_copy(update={"why": "", "trouble": "", "lacks": ""})
    return noted


def _named_in(manifest: Manifest) -> set[str]:
    checked = (campaign for campaigns in manifest.checks.values() for campaign in campaigns)
    return {*manifest.campaigns, *manifest.moved, *manifest.held, *manifest.sentinel.missed, *checked}
