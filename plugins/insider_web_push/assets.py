"""The assets that say: a day is there."""

from __future__ import annotations

from airflow.sdk import Asset

from insider_web_push.accounts.file import Account


def campaign_day_asset(account: Account) -> Asset:
    """
    Give the asset of an account's complete days; each event has the day, `2026-11-22`, as its partition.

    Named by the account and not by its storage, so that consumers stay when the data moves.
    """
    name = account.named("insider_web_push_campaign_day")
    return Asset(name=name, uri=f"x-insider-web-push://{account.name}/campaign_day")


def any_day_asset(account: Account) -> Asset:
    """
    Give the asset without partitions: one event whenever days are published or corrected, whichever they are.

    For `schedule=[asset]`: an event with a partition does not start a DAG that waits for none (Airflow 3.3.2).
    """
    return Asset(name=account.named("insider_web_push_any_day"), uri=f"x-insider-web-push://{account.name}/any_day")
