"""A simulated account, asked without HTTP: what the tests of `probing` have in common."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from include.simulator.journal import Entry
from include.simulator.service import Service
from include.simulator.settings import SimulatorSettings
from insider_web_push.api.heard import Heard
from insider_web_push.api.refusals import error_of
from insider_web_push.budget.lease import RateLimit
from insider_web_push.probing.asking import Configured, Questions
from insider_web_push.probing.course import findings_of
from insider_web_push.probing.report import Finding

NOW = datetime(2026, 3, 20, 9, tzinfo=UTC)
CONFIGURED = Configured(
    partner_id="brand", timezone="Europe/Istanbul", today=NOW.date(), limit=RateLimit(), pool_slots=6
)
Replaced = Callable[[str, Mapping[str, str]], Heard | Exception | None]


def heard(status: int, body: bytes = b"{}", took_s: float = 0.2, **headers: str) -> Heard:
    """Make an answer."""
    return Heard(
        status=status,
        headers={name.lower(): value for name, value in headers.items()},
        body=body,
        error=error_of(status, headers, body, now=NOW),
        took_s=took_s,
    )


def nothing(_endpoint: str, _body: Mapping[str, str]) -> None:
    """Replace no answer."""


@dataclass
class Probed:
    """
    The simulator as an account that can be asked.

    Attributes:
        instead: Gives an answer of its own to a question, or None for the simulator's.
        asked: Endpoint and body of every question, in their order.
    """

    service: Service
    instead: Replaced = nothing
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def ask(self, endpoint: str, body: dict[str, str]) -> Heard:
        """Answer as the API would."""
        other = self.instead(endpoint, body)
        if isinstance(other, Exception):
            raise other
        self.asked.append((endpoint, body))
        if other:
            return other
        entry = Entry(arrived_at=len(self.asked), at=NOW, endpoint=endpoint.rpartition("/")[2])
        key = self.service.settings.api_key.get_secret_value()
        reply = self.service.answer(entry, authorization=f"Bearer {key}", raw=json.dumps(body).encode())
        return heard(reply.status, reply.content, **reply.headers)

    @property
    def questions(self) -> Questions:
        """The two questions, asked of it."""
        return Questions(self.ask, "brand")

    def findings(self, **configured: Any) -> dict[str, Finding]:
        """Check it, and give the findings by topic."""
        found, calls = findings_of(self.ask, replace(CONFIGURED, **configured))
        assert calls == len(self.asked)
        assert len({finding.topic for finding in found}) == len(found)
        return {finding.topic: finding for finding in found}


def probed(instead: Replaced = nothing, **settings: Any) -> Probed:
    """Make an account; settings are the simulator's."""
    calm = {"partner_id": "brand", "limit_requests": 100_000, "now": NOW, "latency_s": 0.0}
    return Probed(Service(SimulatorSettings(**calm | settings)), instead)
