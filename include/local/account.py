"""The one account of the demo: its file, its API (the simulator unless a real one is named), its connection."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from include.local.api import AirflowApi
from include.local.settings import DemoSettings
from include.simulator.process import running_simulator

CONNECTION = "insider_web_push_default"
DAILY_DAG = "insider_web_push_campaign_metrics"
CONSUMER_DAG = "insider_web_push_day_totals"

_REFRESH_SCHEDULE = "0 7 * * *"
_SIMULATED_CAMPAIGNS = 24
_USUAL_PORT = {"http": 80, "https": 443}


def write_accounts_file(path: Path, settings: DemoSettings, *, schedule: str | None) -> None:
    """
    Write the counterpart of `include/accounts.yaml`.

    Args:
        schedule: Cron expression in the account's zone, of the daily DAG; None runs nothing but what is triggered.
    """
    account = {
        "name": "default",
        "conn_id": CONNECTION,
        "timezone": settings.timezone,
        "schedule": schedule,
        "refresh_schedule": schedule and _REFRESH_SCHEDULE,
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
    api.upsert_connection(CONNECTION, **connection_fields(settings, api_url))


def connection_fields(settings: DemoSettings, api_url: str) -> dict[str, Any]:
    """
    Give the fields of the account's connection, the key among them.

    Airflow 3.3.2's form for an existing connection shows only the extras that are in it, and its Test button needs the
    port in its own field, so all of them are written out.
    """
    address = urlsplit(api_url)
    extra = {
        "partner_id": settings.partner_id,
        "requests_per_minute": 30,
        "budget_conn_id": "",
        "request_deadline_s": 30,
        "connect_timeout_s": 10,
        "allow_http": settings.allow_http,
    }
    return {
        "conn_type": "insider_web_push",
        "host": f"{address.scheme}://{address.netloc.removesuffix(f':{address.port}')}",
        "port": address.port or _USUAL_PORT[address.scheme],
        "password": settings.api_key,
        "extra": json.dumps(extra),
    }
