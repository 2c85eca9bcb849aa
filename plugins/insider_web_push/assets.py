"""The assets that say: a day is there."""

from __future__ import annotations

from airflow.sdk import Asset

from insider_web_push.accounts import Account


def campaign_day_asset(account: Account) -> Asset:
    """
    Give the asset of an account's published days; each event has the day, `2026-11-22`, as its partition.

    Named by the account and not by its storage, so that consumers stay when the data moves.
    """
    name = account.named("insider_web_push_campaign_day")
    return Asset(name=name, uri=f"x-insider-web-push://{account.name}/campaign_day")
