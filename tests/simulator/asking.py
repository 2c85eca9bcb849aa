"""Asks the service of the simulator, without HTTP."""

import json
from datetime import UTC, datetime
from typing import Any

from include.simulator.journal import Entry
from include.simulator.replies import Reply
from include.simulator.service import Service
from include.simulator.settings import SimulatorSettings

KEY = "key-of-the-test"
NOW = datetime(2026, 3, 20, 9, tzinfo=UTC)
TOTALS = ("targeted", "sent", "dropped", "delivered", "undelivered", "clicks", "conversions")


def service(**settings: Any) -> Service:
    given = {"api_key": KEY, "partner_id": "brand", "now": NOW, "limit_requests": 1000, **settings}
    return Service(SimulatorSettings.model_validate(given))


def ask(
    api: Service, endpoint: str = "top-metrics", *, at_s: float = 0.0, key: str | None = KEY, **parameters: Any
) -> Reply:
    body = {"partner_id": "brand", "start_date": "2026-03-10", "end_date": "2026-03-10", **parameters}
    entry = Entry(arrived_at=at_s, at=NOW, endpoint=endpoint)
    reply = api.answer(
        entry,
        authorization=None if key is None else f"Bearer {key}",
        raw=json.dumps({name: value for name, value in body.items() if value is not None}).encode(),
    )
    entry.status = reply.status
    return reply


def json_of(reply: Reply) -> dict[str, Any]:
    assert reply.status == 200, reply
    return dict(json.loads(reply.content))


def number(printed: str) -> int:
    return int(printed.replace(",", "").split(" ")[0])


def listed(api: Service, **window: Any) -> list[dict[str, Any]]:
    """Sweep all pages of the list."""
    rows: list[dict[str, Any]] = []
    while True:
        page = json_of(ask(api, "overall-metrics", page=str(len(rows) // 20 + 1), per_page="20", **window))
        rows += page["data"]
        if len(rows) >= page["total"] or not page["data"]:
            return rows
