"""The assets that say: a day is there."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from airflow.sdk import Asset

from insider_web_push.accounts.file import Account

if TYPE_CHECKING:
    from openlineage.client.event_v2 import Dataset

_SCHEME = "x-insider-web-push"


def campaign_day_asset(account: Account) -> Asset:
    """
    Give the asset of an account's complete days; each event has the day, `2026-11-22`, as its partition.

    Named by the account and not by its storage, so that consumers stay when the data moves.
    """
    name = account.named("insider_web_push_campaign_day")
    return Asset(name=name, uri=f"{_SCHEME}://{account.name}/campaign_day")


def any_day_asset(account: Account) -> Asset:
    """
    Give the asset without partitions: one event whenever days are published or corrected, whichever they are.

    For `schedule=[asset]`: an event with a partition does not start a DAG that waits for none (Airflow 3.3.2).
    """
    return Asset(name=account.named("insider_web_push_any_day"), uri=f"{_SCHEME}://{account.name}/any_day")


def dataset_of_asset(asset: Asset, lineage_context: object) -> Dataset:  # noqa: ARG001 — Airflow's signature
    """Give the dataset that an asset of this package is for OpenLineage: its URI, split as others are."""
    from openlineage.client.event_v2 import Dataset  # noqa: PLC0415 — an optional extra

    parts = urlsplit(asset.uri)
    return Dataset(namespace=f"{parts.scheme}://{parts.netloc}", name=parts.path.strip("/"))
