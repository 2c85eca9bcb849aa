"""The one account of the demo: its file, its API (the simulator unless a real one is named), its connection."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from include.local.api import AirflowApi
from include.local.settings import DemoSettings
from include.simulator.process import running_simulator

CONNECTION = "insider_web_push_default"
DAILY_DAG = "insider_web_push_campaign_metrics"
CONSUMER_DAG = "insider_web_push_day_totals"

_SIMULATED_CAMPAIGNS = 24


def write_accounts_file(path: Path, settings: DemoSettings, *, schedule: str | None) -> None:
    """
    Write the counterpart of `include/accounts.yaml`.

    Args:
        schedule: Cron expression in the account's zone; None runs nothing but what is triggered.
    """
    account = {
        "name": "default",
        "conn_id": CONNECTION,
        "timezone": settings.timezone,
        "schedule": schedule,
        "storage": settings.storage,
    }
    path.write_text(yaml.safe_dump({"accounts": [account]}, sort_keys=False), encoding="utf-8")


@contextmanager
def account_api(settings: DemoSettings) -> Iterator[str]:
    """Give the address of the account's API, starting a simulator where none is named."""
    if settings.api_url is not None:
        yield settings.api_url
        return
    with running_simulator(
        api_key=settings.api_key,
        partner_id=settings.partner_id,
        campaigns=_SIMULATED_CAMPAIGNS,
        timezone=settings.timezone,
    ) as simulator:
        yield simulator.url


def put_connection(api: AirflowApi, settings: DemoSettings, api_url: str) -> None:
    """Create or replace the account's connection; the key goes into its password, encrypted in the database."""
    extra: dict[str, object] = {"partner_id": settings.partner_id}
    if settings.allow_http:
        extra["allow_http"] = True
    api.upsert_connection(
        CONNECTION, conn_type="insider_web_push", host=api_url, password=settings.api_key, extra=json.dumps(extra)
    )
