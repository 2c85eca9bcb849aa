"""Real objects of the package with plain defaults, so that a test names only what it is about."""

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from insider_web_push.answers.day_list import ListedCampaign, Totals
from insider_web_push.answers.php import parse_text
from insider_web_push.answers.shapes import CampaignMetrics, validated
from insider_web_push.days.gathered_day import GatheredDay
from insider_web_push.days.looks import Look, Mode
from insider_web_push.days.rules import Rules
from insider_web_push.lake.manifest import Manifest
from insider_web_push.lake.raw import Known, Snapshot
from insider_web_push.tables.campaign_day import CampaignDay, TableRows, add_rows, no_rows
from insider_web_push.vocabulary import CallOutcome

DATA = Path(__file__).parent / "data"
DAY = date(2026, 11, 22)
SWEPT_AT = datetime(2026, 11, 23, 1, 0, 0, tzinfo=UTC)
FETCHED_AT = datetime(2026, 11, 23, 1, 2, 3, tzinfo=UTC)
CAMPAIGN = "11111"


def sample(name: str) -> dict[str, Any]:
    """
    Give a documented answer of tests/data anew, to be changed at will.

    campaign_metrics_newer is the vendor's own sample; the older generation and the list are put together from what is
    published of their fields, with figures for which the documented identities hold.
    """
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


def parse_campaign_metrics(decoded: dict[str, object]) -> CampaignMetrics:
    """Check the shape of an answer, of which tests have changed something."""
    return validated(CampaignMetrics, decoded)


def detail(name: str = "campaign_metrics_older") -> CampaignMetrics:
    """Give a documented answer of campaign-metrics, parsed."""
    return parse_campaign_metrics(sample(name))


def totals(**figures: Any) -> Totals:
    """Give swept totals, all zero but for what is named."""
    zero = dict.fromkeys((name for name in Totals.model_fields if name != "revenue"), 0)
    return Totals(**({**zero, "revenue": "0"} | figures))


def swept(campaign_id: str = CAMPAIGN, name: str = "The campaign", **figures: Any) -> ListedCampaign:
    """Give a campaign as listed, with a click unless its figures are named."""
    return ListedCampaign.as_it_was(campaign_id, name, "Bulk", totals(**(figures or {"clicks": 1})))


def snapshot(campaign_id: str = CAMPAIGN, **changes: Any) -> Snapshot:
    """Give a fetched answer as it is stored."""
    plain = {
        "run_id": "scheduled__1",
        "partner_id": "brand",
        "day": DAY,
        "campaign_id": campaign_id,
        "outcome": CallOutcome.FETCHED,
        "request": {"campaign_id": campaign_id},
        "status": 200,
        "fetched_at": FETCHED_AT,
        "baseline": totals(clicks=1),
        "body": json.dumps(sample("campaign_metrics_older")).encode(),
    }
    return Snapshot(**(plain | changes))


def known(key: str, stored: Snapshot) -> Known:
    """Give what planning knows of a stored snapshot."""
    return Known(key, stored.outcome, stored.fetched_at, stored.baseline)


def gathered_day(listed: list[ListedCampaign], stored: dict[str, Snapshot], **changes: Any) -> GatheredDay:
    """Give what is stored of a day; *stored* is by key."""
    plain = {
        "day": DAY,
        "rules": Rules(),
        "timezone": "UTC",
        "before": None,
        "sweep": "raw/overall_metrics/sweep.json.gz",
        "swept_at": SWEPT_AT,
        "pages": [],
        "swept": {campaign.campaign_id: campaign for campaign in listed},
        "unlisted": {},
        "known": {raw.campaign_id: known(key, raw) for key, raw in stored.items()},
        "look": Look(mode=Mode.CHANGED, since=SWEPT_AT),
        "tombstone": None,
        "accepted": {},
    }
    return GatheredDay(**(plain | changes))


def manifest(**said: Any) -> Manifest:
    """Give the manifest of a published day."""
    plain: dict[str, Any] = {
        "partner_id": "brand", "day": DAY, "revision": 1, "files": {}, "timezone": "UTC", "published_at": SWEPT_AT,
        "run_id": "r", "sweep": "s", "content": "c", "campaigns": {}, "totals": {},
    }  # fmt: skip
    return Manifest(**(plain | said))


def campaign_day(given: CampaignMetrics | None, **changes: Any) -> CampaignDay:
    """Give what is known of one campaign on one day."""
    plain = {
        "campaign_id": CAMPAIGN,
        "day": DAY,
        "timezone": "UTC",
        "name": parse_text(given.name).value if given else swept().name,
        "type": swept().type,
        "swept": swept(),
        "detail": given,
        "baseline": None,
        "status": "fetched" if given else "quiet",
        "finality": "provisional",
        "seen_at": FETCHED_AT,
    }
    return CampaignDay(**(plain | changes))


def rows_of(days: Iterable[CampaignDay]) -> TableRows:
    """Build the rows of all tables for a few campaigns."""
    tables = no_rows()
    for day in days:
        add_rows(tables, day)
    return tables
