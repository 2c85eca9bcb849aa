"""Answers that say less than what is published, and looks at a day that has some."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from insider_web_push.answers.day_list import COUNTERS, ListedCampaign
from tests.builders import DAY, SWEPT_AT, sample, swept
from tests.lake import Lake

Spoil = Callable[[dict[str, Any]], object]


def fewer_clicks(document: dict[str, Any]) -> None:
    """Make an answer say less by a counter."""
    document["overview"]["ctr"]["clicks"] = "1"


def unreadable_revenue(document: dict[str, Any]) -> None:
    """Make it say less by a figure that cannot be read."""
    document["overview"]["revenue"] = "411.840 USD"


def fewer_devices(document: dict[str, Any]) -> None:
    """Make it say less by a row."""
    del document["deviceMetrics"][0]


WAYS = pytest.mark.parametrize("less", [fewer_clicks, unreadable_revenue, fewer_devices])


def answer(spoil: Spoil | None = None, *, conversions: str | None = None) -> bytes:
    """Give the older sample, or what is made of it."""
    document = sample("campaign_metrics_older")
    if conversions:
        document["overview"]["conversionRate"]["conversions"] = conversions
    if spoil:
        spoil(document)
    return json.dumps(document).encode()


def as_listed(campaign_id: str, *, conversions: str | None = None) -> ListedCampaign:
    """Give a campaign as it is listed beside `answer`."""
    overview = json.loads(answer(conversions=conversions))["overview"]
    counts = overview["total"] | overview["targeted"] | overview["deliveryRate"] | overview["ctr"]
    counts |= overview["conversionRate"]
    return swept(campaign_id, **{name: int(str(counts[name]).replace(",", "")) for name in COUNTERS})


def look(
    lake: Lake,
    age: int,
    *,
    whole: tuple[str, ...] = (),
    less: dict[str, Spoil] | None = None,
    listed: tuple[str, ...] = ("1", "2"),
    **moved: str,
) -> datetime:
    """List the day at an age, and keep answers: some as they were or moved on, some that say less."""
    at = SWEPT_AT + timedelta(days=age - 1)
    every = {key: as_listed(key, **(moved if key in whole else {})) for key in listed}
    lake.list_day(list(every.values()), at=at)
    bodies = {key: answer(**moved) for key in whole} | {key: answer(spoil) for key, spoil in (less or {}).items()}
    for key, body in bodies.items():
        baseline = (every.get(key) or as_listed(key)).totals
        lake.answer(key, fetched_at=at + timedelta(minutes=1), baseline=baseline, body=body)
    return at


def rows(lake: Lake, *columns: str, table: str = "campaign_day") -> dict[str, list[Any]]:
    """Read what is published of each campaign, but for where it is from."""
    found: dict[str, list[Any]] = {}
    for row in lake.reader.read(DAY, table).to_pylist():
        figures = {name: value for name, value in row.items() if name not in {"revision", "schema_version"}}
        found.setdefault(row["campaign_id"], []).append([figures[name] for name in columns or figures])
    return found
