"""Faults on demand: which request is hit, and what it gets instead of its answer."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Endpoint = Literal["campaign-metrics", "overall-metrics", "top-metrics"]

OVERSIZED_BYTES = 13 * 1024 * 1024
"""More than the 12 MiB that any caller here reads."""


class FaultKind(StrEnum):
    """What goes wrong."""

    ERROR_500 = "error_500"
    ERROR_520_HTML = "error_520_html"
    HTML_200 = "html_200"
    LIST_200 = "list_200"
    """JSON, and not the documented object."""
    ERROR_200 = "error_200"
    """200, and an error for a body, as some gateways answer."""
    THROTTLED_200 = "throttled_200"
    NOT_FOUND_200 = "not_found_200"
    TRUNCATED_JSON = "truncated_json"
    """Half of the answer, with the Content-Length of that half: only the JSON tells."""
    STALL = "stall"
    """No byte of an answer, until the client gives up (10 minutes at most)."""
    NOT_FOUND = "not_found"
    UPSTREAM_424 = "upstream_424"
    FORBIDDEN = "forbidden"
    """403 without a word about a limit: it is about the key or its addresses."""
    FIREWALL = "firewall"
    """403, and a page of whatever stands before the API."""
    INVALID_400 = "invalid_400"
    OVERSIZED = "oversized"
    REDIRECT = "redirect"
    DRIP = "drip"
    """The answer, a byte every quarter of a second: each read succeeds, only a total deadline helps."""
    DRIFT = "drift"
    """overall-metrics pages after the first are of a list whose last campaign has moved to the front."""
    SHRINK = "shrink"
    """overall-metrics pages after the first are of a list whose first campaign was deleted: one falls between them."""
    SHORT = "short"
    """overall-metrics pages lack their last row, which `total` counts."""
    PHP_LIST = "php_list"
    """overall-metrics prints its rows as an object, `{"0": …, "2": …}`, as PHP does with a list that has gaps."""


class Fault(BaseModel):
    """A fault and the requests that it hits."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: FaultKind
    endpoint: Endpoint | None = None
    """None: any."""
    campaign_id: str | None = None
    """None: any, and requests that name no campaign as well."""
    times: Annotated[int, Field(ge=1)] | None = None
    """How many requests; None: all until the faults are cleared."""

    def hits(self, endpoint: str, campaign_id: str | None) -> bool:
        """Say whether a request to this endpoint about this campaign is one of them."""
        return self.endpoint in (None, endpoint) and self.campaign_id in (None, campaign_id)


@dataclass(slots=True)
class FaultBook:
    """The faults in force, in the order in which they were added: the first that hits is taken."""

    _faults: list[Fault] = field(default_factory=list)

    def add(self, fault: Fault) -> None:
        """Put a fault in force."""
        self._faults.append(fault)

    def take(self, endpoint: str, campaign_id: str | None) -> FaultKind | None:
        """Use up one hit on this request; None if nothing goes wrong."""
        for position, fault in enumerate(self._faults):
            if fault.hits(endpoint, campaign_id):
                self._use_up(position, fault)
                return fault.kind
        return None

    def remaining(self) -> list[Fault]:
        """List what is still in force."""
        return list(self._faults)

    def clear(self) -> None:
        """End all faults."""
        self._faults.clear()

    def _use_up(self, position: int, fault: Fault) -> None:
        if fault.times == 1:
            del self._faults[position]
        elif fault.times is not None:
            self._faults[position] = fault.model_copy(update={"times": fault.times - 1})
