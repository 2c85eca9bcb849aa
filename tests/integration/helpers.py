"""What the tests of the hook ask for, again and again."""

import json
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

from insider_web_push.hook import Answer, InsiderWebPushHook

DAY = date(2026, 3, 10)
ISTANBUL = "Europe/Istanbul"


def list_page(hook: InsiderWebPushHook) -> Answer:
    """Ask for the first page of the day's list."""
    return hook.overall_metrics(day=DAY, page=1, timezone=ISTANBUL)


def first_campaign(hook: InsiderWebPushHook) -> str:
    """Give the id of the first campaign of the list."""
    return str(json.loads(list_page(hook).body)["data"][0]["builderId"])


def metrics(hook: InsiderWebPushHook, campaign_id: str = "11111") -> Answer:
    """Ask for one campaign's figures of the day."""
    return hook.campaign_metrics(campaign_id=campaign_id, first_day=DAY, last_day=DAY, timezone=ISTANBUL)


def leases(budget_file: Path) -> list[bool]:
    """Tell of each lease in the local store whether it was stamped."""
    with closing(sqlite3.connect(budget_file)) as db:
        ledgers = [json.loads(text) for (text,) in db.execute("SELECT ledger FROM budget")]
    return [lease["stamped"] for ledger in ledgers for lease in ledger["leases"].values()]
