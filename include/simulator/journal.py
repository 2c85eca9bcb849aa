"""The log of every request: the proof of how fast a client really calls."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from include.simulator.limits import most_in_window

_LONGEST_TEXT = 100


@dataclass(slots=True, kw_only=True)
class Entry:
    """
    One request, without its key.

    Attributes:
        arrived_at: Seconds of the machine's monotonic clock, before the latency.
        counted: It reached the rate limit, admitted or refused; without a valid key it does not.
        status: None while there is no answer yet, and for ever if the client left first.
    """

    arrived_at: float
    at: datetime
    endpoint: str
    partner_id: str | None = None
    campaign_id: str | None = None
    start_date: str | None = None
    page: str | None = None
    counted: bool = False
    throttled: bool = False
    status: int | None = None

    def describe(self, body: dict[str, Any]) -> None:
        """Note what the request asks for, as far as it says so: nothing here has been validated."""
        self.partner_id = _short(body.get("partner_id"))
        self.campaign_id = _short(body.get("campaign_id"))
        self.start_date = _short(body.get("start_date"))
        self.page = _short(body.get("page"))

    def shown(self) -> dict[str, Any]:
        """Give the entry as /admin/requests shows it."""
        shown = asdict(self)
        del shown["counted"], shown["throttled"]
        return {**shown, "at": self.at.isoformat()}


@dataclass(slots=True)
class Journal:
    """Every request since the log was last cleared."""

    entries: list[Entry] = field(default_factory=list)

    def shown(self) -> list[dict[str, Any]]:
        """List the entries by arrival."""
        return [entry.shown() for entry in sorted(self.entries, key=lambda entry: entry.arrived_at)]

    def summary(self, window_s: float) -> dict[str, int | float]:
        """Count requests, throttled ones, those of the fullest window, and the seconds from first to last."""
        arrivals = [entry.arrived_at for entry in self.entries]
        return {
            "requests": len(arrivals),
            "throttled": sum(entry.throttled for entry in self.entries),
            "most_in_window": most_in_window([e.arrived_at for e in self.entries if e.counted], window_s),
            "first_to_last_s": round(max(arrivals) - min(arrivals), 6) if arrivals else 0.0,
        }


def _short(value: object) -> str | None:
    return None if value is None else str(value)[:_LONGEST_TEXT]
