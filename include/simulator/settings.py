"""Everything that can be set: from the environment (prefix SIMULATOR_), and later by PATCH /admin/settings."""

from datetime import date, datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

ENV_PREFIX = "SIMULATOR_"

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)
"""Days that this world knows; the rest is refused, so that no arithmetic on dates runs out of years."""


class LimitKind(StrEnum):
    """How the server counts: the vendor does not say, so a client has to live with each."""

    SLIDING = "sliding"
    """Admitted requests in the last window."""
    FIXED = "fixed"
    """Admitted requests since the last multiple of the window."""
    REFUSED_COUNT_TOO = "refused_count_too"
    """As sliding, but refused requests count as well: a client that hammers is never let in again."""


class RetryAfter(StrEnum):
    """Whether a throttled answer carries Retry-After, and in which of the two forms of RFC 9110 section 10.2.3."""

    NONE = "none"
    SECONDS = "seconds"
    DATE = "date"


class ThrottleBody(StrEnum):
    """What a throttled answer says: all three were seen."""

    JSON = "json"
    TEXT = "text"
    EMPTY = "empty"


class Generation(StrEnum):
    """Which of the two documented shapes of a response: all campaigns alike, or some of each."""

    NEWER = "newer"
    OLDER = "older"
    MIXED = "mixed"


class NumberFormat(StrEnum):
    """How figures are printed for people: overall-metrics prints plain numbers all the same."""

    POINT = "1,234.56"
    COMMA = "1.234,56"


class Listed(StrEnum):
    """Which campaigns overall-metrics lists: not documented."""

    CREATED = "created"
    """Those that existed by the end of the window, with or without figures."""
    ALL = "all"
    """All of the account, whatever the window."""
    ACTIVE = "active"
    """Those with figures in the window."""


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"unknown time zone {name!r}") from error
    return name


def _empty_is_unset(value: object) -> object:
    return None if value == "" else value


def _throttle_status(value: int) -> int:
    if value not in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.FORBIDDEN):
        raise ValueError("the API throttles with 429 or 403")
    return value


class SimulatorSettings(BaseSettings):
    """
    One account's world and the behaviour of its API.

    Raises:
        pydantic.ValidationError: an unknown name or a value out of range.
    """

    model_config = SettingsConfigDict(env_prefix=ENV_PREFIX, extra="forbid", frozen=True, hide_input_in_errors=True)

    api_key: Annotated[SecretStr, Field(min_length=1)] = SecretStr("simulator-key")
    """Opens nothing but this simulator; masked wherever the settings are shown."""
    partner_id: Annotated[str, Field(min_length=1)] = "demo"
    timezone: Annotated[str, AfterValidator(_known_zone)] = "Europe/Istanbul"
    """A day of the figures is a day of this zone."""
    seed: int = 1
    campaigns: Annotated[int, Field(ge=0, le=100_000)] = 24
    """Campaigns with activity on every day."""
    quiet_campaigns: Annotated[int, Field(ge=0, le=100_000)] = 2
    """Campaigns that are listed with all-zero totals."""
    campaigns_created: Annotated[date, Field(ge=EARLIEST, le=LATEST)] = date(2018, 1, 1)
    """When every campaign was created: no figures before, and a window that starts before is refused."""
    listed: Listed = Listed.CREATED
    windows_add_up: bool = True
    """False: over several days, campaign-metrics gives the figures of the busiest of them and not the sum."""
    retention_days: Annotated[int, Field(ge=1, le=36_500)] | None = None
    """Windows that start longer ago are refused with 406; None keeps everything."""
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "TRY"
    number_format: NumberFormat = NumberFormat.POINT

    limit_requests: Annotated[int, Field(ge=0)] = 30
    """Over all endpoints together; 0 throttles every request."""
    limit_window_s: Annotated[float, Field(gt=0, le=86_400)] = 60.0
    limit_kind: LimitKind = LimitKind.SLIDING
    throttle_status: Annotated[int, AfterValidator(_throttle_status)] = 429
    throttle_body: ThrottleBody = ThrottleBody.JSON
    retry_after: RetryAfter = RetryAfter.NONE
    quota_headers: bool = False

    most_per_page: Annotated[int, Field(ge=10, le=1000)] = 20
    """Rows of overall-metrics that may be asked for; more are refused."""

    latency_s: Annotated[float, Field(ge=0, le=600)] = 0.05
    """Every answer waits this long, after the request was counted."""
    generation: Generation = Generation.MIXED
    extra_fields: bool = False
    """Adds fields that no documentation mentions, as the vendor may at any time."""
    now: Annotated[AwareDatetime | None, BeforeValidator(_empty_is_unset)] = None
    """A frozen clock for the figures; None is real time. Limits and the request log always use real time."""

    @property
    def zone(self) -> ZoneInfo:
        """The account's time zone."""
        return ZoneInfo(self.timezone)

    def instant(self, real: datetime) -> datetime:
        """Say what the figures take for now: the frozen clock, else *real*."""
        return self.now or real

    def patched(self, changes: dict[str, Any]) -> Self:
        """
        Apply *changes* to a copy.

        Raises:
            pydantic.ValidationError: an unknown name or a value out of range; nothing is changed then.
        """
        return type(self).model_validate({**self.model_dump(), **changes})
